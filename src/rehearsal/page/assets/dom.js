// Elements are built here and nowhere else: data becomes text or an attribute, never markup.
import { sign } from './icons.js';

// h('button', { class: 'icon', onclick: f, 'aria-label': 'Close' }, 'x', [more], null)
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...present(children));
  return element;
}

const present = (children) => children.flat(Infinity).filter((it) => it !== null && it !== undefined && it !== false);

// Puts these in place of all that is in `element`.
export const fill = (element, ...children) => element.replaceChildren(...present(children));

// A button that is a sign alone; `label` says what it does.
export const icon = (name, label, onclick, more) =>
  h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick, ...more }, sign(name));

export const button = (words, onclick, kind = '', more = {}) =>
  h('button', { type: 'button', class: `button ${kind}`.trim(), onclick, ...more }, words);

let serial = 0;
export const freshId = (prefix) => `${prefix}-${(serial += 1)}`;

// Says something to whoever listens to the page instead of looking at it.
export function speak(words) {
  document.getElementById('spoken').textContent = words;
}

// Up and down move the focus among `selector`; the list is one stop of the tab key.
export function walkable(list, selector) {
  list.addEventListener('keydown', (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const all = [...list.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    const wanted = { Home: 0, End: all.length - 1 }[event.key] ?? (event.key in steps ? at + steps[event.key] : null);
    if (wanted === null || !all[wanted]) return;
    event.preventDefault();
    all[wanted].focus();
  });
}
