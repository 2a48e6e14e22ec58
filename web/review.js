/** `<kiwi-review film="id" revision="3">`: a script or a storyboard that waits to be approved, and can be changed before. */

import { ask, post, Problem, taskPath } from './api.js';
import { aspectOf, hasCameras } from './choices.js';
import { h, icon, show } from './dom.js';
import { picture, titleOf } from './making.js';
import { notify, problem } from './notices.js';
import { known, learn, refresh } from './store.js';
import { length, money, t, word } from './texts.js';

/** @typedef {import('./types.js').Scene} Scene */
/** @typedef {import('./types.js').Storyboard} Storyboard */
/** @typedef {Scene & {key: string, isNew?: boolean}} Draft */

export class Review extends HTMLElement {
  static observedAttributes = ['revision'];
  /** @type {Storyboard | null} */
  board = null;
  /** @type {Draft[]} */
  scenes = [];
  before = '';
  busy = false;
  /** @type {unknown} */
  failure = null;
  made = 0;

  get film() {
    return this.getAttribute('film') ?? '';
  }

  get task() {
    return known(this.film);
  }

  get isStoryboard() {
    return this.task?.data.review?.stage === 'storyboard';
  }

  connectedCallback() {
    this.read();
  }

  /** A newer revision, made here or by somebody else. @param {string} _ @param {string | null} was @param {string} is */
  attributeChangedCallback(_, was, is) {
    if (was !== null && was !== is && this.isConnected) this.read();
  }

  /** Get what there is to look at; the script as the task tells it where there is no storyboard. */
  async read() {
    const before = this.board;
    this.board = await ask('GET', taskPath(this.film, '/storyboard')).catch((failure) => {
      if (!(failure instanceof Problem) || ![404, 405, 409].includes(failure.status)) this.failure = failure;
      return null;
    });
    const scenes = this.board?.scenes ?? this.task?.data.scenes ?? [];
    if (before && this.board && before.revision !== this.board.revision && this.changed && !this.busy) notify(t('newer_revision'));
    this.scenes = scenes.map((scene) => ({ ...scene, key: scene.id ?? String(scene.scene_number) }));
    this.before = JSON.stringify(this.told());
    this.busy = false;
    this.draw();
  }

  /** @returns {boolean} Whether anything differs from the revision that was seen. */
  get changed() {
    return JSON.stringify(this.told()) !== this.before;
  }

  /** The scenes as the server is told of them; where there is a storyboard, in the order wanted. */
  told() {
    if (!this.board) return this.scenes.map(({ scene_number, description }) => ({ scene_number, description }));
    return this.scenes.map(({ scene_number, title, description, card, prompt, isNew }) =>
      (isNew ? { title, description, card } : { scene_number, title, description, card, prompt }));
  }

  draw() {
    const { task, board } = this;
    if (!task || !this.isConnected) return;
    const changed = this.changed;
    const shape = (aspectOf(board?.size ?? '') || '16:9').replace(':', '-');
    const usd = board?.estimate?.total ?? task.estimate?.total ?? 0;
    const fault = task.data.review?.fault;
    show(this, h('section.review', { class: `review shape-${shape}`, 'aria-busy': String(this.busy) },
      h('h1', {}, board?.title || titleOf(task)),
      h('p.lead', {}, t(this.isStoryboard ? 'review_storyboard_lead' : 'review_script_lead')),
      fault && h('div.problem', { role: 'alert' }, h('p', {}, fault)),
      problem(this.failure),
      h('ol.board', { 'aria-label': t('scenes') }, this.scenes.map((scene, at) => this.scene(scene, at))),
      board && this.isStoryboard && h('button.add', { onclick: () => this.add() }, icon('plus'), t('add_scene')),
      h('div.row.decide', {},
        h('p.figures', {}, this.length(), h('span', {}, usd > 0 ? t('would_cost', { money: money(usd) }) : t('costs_nothing'))),
        h('button.quiet', { id: 'reject', disabled: this.busy, onclick: () => this.say({ approve: false }) }, t('do_not_film')),
        this.isStoryboard && changed && h('button', { id: 'redraw', disabled: this.busy, onclick: () => this.say({ approve: false, ...this.changes() }) }, icon('retry'), t('draw_again')),
        h('button.primary.big', { id: 'approve', disabled: this.busy, onclick: () => this.say({ approve: true, ...(changed ? this.changes() : {}) }) }, icon('film'), t('film_it')))));
  }

