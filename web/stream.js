/**
 * One stream of events for all pages of this browser: a browser opens six connections to a server at most, so one page holds the stream
 * (whoever has the lock), and tells the others. Without locks (a page that came over plain HTTP) each page holds its own.
 */

import { ask } from './api.js';

/** @typedef {import('./types.js').Task} Task */
/** @typedef {{kind: 'want', page: string, ids: string[]} | {kind: 'who'} | {kind: 'told', message: Task} | {kind: 'line', live: boolean}} Post */

const NAME = 'kiwi-events';
const MOST = 50;
const PATIENCE = { first: 400, most: 3000 };
const page = crypto.getRandomValues(new Uint32Array(2)).join('-');
const shares = 'locks' in navigator && 'BroadcastChannel' in globalThis;
const channel = shares ? new BroadcastChannel(NAME) : null;

/** What each page wants to follow, known to the one that holds the stream. @type {Map<string, string[]>} */
const wanted = new Map();
/** The latest event known of each film. @type {Map<string, number>} */
const seen = new Map();
/** @type {((message: Task) => void)[]} */
const listeners = [];
/** @type {Set<(live: boolean) => void>} */
const lineListeners = new Set();
/** @type {EventSource | null} */
let source = null;
let holds = !shares;
let following = '';
let live = true;
let wait = PATIENCE.first;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {(message: Task) => void} heard Hears every event of the films followed. */
export const onTold = (heard) => listeners.push(heard);
/** @param {(live: boolean) => void} heard Hears when the line is lost, and when it is back. @param {AbortSignal} [until] */
export function onLine(heard, until) {
  lineListeners.add(heard);
  until?.addEventListener('abort', () => lineListeners.delete(heard));
}

/** @param {string[]} ids The films to follow from now on. */
export function follow(ids) {
  const mine = [...ids].sort().slice(-MOST);
  if (String(wanted.get(page) ?? '') === String(mine)) return;
  wanted.set(page, mine);
  say({ kind: 'want', page, ids: mine });
  if (holds) reopen();
}

/** @param {Post} post */
function say(post) {
  channel?.postMessage(post);
}

/** @param {Post} post */
function hear(post) {
  if (post.kind === 'want') {
    wanted.set(post.page, post.ids);
    if (holds) reopen();
  } else if (post.kind === 'who') say({ kind: 'want', page, ids: wanted.get(page) ?? [] });
  else if (post.kind === 'told') for (const listener of listeners) listener(post.message);
  else setLine(post.live);
}

/** @param {boolean} now */
function setLine(now) {
  if (now === live) return;
  live = now;
  for (const listener of lineListeners) listener(live);
}

/** @param {Post} post To all pages, this one too. */
function tell(post) {
  say(post);
  hear(post);
}

/** Open the stream for what is wanted now, unless it is open for exactly that. @param {boolean} [anew] */
function reopen(anew = false) {
  const ids = [...new Set([...wanted.values()].flat())].sort().slice(-MOST);
  if (!anew && source && String(ids) === following) return;
  clearTimeout(timer);
  source?.close();
  source = null;
  following = String(ids);
  if (!ids.length) {
    tell({ kind: 'line', live: true });
    return;
  }
  const after = ids.filter((id) => seen.has(id)).map((id) => `${id}:${seen.get(id)}`);
  source = new EventSource(`/api/video/events?ids=${ids.join(',')}${after.length ? `&after=${after.join(',')}` : ''}`);
  source.onopen = () => {
    wait = PATIENCE.first;
    tell({ kind: 'line', live: true });
  };
  source.onmessage = ({ data }) => {
    /** @type {Task} */
    const message = JSON.parse(data);
    if (message.seq !== undefined) seen.set(message.task_id, message.seq);
    tell({ kind: 'told', message });
  };
  source.onerror = lost;
}

/** The line broke, or the stream has told everything: come back, sooner at first than later. */
function lost() {
  source?.close();
  source = null;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const reached = await ask('GET', '/readyz').then(() => true, ({ status }) => status > 0 && status !== 503);
    if (!reached) tell({ kind: 'line', live: false });
    else for (const id of following.split(',')) await look(id);
    wait = reached ? PATIENCE.first : Math.min(wait * 1.5, PATIENCE.most);
    if (reached) reopen(true);
    else lost();
  }, wait);
}

/** @param {string} id Find out how a film stands whose stream has ended. */
async function look(id) {
  await ask('GET', `/api/video/status/${encodeURIComponent(id)}`).then(
    (task) => tell({ kind: 'told', message: task }),
    ({ status }) => status === 404 && tell({ kind: 'told', message: /** @type {any} */ ({ task_id: id, error: 'Task not found' }) }),
  );
}

addEventListener('offline', () => tell({ kind: 'line', live: false }));
addEventListener('online', () => {
  wait = PATIENCE.first;
  if (holds) lost();
});

if (channel) {
  channel.onmessage = ({ data }) => hear(data);
  addEventListener('pagehide', () => say({ kind: 'want', page, ids: [] }));
  addEventListener('pageshow', () => say({ kind: 'want', page, ids: wanted.get(page) ?? [] }));
  navigator.locks.request(NAME, () => {
    holds = true;
    say({ kind: 'who' });
    reopen();
    return new Promise(() => undefined); // for as long as this page lives
  });
}
