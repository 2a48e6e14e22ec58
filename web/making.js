/** A film while it is made: the line of stages, how far it is, and a filmstrip that fills. */

import { aspectOf } from './choices.js';
import { h, icon } from './dom.js';
import './preview.js';
import { doing, stageLine } from './stages.js';
import { clock, length, money, t, word } from './texts.js';

/** @typedef {import('./types.js').Task} Task */
/** @typedef {import('./types.js').Scene} Scene */

/** @param {Task} task @param {boolean} live @param {() => void} cancel */
export function making(task, live, cancel) {
  const left = task.data.seconds_left;
  const usd = Number(/** @type {any} */ (task.cost ?? task.data.cost)?.total ?? 0);
  return h('section.making', { key: 'making', 'aria-busy': 'true' },
    h('h1', {}, titleOf(task)),
    understoodLine(task),
    stageLine(task),
    h('div.bar', { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': task.progress, 'aria-label': t('progress'), vars: { done: `${task.progress}%` } }, h('i', {})),
    h('div.row.state', {},
      h('p.doing', { role: 'status' }, live ? doing(task) : t('reconnecting')),
      h('p.figures', {}, h('b.percent', {}, `${task.progress} %`),
        left !== undefined && left !== null && h('span', {}, icon('clock'), t('left', { time: clock(left) })),
        usd > 0 && h('span', {}, t('cost_so_far', { money: money(usd) })),
        !usd && task.estimate?.total > 0 && h('span', {}, t('estimated', { money: money(task.estimate?.total) }))),
      h('button.quiet', { id: 'cancel', onclick: cancel }, icon('cross'), t('cancel'))),
    preview(task),
    filmstrip(task));
}

/** A player, once there is something to play, unless the film of before can be watched. @param {Task} task */
function preview(task) {
  const begun = (task.data.scenes ?? []).some(({ state = 'waiting' }) => state !== 'waiting');
  return begun && !task.result && h('kiwi-preview', { key: 'preview', film: task.task_id, class: shapeOf(task) });
}

/** @param {Task} task */
const shapeOf = (task) => `shape-${(aspectOf(sizeOf(task)) || '16:9').replace(':', '-')}`;

/** @param {Task} task @returns {string} The best name that a film has by now. */
export function titleOf(task) {
  const { result, data } = task;
  return result?.title || data.scenes?.[0]?.title || capital(data.understood?.topic ?? '') || task.transcription?.slice(0, 90) || t('a_film');
}

/** @param {string} words */
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** @param {Task} task What was understood, once it is known. */
function understoodLine(task) {
  const read = task.data.understood;
  if (!read) return null;
  const shape = { '16:9': 'wide', '9:16': 'vertical', '1:1': 'square' }[aspectOf(read.size ?? '') || read.aspect || ''];
  const said = [read.topic, read.video_type && word('kind', read.video_type), read.seconds && length(read.seconds), shape && word('shape', shape), read.tone && word('mood', read.tone)];
  return h('ul.chips.small', { 'aria-label': t('understood_title') }, said.filter(Boolean).map((one) => h('li', { key: `${one}` }, h('span.chip', {}, one))));
}

/** @param {Task} task */
export function filmstrip(task) {
  const scenes = task.data.scenes ?? [];
  const blanks = scenes.length ? [] : [1, 2, 3, 4];
  return h('ol.strip', { 'aria-label': t('scenes'), class: `strip ${shapeOf(task)}` },
    blanks.map((n) => h('li.frame.blank', { key: `blank${n}`, 'aria-hidden': 'true', vars: { n } }, h('div.picture', {}))),
    scenes.map((scene) => frame(scene, scene.state ?? 'waiting')));
}

/** @param {Task} task @returns {string} `1920x1080` */
export const sizeOf = (task) => task.result?.resolution || task.data.understood?.size || '';

/** @param {Scene} scene @param {string} state */
function frame(scene, state) {
  const done = scene.progress ?? (state === 'ready' ? 100 : 0);
  return h('li.frame', { key: `s${scene.scene_number}`, class: `frame ${state}`, vars: { n: scene.scene_number, done: `${done}%` } },
    picture(scene),
    state !== 'waiting' && h('div.bar.thin', { 'aria-hidden': 'true', class: `bar thin${scene.progress === undefined && state === 'rendering' ? ' busy' : ''}` }, h('i', {})),
    h('p', {}, scene.description || scene.title, state !== 'waiting' && h('span.sr', {}, ` (${word('scene', state)})`)));
}

/** @param {string} src @param {string} [alt] A picture that may not be drawn yet: until it is, the card behind it shows. */
function still(src, alt = '') {
  const seen = (/** @type {boolean} */ is) => (/** @type {any} */ { target }) => target.classList.toggle('missing', !is);
  return h('img', { key: 'still', src, alt, decoding: 'async', onload: seen(true), onerror: seen(false) });
}

/** A scene's card with its words, and over it its still once there is one. @param {Scene} scene @param {string} [alt] @param {number} [number] */
export function picture(scene, alt = '', number = scene.scene_number) {
  return h('div.picture', { key: 'picture' },
    h('b', { key: 'words', 'aria-hidden': scene.still_url ? 'true' : undefined }, scene.title),
    scene.still_url && still(scene.still_url, alt),
    h('em', {}, String(number)), scene.seconds && h('small', {}, length(Math.round(scene.seconds))));
}