  length() {
    const seconds = this.scenes.reduce((sum, scene) => sum + (scene.seconds ?? 0), 0);
    return seconds > 0 && h('span', {}, icon('clock'), length(Math.round(seconds)));
  }

  /** @param {Draft} scene @param {number} at */
  scene(scene, at) {
    const { board } = this;
    const name = t('scene_n', { n: at + 1 });
    const set = (/** @type {'title' | 'description' | 'card' | 'prompt'} */ field) => (/** @type {any} */ { target }) => { scene[field] = target.value; this.draw(); };
    const move = (/** @type {number} */ by) => { this.scenes.splice(at + by, 0, ...this.scenes.splice(at, 1)); this.draw(); };
    return h('li.card', { key: scene.key },
      this.isStoryboard && picture(scene, t('still_of', { n: at + 1 }), at + 1),
      h('div.fields', {},
        board && h('input.title', { value: scene.title, maxlength: 120, 'aria-label': `${t('title')}, ${name}`, placeholder: t('title'), oninput: set('title') }),
        (scene.description || scene.isNew || this.board) ? h('textarea', { rows: 3, maxlength: 1000, value: scene.description, 'aria-label': t('words_of', { n: at + 1 }),
          placeholder: t(scene.isNew ? 'new_words' : 'no_words'), oninput: set('description') }) : h('p.small', {}, t('no_words')),
        board && this.isStoryboard && h('div.row', {},
          h('label.pill', {}, h('span', {}, t('card')), h('select', { value: scene.card ?? '', onchange: set('card') },
            [...new Set([scene.card ?? '', ...board.cards])].map((card) => h('option', { value: card, selected: card === scene.card }, card ? word('card', card) : t('by_server'))))),
          at > 0 && this.tool('up', t('earlier'), name, () => move(-1)),
          at < this.scenes.length - 1 && this.tool('lower', t('later'), name, () => move(1)),
          this.scenes.length > 1 && this.tool('trash', t('remove'), name, () => { this.scenes.splice(at, 1); this.draw(); })),
        scene.prompt && hasCameras() && h('details', {}, h('summary', {}, t('camera_prompt')), h('textarea', { rows: 2, maxlength: 1000, value: scene.prompt, 'aria-label': `${t('camera_prompt')}, ${name}`, oninput: set('prompt') }))));
  }

  /** @param {'up' | 'lower' | 'trash'} drawing @param {string} words @param {string} of @param {() => void} onclick */
  tool(drawing, words, of, onclick) {
    return h('button.quiet.round', { key: drawing, onclick, 'aria-label': `${words}, ${of}`, title: words }, icon(drawing));
  }

  add() {
    this.made += 1;
    const last = this.scenes.at(-1)?.description === '' ? this.scenes.length - 1 : this.scenes.length;
    this.scenes.splice(last, 0, { key: `new${this.made}`, isNew: true, scene_number: 0, title: '', description: '', card: '' });
    this.draw();
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-key="new${this.made}"] textarea`))?.focus();
  }

  /** What to send of the scenes: all of them in the order wanted, and which are gone. */
  changes() {
    if (!this.board) {
      const before = JSON.parse(this.before);
      return { scenes: this.told().filter((scene, at) => JSON.stringify(scene) !== JSON.stringify(before[at])) };
    }
    const kept = new Set(this.scenes.map((scene) => scene.scene_number));
    const gone = this.board.scenes.filter((scene) => !kept.has(scene.scene_number)).map(({ scene_number }) => ({ scene_number, remove: true }));
    const told = this.told().map((scene) => Object.fromEntries(Object.entries(scene).filter(([, value]) => value !== undefined && value !== '')));
    return { order: true, scenes: [...told, ...gone] };
  }

  /** @param {Record<string, unknown>} decision */
  async say(decision) {
    Object.assign(this, { busy: true, failure: null });
    this.draw();
    try {
      learn(await post(taskPath(this.film, '/review'), { ...decision, ...(this.board ? { revision: this.board.revision } : {}) }));
      if (this.isConnected && this.task?.status === 'awaiting_review') await this.read();
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 409 && failure.body.revision) {
        notify(t('newer_revision'));
        await refresh(this.film).catch(() => undefined);
        await this.read();
      } else Object.assign(this, { busy: false, failure });
    }
    this.draw();
  }
}

customElements.define('kiwi-review', Review);
