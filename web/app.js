/** The page: which part is shown at which address, in which language, and who is signed in. */

import './brief.js';
import { h, show } from './dom.js';
import './film.js';
import './history.js';
import { askForKey, session, signOut } from './session.js';
import { forgetAll } from './store.js';
import { chooseLanguage, language, LANGUAGES, t } from './texts.js';

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const header = /** @type {HTMLElement} */ (document.querySelector('header'));
let isLocked = false;
let canSignOut = false;
let shown = '';

function drawHeader() {
  const link = (/** @type {string} */ to, /** @type {string} */ words) =>
    h('a', { href: to, 'aria-current': location.hash === to || (to === '#/' && !location.hash) ? 'page' : undefined }, words);
  show(header, h('a.logo', { href: '#/', 'aria-label': 'KIWI Video' }, h('i', { 'aria-hidden': 'true' }), 'KIWI ', h('b', {}, 'Video')),
    !isLocked && h('nav', { 'aria-label': t('menu') }, link('#/', t('new_film')), link('#/films', t('films'))),
    h('label.language', {}, h('span.sr', {}, t('language')), h('select', { value: language, onchange: (/** @type {any} */ { target }) => { localStorage.setItem('kiwi-language', target.value); location.reload(); } },
      Object.entries(LANGUAGES).map(([code, { name }]) => h('option', { value: code, selected: code === language, lang: code }, name)))),
    canSignOut && !isLocked && h('button.quiet', { id: 'sign-out', onclick: leave }, t('sign_out')));
}

async function leave() {
  await signOut();
  forgetAll();
  lock();
}

function lock() {
  if (isLocked) return;
  isLocked = true;
  shown = '';
  drawHeader();
  show(main);
  askForKey(main, () => { isLocked = false; start(); });
}

function route() {
  if (isLocked) return;
  drawHeader();
  const [, where = '', id = ''] = location.hash.split('/');
  const [key, part] = where === 'film' && id ? [`film-${id}`, h('kiwi-film', { key: `film-${id}`, film: decodeURIComponent(id) })]
    : where === 'films' ? ['films', h('kiwi-history', { key: 'films' })] : ['brief', h('kiwi-brief', { key: 'brief' })];
  if (key === shown) return;
  const isFirst = !shown;
  shown = key;
  document.title = 'KIWI Video';
  show(main, part);
  scrollTo(0, 0);
  if (!isFirst) main.focus();
}

async function start(asked = session()) {
  const { needs_key: needsKey, signed_in: isIn } = await asked;
  canSignOut = needsKey;
  if (needsKey && !isIn) lock();
  else route();
}

const asked = session(); // while the language is loaded
await chooseLanguage();
/** @type {HTMLElement} */ (document.querySelector('.skip')).textContent = t('skip_to_content');
addEventListener('hashchange', route);
addEventListener('kiwi-locked', lock);
await start(asked);
