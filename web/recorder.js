/** `<kiwi-recorder>`: the record button with level meter and timer. Tells `recorded` with a blob, or `refused` with why. */

import { h, icon, show } from './dom.js';
import { clock, t } from './texts.js';

const LONGEST_SECONDS = 600;
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

export class Recorder extends HTMLElement {
  /** @type {MediaRecorder | null} */
  recorder = null;
  /** @type {'idle' | 'asking' | 'recording'} */
  state = 'idle';
  began = 0;
  isDropped = false;

  connectedCallback() {
    this.draw();
  }

  disconnectedCallback() {
    this.isDropped = true;
    this.stop();
  }

  draw() {
    const { state } = this;
    show(this,
      h('button.record', {
        type: 'button', class: `record ${state}`, disabled: state === 'asking',
        'aria-label': t(state === 'recording' ? 'record_stop' : 'record_start'), onclick: () => (state === 'recording' ? this.stop() : this.start()),
      }, h('span.halo', { 'aria-hidden': 'true' }), icon(state === 'recording' ? 'stop' : 'mic')),
      state === 'recording'
        ? h('p.recording', { key: 'r' }, h('span.timer', { role: 'timer' }, clock((Date.now() - this.began) / 1000)),
          h('span.meter', { 'aria-hidden': 'true' }, h('span')), h('button.link', { onclick: () => this.drop() }, t('discard')))
        : h('p.hint', { key: 'h', role: 'status' }, t(state === 'asking' ? 'record_asking' : 'record_hint')));
  }

  /** Ask for the microphone, and record. */
  async start() {
    this.state = 'asking';
    this.isDropped = false;
    this.draw();
    try {
      if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new DOMException('', 'NotSupportedError');
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      this.record(stream);
    } catch (failure) {
      this.state = 'idle';
      this.draw();
      const name = failure instanceof DOMException ? failure.name : '';
      const why = { NotAllowedError: 'microphone_denied', NotFoundError: 'microphone_missing', NotSupportedError: 'microphone_insecure' }[name];
      this.dispatchEvent(new CustomEvent('refused', { detail: why ?? 'microphone_busy' }));
    }
  }

  /** @param {MediaStream} stream */
  record(stream) {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    /** @type {Blob[]} */
    const parts = [];
    const recorder = (this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {}));
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      this.state = 'idle';
      if (this.isConnected) this.draw();
      const blob = new Blob(parts, { type: recorder.mimeType.split(';')[0] });
      if (!this.isDropped && blob.size) this.dispatchEvent(new CustomEvent('recorded', { detail: blob }));
    };
    recorder.start();
    this.began = Date.now();
    this.state = 'recording';
    this.draw();
    this.listen(stream, recorder);
  }

  /** Show time and level while it records. @param {MediaStream} stream @param {MediaRecorder} recorder */
  listen(stream, recorder) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let level = 0;
    const look = () => {
      if (recorder.state !== 'recording') {
        context.close();
        return;
      }
      analyser.getFloatTimeDomainData(samples);
      const power = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      level = Math.max(Math.min(1, power * 5), level * 0.88);
      this.style.setProperty('--level', level.toFixed(3));
      const seconds = (Date.now() - this.began) / 1000;
      const timer = this.querySelector('.timer');
      if (timer && timer.textContent !== clock(seconds)) timer.textContent = clock(seconds);
      if (seconds >= LONGEST_SECONDS) this.stop();
      requestAnimationFrame(look);
    };
    look();
  }

  stop() {
    if (this.recorder?.state === 'recording') this.recorder.stop();
  }

  drop() {
    this.isDropped = true;
    this.stop();
  }
}

customElements.define('kiwi-recorder', Recorder);
