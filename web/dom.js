/**
 * Building and updating the document: `h` makes elements, `morph` turns what is shown into what shall be shown.
 * Words only ever become text, never markup; nothing here needs `unsafe-inline`.
 */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */
/** @typedef {Record<string, any>} Props */

const HANDLERS = Symbol('handlers');
const STATE = Symbol('state');
/** Properties that the person changes too, so they are no attributes. */
const LIVE = new Set(['value', 'checked', 'disabled', 'hidden', 'open']);
const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element: `h('button.primary', {onclick, 'aria-label': …}, 'Words')`.
 * @param {string} name Tag, with classes after dots.
 * @param {Props} [props] `on…` listens, `vars` sets CSS variables, `key` names it among its siblings.
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const made = /** @type {any} */ (document.createElement(tag));
  if (classes.length) made.className = classes.join(' ');
  made.append(...flat(children));
  made[STATE] = {};
  for (const [prop, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (prop.startsWith('on')) listen(made, prop.slice(2), value);
    else if (prop === 'key') made.dataset.key = value;
    else if (prop === 'vars') for (const [variable, said] of Object.entries(value)) made.style.setProperty(`--${variable}`, String(said));
    else if (LIVE.has(prop)) made[STATE][prop] = made[prop] = value;
    else if (value === true) made.setAttribute(prop, '');
    else if (value !== false) made.setAttribute(prop, String(value));
  }
  return made;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function flat(children) {
  return /** @type {any[]} */ (children).flat(9).filter((child) => child !== null && child !== undefined && child !== false && child !== '')
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** @param {any} element @param {string} kind @param {(event: any) => void} handler */
function listen(element, kind, handler) {
  element[HANDLERS] ??= {};
  if (!element[HANDLERS][kind]) element.addEventListener(kind, relay);
  element[HANDLERS][kind] = handler;
}

/** @this {any} @param {Event} event */
function relay(event) {
  this[HANDLERS]?.[event.type]?.call(this, event);
}

/**
 * Show these children in a place, changing as little as can be: focus, selection and a running film stay as they are.
 * @param {Element} place
 * @param {...Child} children
 */
export function show(place, ...children) {
  const wanted = document.createElement('div');
  wanted.append(...flat(children));
  morphChildren(place, wanted);
}

/** @param {Element} now @param {Element} wanted */
function morphChildren(now, wanted) {
  const keyed = new Map([...now.children].filter((child) => child.getAttribute('data-key')).map((child) => [child.getAttribute('data-key'), child]));
  let place = now.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = next instanceof Element ? next.getAttribute('data-key') : null;
    const known = key ? keyed.get(key) : place;
    const fits = known && known.nodeName === next.nodeName && (key || !(known instanceof Element && known.getAttribute('data-key')));
    if (!fits) {
      now.insertBefore(next, place);
      continue;
    }
    if (known !== place) now.insertBefore(known, place);
    else place = known.nextSibling;
    morph(known, next);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** @param {any} now @param {any} wanted */
function morph(now, wanted) {
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.data !== wanted.data) now.data = wanted.data;
    return;
  }
  for (const { name } of [...now.attributes]) if (!wanted.hasAttribute(name) && name !== 'style') now.removeAttribute(name);
  for (const { name, value } of [...wanted.attributes]) if (name !== 'style' && now.getAttribute(name) !== value) now.setAttribute(name, value);
  for (const variable of wanted.style ?? []) now.style.setProperty(variable, wanted.style.getPropertyValue(variable));
  for (const kind of Object.keys(wanted[HANDLERS] ?? {})) listen(now, kind, wanted[HANDLERS][kind]);
  const isOwn = now.localName.includes('-');
  if (!isOwn) morphChildren(now, wanted);
  for (const [prop, value] of Object.entries(wanted[STATE] ?? {})) {
    // what a person has changed since stays, until somebody means something else
    if (now[STATE]?.[prop] !== value || prop !== 'value') if (now[prop] !== value) now[prop] = value;
  }
  now[STATE] = wanted[STATE];
}

/** Line drawings of 24 × 24: path data. */
const ICONS = {
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5 11a7 7 0 0 0 14 0M12 18v3M8.5 21h7',
  stop: 'M7 7h10v10H7Z',
  file: 'M12 16V4M7 9l5-5 5 5M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4',
  down: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  check: 'M4 12.5 9.5 18 20 6.5',
  cross: 'M6 6l12 12M18 6 6 18',
  retry: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5',
  pen: 'M4 20l1-4L16.5 4.5l3 3L8 19l-4 1ZM14 7l3 3',
  image: 'M4 5h16v14H4ZM4 16l5-5 4 4 3-3 4 4M9 9.2v.1',
  up: 'M6 15l6-6 6 6',
  lower: 'M6 9l6 6 6-6',
  plus: 'M12 5v14M5 12h14',
  play: 'M7 5l12 7-12 7Z',
  words: 'M3 6h18v12H3ZM7 14h4M14 14h3M7 10h2M12 10h5',
  film: 'M4 5h16v14H4ZM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4.5l3 1.8',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 20 20',
};

/** @param {keyof typeof ICONS} name @returns {SVGElement} An icon that says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [attribute, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' })) svg.setAttribute(attribute, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
