/** `<kiwi-history>`: all films, to be found again, stopped, tried again or thrown away. */

import { ask, listFilms, post, taskPath } from './api.js';
import { h, icon, show } from './dom.js';
import { titleOf } from './making.js';
import { notify, problem, told } from './notices.js';
import { doing } from './stages.js';
import { all, forget, isOver, learn, onChange } from './store.js';
import { ago, clock, t, word } from './texts.js';

/** @typedef {import('./types.js').Task} Task */

const SEARCHED = 500;

export class History extends HTMLElement {
  leaving = new AbortController();
  search = '';
  next = '';
  isLoading = true;
  /** @type {unknown} */
  failure = null;
  /** Films that will be deleted in a moment, unless that is undone. @type {Set<string>} */
  leavingFilms = new Set();

  connectedCallback() {
    onChange(() => this.draw(), this.leaving.signal);
    this.draw();
    this.load();
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  /** @param {string} [from] */
  async load(from) {
    Object.assign(this, { isLoading: true, failure: null });
    try {
      const { tasks, next } = await listFilms(from);
      tasks.forEach(learn);
      this.next = next;
    } catch (failure) {
      this.failure = failure;
    }
    this.isLoading = false;
    this.draw();
    if (this.search && this.next && all().length < SEARCHED) await this.load(this.next);
  }

  draw() {
    if (!this.isConnected) return;
    const words = this.search.trim().toLocaleLowerCase().split(/\s+/);
    const films = all().filter((task) => !this.leavingFilms.has(task.task_id));
    const found = films.filter((task) => words.every((one) => textOf(task).includes(one)));
    show(this, h('section.history', {},
      h('div.row.head', {}, h('h1', {}, t('films')),
        (films.length > 0 || this.search) && h('label.search', {}, icon('search'), h('span.sr', {}, t('search')), h('input', { type: 'search', id: 'search', placeholder: t('search'), value: this.search,
          oninput: (/** @type {any} */ { target }) => { this.search = target.value; this.draw(); if (this.next && !this.isLoading) this.load(this.next); } }))),
      problem(this.failure, () => this.load()),
      !found.length && !this.isLoading && !this.failure && h('div.empty', { key: 'empty' }, h('p', {}, t(this.search ? 'nothing_found' : 'no_films')), h('a.button.primary', { href: '#/' }, t('new_film'))),
      h('ul.films', {}, found.map((task) => this.film(task))),
      this.next && h('button', { id: 'more', disabled: this.isLoading, onclick: () => this.load(this.next) }, t('more'))));
  }

  /** @param {Task} task */
  film(task) {
    const { task_id: id, result, status } = task;
    const title = titleOf(task);
    const poster = result?.poster_url || task.data.scenes?.find((scene) => scene.still_url)?.still_url;
    return h('li.poster', { key: id, class: `poster ${status}` },
      h('a', { href: `#/film/${id}` },
        h('div.picture', {}, poster ? h('img', { src: poster, alt: '', loading: 'lazy' }) : h('b', { 'aria-hidden': 'true' }, title), result && h('small', {}, clock(result.duration)),
          status === 'processing' && h('div.bar.thin', { 'aria-hidden': 'true', vars: { done: `${task.progress}%` } }, h('i', {}))),
        h('b.name', {}, title)),
      h('p.small', {}, h('span.state', {}, isOver(task) || status === 'awaiting_review' ? word('status', status) : `${task.progress} % · ${doing(task)}`), ` · ${ago(task.created_at)}`),
      h('div.row.tools', {},
        !isOver(task) && this.tool('cross', t('cancel'), title, () => this.change(() => post(taskPath(id, '/cancel')))),
        (status === 'failed' || status === 'cancelled') && this.tool('retry', t('try_again'), title, () => this.change(() => post(taskPath(id, '/retry')))),
        isOver(task) && this.tool('trash', t('delete'), title, () => this.remove(id, title))));
  }

  /** @param {'cross' | 'retry' | 'trash'} drawing @param {string} words @param {string} title @param {() => void} onclick */
  tool(drawing, words, title, onclick) {
    return h('button.quiet.small', { key: drawing, onclick, 'aria-label': `${words}: ${title}` }, icon(drawing), words);
  }

  /** @param {() => Promise<Task>} asking */
  async change(asking) {
    await asking().then(learn, (failure) => notify(told(failure)));
  }

  /** Delete a film, unless that is undone within some seconds. @param {string} id @param {string} title */
  remove(id, title) {
    this.leavingFilms.add(id);
    this.draw();
    const back = () => {
      this.leavingFilms.delete(id);
      this.draw();
    };
    notify(t('deleted', { title }), {
      action: { words: t('undo'), run: back },
      then: () => ask('DELETE', taskPath(id), { keepalive: true }).then(() => forget(id), (failure) => { back(); notify(told(failure)); }),
    });
  }
}

/** @param {Task} task @returns {string} What a film is found by. */
function textOf(task) {
  const said = [titleOf(task), task.transcription, task.result?.video_prompt, task.data.understood?.topic, ...(task.data.scenes ?? []).map((scene) => `${scene.title} ${scene.description}`)];
  return said.filter(Boolean).join(' ').toLocaleLowerCase();
}

customElements.define('kiwi-history', History);
