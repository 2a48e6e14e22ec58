/** `<kiwi-preview film="id">`: what there is of a film while the rest is made. A browser opens few connections: one page plays a preview. */

import { taskPath } from './api.js';
import { h } from './dom.js';
import { onLine } from './stream.js';
import { t } from './texts.js';

/** Where a film's preview was left. @type {Map<string, {seconds: number, plays: boolean, muted: boolean}>} */
const left = new Map();

export class Preview extends HTMLElement {
  leaving = new AbortController();
  /** @type {HTMLVideoElement | null} */
  video = null;

  get film() {
    return this.getAttribute('film') ?? '';
  }

  connectedCallback() {
    const { signal } = this.leaving;
    if (!('locks' in navigator)) this.load();
    else navigator.locks.request('kiwi-preview', { signal }, () => {
      this.load();
      return new Promise((done) => signal.addEventListener('abort', done));
    }).catch(() => undefined);
    onLine((live) => live && this.video?.error && this.load(), signal);
  }

  disconnectedCallback() {
    this.leaving.abort();
    this.drop();
  }

  /** Begin anew; the player is shown once it has a picture. */
  load() {
    this.drop();
    const video = /** @type {HTMLVideoElement} */ (h('video', { controls: true, playsinline: true, preload: 'auto', src: taskPath(this.film, '/preview.mp4'), 'aria-label': t('preview') }));
    video.muted = true; // nobody has asked to hear it
    video.addEventListener('loadeddata', () => { this.replaceChildren(video); video.play().catch(() => undefined); }, { once: true });
    for (const kind of ['timeupdate', 'pause', 'play', 'volumechange']) video.addEventListener(kind, () => this.note());
    this.video = video;
  }

  note() {
    const { video } = this;
    if (!video || video.ended) left.delete(this.film);
    else left.set(this.film, { seconds: video.currentTime, plays: !video.paused, muted: video.muted });
  }

  /** Let the connection go. */
  drop() {
    const { video } = this;
    this.video = null;
    video?.removeAttribute('src');
    video?.load();
    video?.remove();
  }
}

/** Go on with a finished film where its preview was left. @param {string} film @param {HTMLVideoElement} video */
export function goOn(film, video) {
  const place = left.get(film);
  if (!place) return;
  left.delete(film);
  video.muted = place.muted;
  video.currentTime = place.seconds;
  if (place.plays) video.play().catch(() => undefined);
}

customElements.define('kiwi-preview', Preview);
