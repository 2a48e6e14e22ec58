/** `<kiwi-brief>`: say, drop or type what film it shall be; see what was understood; correct it; have it made. */

import { ask, dataUrl, post, Problem } from './api.js';
import { asked, choices, NO_WISHES } from './choices.js';
import { h, icon, show } from './dom.js';
import { problem } from './notices.js';
import './recorder.js';
import { t } from './texts.js';
import { chips, question } from './understood.js';

/** @typedef {import('./types.js').Turn} Turn */

const LONGEST_MESSAGE = 2000;
const LARGEST_FILE = 45e6;
const KEPT = 'kiwi-draft';

export class Brief extends HTMLElement {
  words = sessionStorage.getItem(KEPT) ?? '';
  wishes = { ...NO_WISHES };
  /** @type {Blob | null} */
  recording = null;
  heardUrl = '';
  /** @type {Turn | null} */
  turn = null;
  /** @type {'' | 'hearing' | 'reading' | 'starting'} */
  busy = '';
  /** @type {unknown} */
  failure = null;
  /** @type {string} A note under the microphone: why it cannot be used. */
  note = '';
  isOver = false;
  /** The chip that is being corrected. */
  editing = '';

  connectedCallback() {
    this.draw();
  }

  draw() {
    const { turn, busy } = this;
    show(this, h('section.composer', { class: `composer${turn ? ' understood' : ''}${this.isOver ? ' over' : ''}`, 'aria-busy': String(Boolean(busy)), ...this.dropping() },
      h('h1', {}, t(turn ? 'understood_title' : 'brief_title')),
      !turn && h('p.lead', {}, t('brief_lead')),
      busy === 'hearing' && this.hearing(),
      !turn && busy !== 'hearing' && this.entering(),
      turn && this.understood(turn),
      problem(this.failure, this.recording && !turn ? () => this.hear() : undefined)));
  }

