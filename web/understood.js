/** What was understood of a brief, as chips that can be corrected, and the one question that is open. */

import { ASPECTS, aspectOf, LENGTHS } from './choices.js';
import { h, icon } from './dom.js';
import { length, t, word } from './texts.js';

/** @typedef {import('./types.js').Turn} Turn */
/** @typedef {import('./choices.js').Wishes} Wishes */

const MOODS = ['calm', 'energetic', 'happy', 'nostalgic', 'tender'];
const KINDS = ['promotional', 'explainer', 'story', 'news', 'tutorial', 'greeting'];
/** How the server, which speaks English, is told of a correction. @type {Record<string, (said: string) => string>} */
const SAYING = {
  topic: (said) => `Actually make it about ${said}`,
  tone: (said) => `Make it ${said === 'happy' ? 'cheerful' : said}`,
  audience: (said) => `It is for ${said}`,
  kind: (said) => `Make it ${said === 'explainer' ? 'an' : 'a'} ${said}${['promotional', 'news'].includes(said) ? ' film' : ''}`,
};
/**
 * What the chips do. `editing` is the name of the one that is being corrected.
 * @typedef {{editing: string, edit: (name: string) => void, leave: (name: string) => void, say: (words: string) => void, wish: (name: keyof Wishes, value: string) => void}} Actions
 */

/**
 * @param {Turn} turn
 * @param {Wishes} wishes
 * @param {Actions} actions
 */
export function chips(turn, wishes, actions) {
  const intent = turn.accumulated_intent;
  const aspect = wishes.aspect || aspectOf(intent.size);
  const shape = ASPECTS[/** @type {keyof typeof ASPECTS} */ (aspect)];
  /** @type {[string, string, [string, string][] | null][]} Name, what is shown, and what may be chosen instead. */
  const all = [
    ['topic', intent.topic ?? '', null],
    ['kind', intent.video_type ? word('kind', intent.video_type) : '', KINDS.map((one) => [one, word('kind', one)])],
    ['seconds', length(Number(wishes.seconds) || intent.duration || 30), LENGTHS.map((one) => [String(one), length(one)])],
    ['aspect', shape ? word('shape', shape) : '', Object.entries(ASPECTS).map(([value, name]) => [value, word('shape', name)])],
    ['tone', intent.mood ? word('mood', intent.mood) : '', MOODS.map((one) => [one, word('mood', one)])],
    ['audience', intent.audience ?? '', null],
  ];
  return h('ul.chips', { 'aria-label': t('understood_title') },
    all.map(([name, shown, options]) => h('li', { key: name }, name === actions.editing ? editor(name, shown, options, actions) : chip(name, shown, actions))));
}

/** @param {string} name @param {string} shown @param {Actions} actions */
function chip(name, shown, { edit }) {
  return h('button.chip', { key: 'shown', class: `chip${shown ? '' : ' unsaid'}`, onclick: () => edit(name),
    'aria-label': `${word('chip', name)}: ${shown || t('unknown')}. ${t('correct')}` }, h('span', {}, word('chip', name)), shown || '–', icon('pen'));
}

/** @param {string} name @param {string} shown @param {[string, string][] | null} options @param {Actions} actions */
function editor(name, shown, options, { edit, leave, say, wish }) {
  const correct = (/** @type {string} */ value) => {
    edit('');
    if (!value || value === shown) return;
    if (name === 'seconds' || name === 'aspect') wish(name, value);
    else say(SAYING[name](value));
  };
  const keys = (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape') edit(''); };
  if (!options) {
    return h('form.chip', { key: 'words', onsubmit: (/** @type {any} */ event) => { event.preventDefault(); correct(event.target.elements[0].value.trim()); } },
      h('label', {}, h('span', {}, word('chip', name)), h('input', { value: shown, maxlength: 200, onkeydown: keys })),
      h('button', { type: 'submit', 'aria-label': t('correct') }, icon('check')));
  }
  return h('label.chip', { key: 'choice' }, h('span', {}, word('chip', name)),
    h('select', { value: '', onchange: (/** @type {any} */ { target }) => correct(target.value), onkeydown: keys, onblur: () => leave(name) },
      h('option', { value: '' }, shown || '–'), options.map(([value, words]) => h('option', { value }, words))));
}

/**
 * The one question that is open, which nobody must answer; else what the server said to the last correction.
 * @param {Turn} turn @param {boolean} busy @param {(words: string) => void} say
 */
export function question(turn, busy, say) {
  const [open] = turn.questions;
  const corrections = turn.messages.filter((message) => message.role === 'user').length > 1;
  if (!open) return corrections && h('p.reply', { key: 'reply', role: 'status' }, turn.ai_response);
  return h('form.question', { key: `q${turn.messages.length}`, onsubmit: (/** @type {any} */ event) => {
    event.preventDefault();
    const words = event.target.elements[0].value.trim();
    if (words) say(words);
  } },
  corrections && h('p.reply', { role: 'status' }, turn.ai_response.replace(open, '').trim()),
  h('label', { for: 'answer' }, open, ' ', h('small', {}, t('optional'))),
  h('div.row', {}, h('input', { id: 'answer', maxlength: 500, autocomplete: 'off', disabled: busy }),
    h('button', { type: 'submit', disabled: busy }, t('answer')),
    h('button.quiet', { type: 'button', disabled: busy, onclick: () => say('skip') }, t('skip'))));
}
