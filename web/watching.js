/** `<kiwi-watching film="id">`: a finished film: player, chapters, downloads, versions; what can be made of it. */

import { ask, post, Problem, taskPath } from './api.js';
import { aspectOf, ASPECTS } from './choices.js';
import { h, icon, show } from './dom.js';
import { titleOf } from './making.js';
import { notify, told } from './notices.js';
import { goOn } from './preview.js';
import { sceneList } from './scenes.js';
import { isOver, known, learn, onChange } from './store.js';
import { ago, length, megabytes, t, word } from './texts.js';

/** @typedef {import('./types.js').Task} Task */
/** @typedef {import('./types.js').Result} Result */
/** @typedef {{start: number, end: number, title: string, voice_over: string, card: string}} Chapter */

const SHORTER = 0.6;

export class Watching extends HTMLElement {
  leaving = new AbortController();
  /** @type {Chapter[]} */
  chapters = [];
  chaptersOf = '';
  /** The version that is watched; 0: the newest. */
  version = 0;
  /** The scene that is being heard, from 0. */
  now = -1;
  /** The scene whose words are being changed, from 1; 0: none. */
  editing = 0;
  /** Words over the picture, beside those that the film shows itself. */
  hasCaptions = false;

  get film() {
    return this.getAttribute('film') ?? '';
  }

