/** The small choices about a film: each has a sensible default, none must be made. */

import { ask } from './api.js';
import { h } from './dom.js';
import { length, t, word } from './texts.js';

/** @typedef {{seconds: string, aspect: string, theme: string, camera: string, budget: string, review: string}} Wishes */

export const NO_WISHES = Object.freeze({ seconds: '', aspect: '', theme: '', camera: '', budget: '', review: '' });
export const ASPECTS = { '16:9': 'wide', '9:16': 'vertical', '1:1': 'square' };
export const THEMES = ['night', 'paper', 'sunrise', 'meadow', 'pop', 'dusk', 'studio', 'candy'];
const CAMERAS = new Set(['runway', 'pika', 'pexels', 'pixabay', 'omni', 'veo', 'gemini-image', 'pika-direct']);
export const LENGTHS = [10, 15, 20, 30, 45, 60, 90, 120, 180];
const BUDGETS = ['0', '1', '2', '5'];

/** Who may be hired here; nobody: then there is no camera to choose, and nothing costs. @type {Promise<string[]>} */
const hired = ask('GET', '/api/health').then((told) => told.configured.providers, () => []);
/** @type {string[]} */
let providers = [];
hired.then((names) => (providers = names));

/** @returns {string[]} The cameras that may be hired here. */
const cameras = () => providers.map((name) => name.split(':')[0]).filter((name) => CAMERAS.has(name));

/** Whether anything but cards can be filmed here. */
export const hasCameras = () => cameras().length > 0;

/** @param {string} size `1920x1080` @returns {string} `16:9`; empty for none */
export function aspectOf(size) {
  const [width, height] = (size || '').split('x').map(Number);
  return !width || !height ? '' : width > height ? '16:9' : width < height ? '9:16' : '1:1';
}

/**
 * The choices as a row of pills.
 * @param {Wishes} wishes
 * @param {(name: keyof Wishes, value: string) => void} chosen
 * @param {string[]} [only] Those that are shown, if not all.
 */
export function choices(wishes, chosen, only) {
  /** @param {keyof Wishes} name @param {[string, string][]} options */
  const pill = (name, options) => (!only || only.includes(name)) && h(`label.pill`, { key: name, class: `pill${wishes[name] ? ' chosen' : ''}` }, h('span', {}, t(`choose_${name}`)),
    h('select', { name, value: wishes[name], onchange: (/** @type {any} */ event) => chosen(name, event.target.value) },
      options.map(([value, words]) => h('option', { value, selected: value === wishes[name] }, words))));
  const found = cameras();
  return h('div.pills', { role: 'group', 'aria-label': t('choices') },
    pill('seconds', [['', t('as_said')], ...LENGTHS.map((one) => /** @type {[string, string]} */ ([String(one), length(one)]))]),
    pill('aspect', [['', t('as_said')], ...Object.entries(ASPECTS).map(([value, name]) => /** @type {[string, string]} */ ([value, word('shape', name)]))]),
    pill('theme', [['', t('by_mood')], ...THEMES.map((name) => /** @type {[string, string]} */ ([name, word('theme', name)]))]),
    pill('review', [['', t('review_none')], ['script', t('review_script')], ['storyboard', t('review_storyboard')]]),
    found.length > 0 && pill('camera', [['', t('by_server')], ...found.map((name) => /** @type {[string, string]} */ ([name, name]))]),
    providers.length > 0 && pill('budget', [['', t('by_server')], ...BUDGETS.map((one) => /** @type {[string, string]} */ ([one, t('dollars', { n: one })]))]));
}

/** @param {Wishes} wishes @returns {Record<string, unknown>} What the server is told of them. */
export function asked(wishes) {
  const { seconds, budget, ...words } = wishes;
  const numbers = { seconds, budget };
  return {
    ...Object.fromEntries(Object.entries(words).filter(([, value]) => value)),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value).map(([name, value]) => [name, Number(value)])),
  };
}
