// Small windows on top: menus, the reaction picker, a short form. Escape closes them and returns the focus.
import { h, walkable } from './dom.js';
import { EMOJI } from './emoji.js';

let open = null;

export function openPopover(anchor, content, label, role) {
  open?.hidePopover();
  const box = h('div', { class: 'menu', popover: 'auto', role, 'aria-label': label }, content);
  (anchor.closest('dialog') ?? document.body).append(box);
  box.showPopover();
  open = box;
  const [from, size] = [anchor.getBoundingClientRect(), box.getBoundingClientRect()];
  const left = Math.max(8, Math.min(from.left, innerWidth - size.width - 8));
  const below = from.bottom + 4 + size.height < innerHeight;
  box.style.left = `${left}px`;
  box.style.top = `${below ? from.bottom + 4 : Math.max(8, from.top - size.height - 4)}px`;
  box.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    if (open === box) open = null;
    const inside = box.contains(document.activeElement) || document.activeElement === document.body;
    box.remove();
    if (inside && anchor.isConnected) anchor.focus();
  });
  (box.querySelector('input, button, [tabindex]') ?? box).focus();
  return box;
}

// items: [{ words, run, grave }]
export function openMenu(anchor, items) {
  const rows = items.map((it) => h('button', {
    type: 'button', class: it.grave ? 'item grave' : 'item', role: 'menuitem',
    onclick: () => { box.hidePopover(); it.run(); },
  }, it.words));
  const box = openPopover(anchor, rows, 'More', 'menu');
  walkable(box, '.item');
}

const FIRST = ['eyes', 'white_check_mark', 'raising_hand', '+1', 'tada', 'pray', 'heart', 'question'];

export function openEmoji(anchor, pick) {
  const grid = h('div', { class: 'emojis' });
  const draw = (wanted) => {
    const names = [...new Set([...FIRST, ...EMOJI.keys()])].filter((name) => name.includes(wanted));
    const seen = new Set();
    const fresh = names.filter((name) => wanted || !seen.has(EMOJI.get(name)) && seen.add(EMOJI.get(name)));
    grid.replaceChildren(...fresh.map((name) => h('button', {
      type: 'button', title: `:${name}:`, 'aria-label': name.replaceAll('_', ' '),
      onclick: () => { box.hidePopover(); pick(name); },
    }, EMOJI.get(name))));
  };
  const search = h('input', {
    class: 'field', placeholder: 'Find a reaction', 'aria-label': 'Find a reaction',
    oninput: (event) => draw(event.target.value.trim().toLowerCase().replaceAll(' ', '_')),
    onkeydown: (event) => {
      if (event.key === 'Enter') grid.querySelector('button')?.click();
      if (event.key === 'ArrowDown') grid.querySelector('button')?.focus();
    },
  });
  draw('');
  const box = openPopover(anchor, [search, grid], 'Reactions', 'dialog');
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...grid.children];
    const next = all.indexOf(document.activeElement) + step;
    (next < 0 ? search : all[next] ?? document.activeElement).focus();
  });
}
