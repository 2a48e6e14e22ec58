/** The scenes of a finished film: chapters to go to, and what can be changed about each. */

import { h, icon } from './dom.js';
import { clock, t } from './texts.js';

/** @typedef {import('./types.js').Task} Task */
/** @typedef {import('./watching.js').Chapter} Chapter */

/**
 * @param {Task} task
 * @param {Chapter[]} chapters
 * @param {{now: number, editing: number, mayChange: boolean, seek: (seconds: number) => void, edit: (number: number) => void,
 *   change: (number: number, body: Record<string, unknown>) => void, remove: (number: number) => void}} actions
 */
export function sceneList(task, chapters, actions) {
  const scenes = task.data.scenes ?? [];
  const { now, editing, mayChange, seek, edit, change, remove } = actions;
  const shown = chapters.length ? chapters : scenes.map((scene) => ({ start: NaN, title: scene.title, voice_over: scene.description }));
  return h('ol.scenes', {}, shown.map((chapter, at) => {
    const number = at + 1;
    const still = scenes[at]?.still_url;
    return h('li.scene', { key: `s${number}`, class: `scene${at === now ? ' now' : ''}`, 'aria-current': at === now ? 'true' : undefined },
      h('button.chapter', { onclick: () => Number.isFinite(chapter.start) && seek(chapter.start) },
        still && h('img', { src: still, alt: '', loading: 'lazy' }),
        h('span', {}, h('b', {}, chapter.title), editing !== number && h('span', {}, chapter.voice_over)),
        Number.isFinite(chapter.start) && h('time', {}, clock(chapter.start))),
      editing === number
        ? h('form', { key: 'form', onsubmit: (/** @type {any} */ event) => { event.preventDefault(); change(number, { text: event.target.elements[0].value.trim() }); } },
          h('textarea', { rows: 3, maxlength: 1000, required: true, 'aria-label': t('words_of', { n: number }), value: chapter.voice_over,
            onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape') edit(0); } }),
          h('div.row', {}, h('button.quiet', { type: 'button', onclick: () => edit(0) }, t('leave_it')), h('button.primary', { type: 'submit' }, t('film_anew'))))
        : mayChange && h('div.row.tools', { key: 'tools' },
          chapter.voice_over && tool('pen', t('change_words'), () => edit(number), number),
          tool('image', t('another_picture'), () => change(number, { picture: true }), number),
          shown.length > 1 && tool('trash', t('remove'), () => remove(number), number)));
  }));
}

/** @param {'pen' | 'image' | 'trash'} drawing @param {string} words @param {() => void} onclick @param {number} number */
const tool = (drawing, words, onclick, number) =>
  h('button.quiet.small', { key: drawing, onclick, 'aria-label': `${words} (${t('scene_n', { n: number })})` }, icon(drawing), words);