  connectedCallback() {
    onChange((id) => id === this.film && this.draw(), this.leaving.signal);
    this.draw();
    const video = this.querySelector('video');
    if (video) goOn(this.film, video);
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  /** @param {Result} result @returns {{video_url: string, poster_url: string, captions: Record<string, string>, manifest_url: string, duration: number}} */
  chosen(result) {
    const version = result.versions?.find((one) => one.version === this.version && !one.current);
    if (!version) {
      const of = `?of=${result.sha256.slice(0, 8)}`; // the address is the newest version's, whichever that is
      return { ...result, video_url: result.video_url + of, poster_url: result.poster_url + of, manifest_url: result.manifest_url + of };
    }
    return { manifest_url: version.video_url.replace(/\.mp4$/, '.json'), ...version };
  }

  draw() {
    const task = known(this.film);
    if (!task?.result || !this.isConnected) return;
    const { result } = task;
    const chosen = this.chosen(result);
    this.readChapters(chosen.manifest_url, chosen.video_url);
    const shape = (aspectOf(result.resolution) || '16:9').replace(':', '-');
    show(this, h('section.watching', { class: `watching shape-${shape}` },
      h('div.screen', { key: 'screen' },
        h('video', { key: chosen.video_url, id: 'player', controls: true, playsinline: true, preload: 'metadata', src: chosen.video_url, poster: chosen.poster_url,
          'aria-label': titleOf(task), ontimeupdate: (/** @type {any} */ { target }) => this.heed(target.currentTime) },
        h('track', { kind: 'captions', src: chosen.captions.vtt, srclang: 'en', label: 'English' })),
        h('div.row.head', {}, h('h1', {}, titleOf(task)), this.captionsButton()),
        h('p.facts', {}, [length(Math.round(chosen.duration)), result.resolution.replace('x', ' × '), megabytes(result.size), ago(task.created_at)].join(' · ')),
        this.downloads(chosen),
        isOver(task) && this.again(task),
        this.about(result)),
      h('div.side', { key: 'side' }, this.versions(result), h('h2', {}, t('scenes')),
        sceneList(task, this.chapters, { now: this.now, editing: this.editing, mayChange: isOver(task) && !this.version, seek: (seconds) => this.seek(seconds),
          edit: (number) => { this.editing = number; this.draw(); if (number) this.querySelector('textarea')?.focus(); },
          change: (number, body) => this.change(() => post(taskPath(this.film, `/scenes/${number}/retake`), body)),
          remove: (number) => this.change(() => ask('DELETE', taskPath(this.film, `/scenes/${number}`))) }))));
    const [track] = /** @type {HTMLVideoElement} */ (this.querySelector('video')).textTracks;
    if (track) track.mode = this.hasCaptions ? 'showing' : 'hidden';
  }

  captionsButton() {
    return h('button.quiet', { id: 'captions', 'aria-pressed': String(this.hasCaptions), title: t('captions_why'), onclick: () => { this.hasCaptions = !this.hasCaptions; this.draw(); } },
      icon('words'), t('captions'));
  }

  /** @param {ReturnType<Watching['chosen']>} chosen */
  downloads({ video_url: video, captions, manifest_url: manifest }) {
    const files = [[video, t('download_film'), 'primary'], [captions.srt, 'SRT'], [captions.vtt, 'VTT'], [manifest, t('manifest')]];
    return h('div.row.downloads', { role: 'group', 'aria-label': t('downloads') }, files.filter(([url]) => url).map(([url, words, kind]) =>
      h('a.button', { key: words, href: url, download: true, class: `button ${kind ?? 'quiet'}` }, icon('down'), words)));
  }

  /** New films of the same script. @param {Task} task */
  again(task) {
    const result = /** @type {Result} */ (task.result);
    const mine = aspectOf(result.resolution);
    const start = (/** @type {Record<string, unknown>} */ body) => this.change(() => post(taskPath(this.film, '/variant'), body), true);
    return h('div.row.variants', { key: 'again', role: 'group', 'aria-label': t('variants') }, h('span', {}, t('variants')),
      Object.entries(ASPECTS).filter(([aspect]) => aspect !== mine).map(([aspect, name]) =>
        h('button', { key: aspect, onclick: () => start({ aspect }) }, h(`i.shape.${name}`, { 'aria-hidden': 'true' }), word('shape', name))),
      result.duration > 8 && h('button', { key: 'shorter', onclick: () => start({ seconds: Math.max(5, Math.round(result.duration * SHORTER)) }) }, icon('clock'), t('shorter')));
  }

  /** @param {Result} result */
  versions({ versions = [] }) {
    if (versions.length < 2) return null;
    return h('label.pill.chosen', { key: 'versions' }, h('span', {}, t('version')), h('select', { id: 'version', value: String(this.version || versions.find((one) => one.current)?.version),
      onchange: (/** @type {any} */ { target }) => { this.version = versions.find((one) => one.current)?.version === Number(target.value) ? 0 : Number(target.value); this.draw(); } },
    versions.map((one) => h('option', { value: String(one.version) }, t(one.current ? 'version_newest' : 'version_n', { n: one.version, time: ago(one.created_at) })))));
  }

  /** What there is to know: what was changed, who stepped in, whose words these are. @param {Result} result */
  about(result) {
    const lines = [...(result.remarks ?? []), ...(result.faults ?? []), ...(result.degraded ?? []).map((one) => Object.values(one).join(' · '))];
    const sources = [...(result.sources ?? []), ...(result.credits ?? [])].map((one) => [one.title ?? one.name, one.publisher ?? one.author, one.licence].filter(Boolean).join(', '));
    if (!lines.length && !sources.length) return null;
    return h('div.about', { key: 'about' }, lines.map((line) => h('p', {}, line)), sources.length > 0 && h('p', {}, t('sources'), ' ', sources.join('; ')));
  }

  /** @param {string} manifest @param {string} name */
  async readChapters(manifest, name) {
    if (this.chaptersOf === name) return;
    this.chaptersOf = name;
    const { scenes = [] } = await ask('GET', manifest).catch(() => ({}));
    if (this.chaptersOf !== name) return;
    this.chapters = scenes;
    this.draw();
  }

  /** @param {number} seconds */
  heed(seconds) {
    const now = this.chapters.findIndex(({ start, end }) => seconds >= start && seconds < end);
    if (now === this.now) return;
    this.now = now;
    this.draw();
  }

  /** @param {number} seconds */
  seek(seconds) {
    const video = /** @type {HTMLVideoElement} */ (this.querySelector('video'));
    video.currentTime = seconds + 0.01;
    video.play().catch(() => undefined);
  }

  /** Have something made anew. @param {() => Promise<Task>} asking @param {boolean} [another] It is another film. */
  async change(asking, another = false) {
    this.editing = 0;
    this.draw();
    try {
      const task = await asking();
      if (another) location.hash = `#/film/${task.task_id}`;
      else if (task.status) learn(task);
    } catch (failure) {
      notify(failure instanceof Problem && [404, 405].includes(failure.status) ? t('not_here') : told(failure));
    }
  }
}

customElements.define('kiwi-watching', Watching);
