/** The key: asked for once, then a cookie that no script can read stands for it. */

import { ask, Problem } from './api.js';
import { h, show } from './dom.js';
import { told } from './notices.js';
import { t } from './texts.js';

/** @typedef {{needs_key: boolean, signed_in: boolean, name?: string}} Session */

/** @returns {Promise<Session>} */
export const session = () => ask('GET', '/api/session').catch((failure) => {
  if (failure instanceof Problem && failure.status === 401) return { needs_key: true, signed_in: false };
  return { needs_key: false, signed_in: true };
});

/** @returns {Promise<void>} */
export const signOut = () => ask('DELETE', '/api/session').catch(() => undefined);

/** Ask for the key. @param {Element} place @param {() => void} then */
export function askForKey(place, then) {
  /** @type {unknown} */
  let failure = null;
  let busy = false;
  const draw = () => show(place, h('section.key', { key: 'key' }, h('h1', {}, t('key_title')), h('p.lead', {}, t('key_lead')),
    h('form', { onsubmit: enter },
      h('label', { for: 'key' }, t('key')), h('input', { id: 'key', type: 'password', autocomplete: 'current-password', required: true, 'aria-invalid': failure ? 'true' : undefined,
        'aria-describedby': failure ? 'key-problem' : undefined }),
      failure && h('p.problem', { id: 'key-problem', role: 'alert' }, failure instanceof Problem && failure.status === 401 ? t('key_wrong') : told(failure)),
      h('button.primary', { type: 'submit', disabled: busy }, t('key_enter')))));
  /** @param {any} event */
  async function enter(event) {
    event.preventDefault();
    const key = event.target.elements.key.value.trim();
    busy = true;
    draw();
    try {
      await ask('POST', '/api/session', { headers: { Authorization: `Bearer ${key}` } });
      then();
    } catch (refused) {
      failure = refused;
      busy = false;
      draw();
      place.querySelector('input')?.focus();
    }
  }
  draw();
  place.querySelector('input')?.focus();
}
