/** Where a film stands: the stages of the graph, as a person follows them. */

import { h, icon } from './dom.js';
import { t, word } from './texts.js';

/** @typedef {import('./types.js').Task} Task */

/** What is shown as one step, and how the server's messages about it begin. @type {[string, RegExp][]} */
const STEPS = [
  ['brief', /^(Listening|Understanding)/],
  ['script', /^(Writing|The script|Look at the script)/],
  ['voice', /^Recording/],
  ['storyboard', /^(Drawing|The storyboard|Look at the storyboard)/],
  ['pictures', /^(Filming|Rendering|Scoring)/],
  ['cut', /^Cutting/],
  ['check', /^(Checking|The film is ready)/],
];
/** The furthest step seen of each film: stages that run side by side take turns at speaking. @type {Map<string, {attempt: string, step: number}>} */
const furthest = new Map();

/** @param {Task} task @returns {number} The step a film is in; -1: it waits its turn. */
export function stepOf(task) {
  if (task.status === 'completed') return STEPS.length;
  const found = STEPS.findIndex(([, begins]) => begins.test(task.message));
  const attempt = String(/** @type {any} */ (task).attempt);
  const before = furthest.get(task.task_id);
  const step = Math.max(found, before?.attempt === attempt ? before.step : -1);
  if (task.status !== 'pending') furthest.set(task.task_id, { attempt, step });
  return task.status === 'pending' ? -1 : step;
}

/** @param {Task} task @returns {string} What is being done, in the reader's language. */
export function doing(task) {
  if (task.status === 'pending') return t('waiting_turn');
  const [, n, of] = /(\d+) of (\d+) scenes/.exec(task.message) ?? [];
  const step = STEPS.find(([, begins]) => begins.test(task.message));
  const doing = step ? word('doing', step[0]) : task.message;
  return n ? t('scenes_done', { doing, n, of }) : doing;
}

/** The stages as a line. @param {Task} task */
export function stageLine(task) {
  const now = stepOf(task);
  return h('ol.stages', { 'aria-label': t('stages') }, STEPS.map(([name], step) => h('li', { key: name,
    class: step < now ? 'done' : step === now ? 'now' : '', 'aria-current': step === now ? 'step' : undefined },
  h('i', { 'aria-hidden': 'true' }, step < now && icon('check')), h('span', {}, word('stage', name)))));
}
