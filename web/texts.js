/** What the page says, in the language of whoever reads it: one file a language in `texts/`, listed here. */

import en from './texts/en.js';

/** To add a language: a file like `texts/en.js`, and its line here. @type {Record<string, {name: string, load: () => Promise<any>}>} */
export const LANGUAGES = {
  en: { name: 'English', load: async () => ({ default: en }) },
  de: { name: 'Deutsch', load: () => import('./texts/de.js') },
};

/** @typedef {keyof typeof en} Key */
/** @type {Record<string, string>} */
let texts = en;
export let language = 'en';

/** Choose the language: the person's own choice, else the browser's, else English. */
export async function chooseLanguage() {
  const wishes = [localStorage.getItem('kiwi-language') ?? '', ...navigator.languages].map((wish) => wish.slice(0, 2));
  language = wishes.find((wish) => wish in LANGUAGES) ?? 'en';
  texts = { ...en, ...(await LANGUAGES[language].load()).default };
  document.documentElement.lang = language;
}

/**
 * A text, with `{name}` filled in.
 * @param {Key} key
 * @param {Record<string, string | number>} [about]
 */
export function t(key, about = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => String(about[name] ?? whole));
}

/** @param {string} prefix @param {string} name What the server calls something @returns {string} Our word for it; its own where we have none. */
export const word = (prefix, name) => texts[`${prefix}_${name}`] ?? name;

/** @param {number} seconds @returns {string} `0:45`, `2:05` */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** @param {number} seconds @returns {string} `20 s`, `2 min` */
export const length = (seconds) => (seconds < 60 || seconds % 60 ? t('seconds', { n: Math.round(seconds) }) : t('minutes', { n: seconds / 60 }));

/** @param {string} time ISO 8601 @returns {string} `5 minutes ago` */
export function ago(time) {
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([['day', 86400], ['hour', 3600], ['minute', 60]])
    .find(([, one]) => -seconds >= one) ?? ['second', 1];
  return unit === 'second' ? t('just_now') : format.format(Math.round(seconds / size), unit);
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1e6)} MB`;

/** @param {number} dollars */
export const money = (dollars) => new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(dollars);
