/** `<kiwi-film film="id">`: one film from its promise on: it is made, looked at, decided about, watched, or has failed. */

import { post, Problem, taskPath } from './api.js';
import { h, icon, show } from './dom.js';
import { filmstrip, making, titleOf } from './making.js';
import { notify, problem, told } from './notices.js';
import './review.js';
import { isOver, known, learn, onChange, refresh } from './store.js';
import { onLine } from './stream.js';
import { t } from './texts.js';
import './watching.js';

/** @typedef {import('./types.js').Task} Task */

export class Film extends HTMLElement {
  live = true;
  /** @type {unknown} */
  failure = null;
  leaving = new AbortController();
  /** @type {Task | undefined} */
  last = undefined;

  get film() {
    return this.getAttribute('film') ?? '';
  }

  connectedCallback() {
    onChange((id) => id === this.film && this.draw(), this.leaving.signal);
    onLine((live) => { this.live = live; this.draw(); }, this.leaving.signal);
    this.draw();
    this.look();
    addEventListener('focus', () => isOver(known(this.film)) && this.look(), { signal: this.leaving.signal });
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  async look() {
    this.failure = null;
    await refresh(this.film).catch((failure) => { this.failure = failure; });
    this.draw();
  }

  draw() {
    if (!this.isConnected) return;
    const task = known(this.film);
    if (task && this.last && task.status !== this.last.status && task.status === 'completed') document.title = `✓ ${titleOf(task)} – KIWI Video`;
    else if (task) document.title = `${isOver(task) ? '' : `${task.progress} % `}${titleOf(task)} – KIWI Video`;
    this.last = task;
    show(this, !this.live && h('p.offline', { key: 'offline', role: 'status' }, t('reconnecting')), this.body(task));
  }

  /** @param {Task | undefined} task */
  body(task) {
    if (!task) {
      const isGone = this.failure instanceof Problem && this.failure.status === 404;
      if (isGone) return h('section.empty', { key: 'gone' }, h('h1', {}, t('gone_title')), h('p', {}, t('gone_words')), h('a.button.primary', { href: '#/' }, t('new_film')));
      return this.failure ? problem(this.failure, () => this.look()) : h('section.making', { key: 'loading', 'aria-busy': 'true' }, h('div.blank.line', {}));
    }
    if (task.status === 'awaiting_review') return h('kiwi-review', { key: 'review', film: this.film, revision: task.data.review?.revision ?? task.seq });
    if (task.status === 'completed' && task.result) return h('kiwi-watching', { key: 'watching', film: this.film, seq: task.seq });
    // while a new version is made the old one can still be watched
    if (!isOver(task)) return [making(task, this.live, () => this.cancel()), task.result && h('kiwi-watching', { key: 'watching', film: this.film, seq: task.seq, meanwhile: true })];
    return this.ended(task);
  }

  /** A film that failed or was cancelled. @param {Task} task */
  ended(task) {
    const failed = task.status === 'failed';
    return h('section.ended', { key: 'ended' },
      h('h1', {}, titleOf(task)),
      h('div.problem', { role: 'alert' }, h('strong', {}, t(failed ? 'failed_title' : 'cancelled_title')), failed && h('p', {}, task.error),
        !failed && h('p', {}, t('cancelled_words')),
        failed && h('p.small', {}, t('film_id', { id: task.task_id })),
        h('div.row', {}, h('button.primary', { id: 'retry', onclick: () => this.retry() }, icon('retry'), t(failed ? 'try_again' : 'continue_film')),
          h('a.button.quiet', { href: '#/' }, t('new_film')))),
      (task.data.scenes ?? []).length > 0 && filmstrip(task));
  }

  cancel() {
    return this.ask(() => post(taskPath(this.film, '/cancel')));
  }

  retry() {
    return this.ask(() => post(taskPath(this.film, '/retry')));
  }

  /** @param {() => Promise<Task>} asking */
  async ask(asking) {
    try {
      learn(await asking());
    } catch (failure) {
      notify(told(failure));
    }
  }
}

customElements.define('kiwi-film', Film);
