/** What is told in passing, and how a refusal is shown where it happened. */

import { Problem } from './api.js';
import { h, icon, show } from './dom.js';
import { t } from './texts.js';

const SHOWN_MS = 7000;
/** @typedef {{id: number, words: string, action?: {words: string, run: () => void}, then?: () => void}} Notice */
/** @type {Notice[]} */
let notices = [];
let count = 0;

/**
 * Tell something for some seconds.
 * @param {string} words
 * @param {{action?: {words: string, run: () => void}, then?: () => void}} [more] `then` happens when the time is over and the action was not taken.
 */
export function notify(words, { action, then } = {}) {
  const notice = { id: (count += 1), words, action, then };
  notices = [...notices, notice];
  draw();
  setTimeout(() => close(notice, true), SHOWN_MS);
}

/** Let whatever waits for an action that was not taken happen now: the page is left. */
addEventListener('pagehide', () => notices.forEach((notice) => close(notice, true)));

/** @param {Notice} notice @param {boolean} happens */
function close(notice, happens) {
  if (!notices.includes(notice)) return;
  notices = notices.filter((one) => one !== notice);
  draw();
  if (happens) notice.then?.();
}

function draw() {
  const place = document.getElementById('notices');
  if (place) show(place, notices.map((notice) => h('div.notice', { key: `n${notice.id}` }, h('span', {}, notice.words),
    notice.action && h('button.link', { onclick: () => { close(notice, false); notice.action?.run(); } }, notice.action.words))));
}

/** @param {unknown} failure @returns {string} One sentence: what happened and what to do. */
export function told(failure) {
  if (!(failure instanceof Problem)) return t('broken');
  return failure.status === 0 ? t('unreachable') : failure.message.replace(/^[a-z_]+: /, '') || t('broken');
}

/**
 * A refusal with what to do: its title, its sentence, the request's id for whoever runs the server, and a way to try again.
 * @param {unknown} failure
 * @param {() => void} [again]
 * @returns {HTMLElement | null}
 */
export function problem(failure, again) {
  if (!failure) return null;
  const id = failure instanceof Problem ? failure.requestId : '';
  return h('div.problem', { role: 'alert', key: 'problem' }, h('strong', {}, t('problem_title')), h('p', {}, told(failure)),
    id && h('p.small', {}, t('request_id', { id })),
    again && h('button', { onclick: again }, icon('retry'), t('try_again')));
}
