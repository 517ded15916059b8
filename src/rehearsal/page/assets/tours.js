// Guided tours: a strip that leads from step to step, and a panel with all steps and what appeared after each.
import { h, button, icon, fill } from './dom.js';
import { sign } from './icons.js';
import { store, listen, beside, become, goTo, changed } from './store.js';
import { leadTour } from './api.js';

let leading = false;
let [seen, wanted] = [0, false];

const strip = document.getElementById('tour');
const panes = document.getElementById('panes');

export function start() {
  listen(['tour', 'side', 'stacks', 'me'], drawStrip);
  drawStrip();
}

// A form keeps everything else from being used, so the strip goes into it.
function place() {
  const form = document.querySelector('dialog[open]');
  if (form && strip.parentElement !== form) form.prepend(strip);
  else if (!form && strip.nextElementSibling !== panes) panes.before(strip);
}

function drawStrip() {
  const { tour } = store;
  const focused = strip.contains(document.activeElement);
  place();
  strip.hidden = !tour;
  if (!tour) return;
  if (tour.played !== seen && wanted) follow();
  seen = tour.played;
  const next = tour.steps[tour.played];
  const over = tour.failed || !next;
  const count = next ? `Step ${tour.played + 1} of ${tour.steps.length}` : `${tour.steps.length} steps`;
  const words = tour.failed ? `This step cannot be played: ${tour.failed}` : next ? next.says.join(' ') || next.text : 'The tour is over. Go on from here by yourself, or take another one.';
  fill(strip,
    h('div', { class: 'grows' }, h('small', null, `${tour.title} · ${count}`), h('div', { class: next && !tour.failed && !next.says.length ? 'act' : 'words', role: 'status' }, words)),
    !over && button('Next step', () => go('next'), 'primary', { disabled: leading }),
    !over && button('Play all', () => go('all'), '', { disabled: leading }),
    over && button('Other tours', () => { go('leave'); beside({ kind: 'tours' }); }, 'primary'),
    store.side?.kind !== 'tours' && strip.nextElementSibling === panes && button('Steps', () => beside({ kind: 'tours' })),
    !over && icon('close', 'Leave the tour', () => go('leave')));
  if (focused) strip.querySelector('button:not([disabled])')?.focus();
}

export function toursPane() {
  const panel = h('div', { class: 'panel' });
  const draw = () => {
    const { tour } = store;
    if (!tour) return fill(panel, offers());
    fill(panel, h('h3', null, tour.title), h('ol', { class: 'steps' }, tour.steps.map((it, index) => step(it, index, tour.played))));
    panel.querySelector('.now, .done:last-child')?.scrollIntoView({ block: 'nearest' });
    return undefined;
  };
  const nodes = [
    h('div', { class: 'head' }, icon('back', 'Back', () => beside(null), { class: 'icon back' }),
      h('h2', { class: 'grows' }, 'Guided tours'), icon('close', 'Close', () => beside(null))),
    panel,
  ];
  return { nodes, draw };
}

function offers() {
  if (!store.tours.length) return h('p', { class: 'quiet' }, 'There are no tours beside this configuration.');
  return [h('p', { class: 'quiet' }, 'A tour plays a short story on your own desks, step by step. You can join in at any point.'),
    ...store.tours.map((it, index) => h('button', { type: 'button', class: 'tour', onclick: () => go('start', { index }) },
      sign('play'), h('b', null, it.title), h('small', null, `${it.steps} steps`)))];
}

function step(it, index, played) {
  const state = index < played ? 'done' : index === played ? 'now' : '';
  return h('li', { class: state, 'aria-current': state === 'now' ? 'step' : null },
    it.says.map((words) => h('div', { class: 'says' }, words)),
    h('div', { class: 'act' }, it.text),
    it.appeared?.length > 0 && h('div', { class: 'saw', tabindex: 0, 'aria-label': 'What appeared' }, it.appeared.map((line) =>
      h('div', { class: line.startsWith('REFUSED') ? 'refused' : null }, line))));
}

async function go(what, more) {
  if (leading) return;
  leading = true;
  wanted = what === 'next';
  changed('tour');
  await leadTour(what, more);
  leading = false;
  changed('tour');
}

// Whoever acted is who one is now, at the place where it happened.
function follow() {
  const { tour } = store;
  const last = tour.steps[tour.played - 1];
  if (!last) return;
  const actor = [...store.users.values()].find((it) => it.handle === last.text.split(' ')[0]);
  if (actor) become(actor.id);
  const channel = tour.thread && store.channels.get(tour.thread.channel);
  if (!channel?.name || !channel.members.includes(store.me)) return;
  goTo({ kind: 'channel', channel: channel.id });
  beside({ kind: 'thread', channel: channel.id, ts: tour.thread.ts });
}
