/** What is known of films, in one place for all parts of the page; listeners hear of every change. */

import { Problem, status } from './api.js';
import { follow, onLine, onTold } from './stream.js';

/** @typedef {import('./types.js').Task} Task */

const ENDS = new Set(['completed', 'failed', 'cancelled']);
/** @type {Map<string, Task>} */
const tasks = new Map();
const changes = new EventTarget();

/** @param {Task | undefined} task @returns {boolean} */
export const isOver = (task) => !task || ENDS.has(task.status);

/** @param {string} id @returns {Task | undefined} */
export const known = (id) => tasks.get(id);

/** @returns {Task[]} Newest first. */
export const all = () => [...tasks.values()].sort((one, other) => other.created_at.localeCompare(one.created_at));

/**
 * Take in a film as the server told of it; what is older than what is known is not news.
 * @param {Task} task
 */
export function learn(task) {
  const before = tasks.get(task.task_id);
  if (before && task.updated_at < before.updated_at) return;
  tasks.set(task.task_id, before ? { ...before, ...task } : task);
  watch();
  changes.dispatchEvent(new CustomEvent('change', { detail: task.task_id }));
}

/** @param {string} id A film that is no longer there. */
export function forget(id) {
  if (!tasks.delete(id)) return;
  watch();
  changes.dispatchEvent(new CustomEvent('change', { detail: id }));
}

/** Forget all: somebody else may sit here now. */
export function forgetAll() {
  for (const id of [...tasks.keys()]) forget(id);
}

/**
 * @param {(id: string) => void} heard
 * @param {AbortSignal} until
 */
export function onChange(heard, until) {
  changes.addEventListener('change', (event) => heard(/** @type {CustomEvent} */ (event).detail), { signal: until });
}

/** Ask for a film anew. @param {string} id @returns {Promise<void>} Problem. */
export async function refresh(id) {
  try {
    learn(await status(id));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) forget(id);
    throw problem;
  }
}

/** Follow whatever is under way; of what waits for a person too, since another page may decide. */
function watch() {
  follow([...tasks.values()].filter((task) => !isOver(task)).map((task) => task.task_id));
}

onTold((message) => {
  if (message.error === 'Task not found') forget(message.task_id);
  else learn(message);
});

/** What was under way is asked for when the line is back: its end may have come and gone meanwhile. */
onLine((live) => {
  if (!live) return;
  for (const task of tasks.values()) if (!isOver(task)) refresh(task.task_id).catch(() => undefined);
});

addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') for (const task of tasks.values()) if (!isOver(task)) refresh(task.task_id).catch(() => undefined);
});