  /** The ways to say it. */
  entering() {
    const isEmpty = !this.words.trim();
    return h('div.entering', { key: 'entering' },
      h('kiwi-recorder', { key: 'recorder', onrecorded: (/** @type {CustomEvent} */ { detail }) => this.take(detail), onrefused: (/** @type {CustomEvent} */ { detail }) => this.refuse(detail) }),
      this.note && h('p.note', { role: 'alert' }, this.note, ' ', h('button.link', { onclick: () => this.pick() }, t('file_instead'))),
      h('form.typing', { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); this.read(); } },
        h('label.sr', { for: 'words' }, t('type_label')),
        h('textarea', { id: 'words', rows: 3, placeholder: t('type_example'), value: this.words, maxlength: 20000, disabled: this.busy === 'reading',
          oninput: (/** @type {any} */ { target }) => this.write(target.value),
          onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) this.read(); } }),
        h('div.row', {},
          h('button.quiet', { type: 'button', onclick: () => this.pick() }, icon('file'), t('file_choose'), h('span.wide-only', {}, t('file_drop'))),
          h('input.sr', { type: 'file', id: 'file', accept: 'audio/*,video/mp4,video/webm,.flac,.ogg', tabindex: -1, 'aria-label': t('file_choose'),
            onchange: (/** @type {any} */ { target }) => { if (target.files[0]) this.take(target.files[0]); target.value = ''; } }),
          h('button.primary', { type: 'submit', disabled: isEmpty || Boolean(this.busy) }, t(this.busy ? 'reading' : 'go_on')))),
      choices(this.wishes, (name, value) => { this.wishes[name] = value; this.draw(); }));
  }

  hearing() {
    return h('div.hearing', { key: 'hearing', role: 'status' }, h('span.waves', { 'aria-hidden': 'true' }, [1, 2, 3, 4, 5].map((n) => h('i', { vars: { n } }))),
      h('p', {}, t('hearing')), this.listening());
  }

  /** The recording, to be listened to again or thrown away. */
  listening() {
    return this.recording && h('div.again', { key: 'again' }, h('audio', { controls: true, src: this.heardUrl, 'aria-label': t('listen_again') }),
      h('button.quiet', { onclick: () => this.discard() }, icon('trash'), t('discard')));
  }

  /** @param {Turn} turn */
  understood(turn) {
    const said = turn.messages.filter((message) => message.role === 'user').at(0);
    return h('div.told', { key: 'told' },
      h('blockquote', {}, h('q', {}, said?.content ?? ''), ' ', h('button.link', { onclick: () => this.rewrite(said?.content ?? '') }, icon('pen'), t('say_otherwise'))),
      this.listening(),
      chips(turn, this.wishes, { editing: this.editing, edit: (name) => this.edit(name),
        leave: (name) => setTimeout(() => this.editing === name && this.edit('')), say: (words) => this.say(words),
        wish: (name, value) => { this.wishes[name] = value; this.draw(); } }),
      question(turn, Boolean(this.busy), (words) => this.say(words)),
      choices(this.wishes, (name, value) => { this.wishes[name] = value; this.draw(); }, ['theme', 'review', 'camera', 'budget']),
      h('div.row.start', {},
        h('button.quiet', { onclick: () => this.discard() }, t('start_over')),
        h('button.primary.big', { id: 'make', disabled: !turn.ready_to_generate || this.busy === 'starting', onclick: () => this.make() }, icon('film'),
          t(this.busy === 'starting' ? 'starting' : 'make_film'))));
  }

  dropping() {
    const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ is) => {
      event.preventDefault();
      if (this.isOver !== is) {
        this.isOver = is;
        this.draw();
      }
    };
    return {
      ondragover: (/** @type {DragEvent} */ event) => over(event, true),
      ondragleave: (/** @type {any} */ event) => { if (!event.currentTarget.contains(event.relatedTarget)) over(event, false); },
      ondrop: (/** @type {DragEvent} */ event) => { over(event, false); const file = event.dataTransfer?.files[0]; if (file) this.take(file); },
    };
  }

  /** @param {string} words */
  write(words) {
    this.words = words;
    sessionStorage.setItem(KEPT, words);
    this.draw();
  }

  pick() {
    /** @type {HTMLInputElement | null} */ (this.querySelector('#file'))?.click();
  }

  /** @param {string} why */
  refuse(why) {
    this.note = t(/** @type {any} */ (why));
    this.draw();
  }

  /** @param {Blob} recording */
  take(recording) {
    if (this.busy) return;
    this.note = '';
    if (recording.size > LARGEST_FILE) return this.refuse('file_large');
    this.recording = recording;
    URL.revokeObjectURL(this.heardUrl);
    this.heardUrl = URL.createObjectURL(recording);
    this.hear();
  }

  async hear() {
    const audio = await dataUrl(/** @type {Blob} */ (this.recording));
    await this.talk('hearing', { audio_data: audio, ...(this.words.trim() ? { message: this.words.trim() } : {}) });
  }

  /** Understand what was typed; what is too long to be talked over is a script, and is filmed as it stands. */
  async read() {
    const words = this.words.trim();
    if (!words || this.busy) return;
    if (words.length > LONGEST_MESSAGE) await this.begin(() => post('/api/video/create', { text_input: words, ...asked(this.wishes) }));
    else await this.talk('reading', { message: words });
  }

  /** @param {string} words */
  say(words) {
    return this.talk('reading', { conversation_id: this.turn?.conversation_id, message: words });
  }

  /** @param {'hearing' | 'reading'} busy @param {Record<string, unknown>} said */
  async talk(busy, said) {
    const { recording } = this;
    Object.assign(this, { busy, failure: null });
    this.draw();
    try {
      const turn = await post('/api/conversation/message', said);
      if (recording !== this.recording) return; // thrown away meanwhile
      if (turn.task_id) { // “make it now” was said
        location.hash = `#/film/${turn.task_id}`;
        return;
      }
      const isFirst = !this.turn;
      this.turn = turn;
      this.busy = '';
      this.draw();
      if (isFirst) /** @type {HTMLElement | null} */ (this.querySelector('#make'))?.focus({ preventScroll: true });
    } catch (failure) {
      if (recording !== this.recording) return;
      Object.assign(this, { failure, busy: '' });
      this.draw();
    }
  }

  make() {
    return this.begin(() => post(`/api/conversation/${this.turn?.conversation_id}/generate`, asked(this.wishes)));
  }

  /** @param {() => Promise<{task_id: string}>} promise */
  async begin(promise) {
    Object.assign(this, { busy: 'starting', failure: null });
    this.draw();
    try {
      const { task_id: id } = await promise();
      this.write('');
      location.hash = `#/film/${id}`;
    } catch (failure) {
      Object.assign(this, { failure: failure instanceof Problem ? failure : null, busy: '' });
      this.draw();
    }
  }

  /** Open a chip to be corrected; empty: close it. @param {string} name */
  edit(name) {
    const before = this.editing;
    this.editing = name;
    this.draw();
    const chip = /** @type {HTMLElement | null} */ (this.querySelector(name ? '.chips :is(input, select)' : `.chips [data-key="${before}"] button`));
    if (name || document.activeElement === document.body) chip?.focus();
  }

  /** Start again with other words. @param {string} words */
  rewrite(words) {
    this.discard();
    this.write(words);
    /** @type {HTMLElement | null} */ (this.querySelector('#words'))?.focus();
  }

  /** Throw away what was said; the server forgets the talk, too. */
  discard() {
    if (this.turn) ask('DELETE', `/api/conversation/${this.turn.conversation_id}`).catch(() => undefined);
    URL.revokeObjectURL(this.heardUrl);
    Object.assign(this, { turn: null, recording: null, heardUrl: '', busy: '', failure: null });
    this.write('');
  }
}

customElements.define('kiwi-brief', Brief);
