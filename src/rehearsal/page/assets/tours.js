// Guided tours: each step's words, what it does and what appeared, one by one or all at once.
import { h, button, icon, fill } from './dom.js';
import { sign } from './icons.js';
import { store, beside, become, goTo, changed } from './store.js';
import { leadTour } from './api.js';

let leading = false;
let [seen, wanted] = [0, false];

export function toursPane() {
  const panel = h('div', { class: 'panel' });
  const lead = h('div', { class: 'lead' });
  const draw = () => {
    const { tour } = store;
    lead.hidden = !tour;
    if (!tour) return fill(panel, offers());
    if (tour.played !== seen && wanted) follow();
    seen = tour.played;
    fill(panel, h('h3', null, tour.title), tour.failed && failure(tour), h('ol', { class: 'steps' }, tour.steps.map((it, index) => step(it, index, tour.played))));
    const over = tour.failed || tour.played >= tour.steps.length;
    fill(lead,
      over ? null : [button('Next step', () => go('next'), 'primary', { disabled: leading }), button('Play all', () => go('all'), '', { disabled: leading })],
      button(over ? 'Other tours' : 'Leave the tour', () => go('leave')));
    panel.querySelector('.now, .done:last-child')?.scrollIntoView({ block: 'nearest' });
    return undefined;
  };
  const nodes = [
    h('div', { class: 'head' }, icon('back', 'Back', () => beside(null), { class: 'icon back' }),
      h('h2', { class: 'grows' }, 'Guided tours'), icon('close', 'Close', () => beside(null))),
    panel, lead,
  ];
  return { nodes, draw };
}

function offers() {
  if (!store.tours.length) return [h('p', { class: 'quiet' }, 'There are no tours beside this configuration.')];
  return [h('p', { class: 'quiet' }, 'A tour plays a short story on your own desks, step by step. You can join in at any point.'),
    ...store.tours.map((it, index) => h('button', { type: 'button', class: 'tour', onclick: () => go('start', { index }) },
      sign('play'), h('b', null, it.title), h('small', null, `${it.steps} steps`)))];
}

const failure = (tour) => h('p', { class: 'refused', role: 'alert' }, `This step cannot be played: ${tour.failed}`);

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
  const last = tour?.steps[tour.played - 1];
  if (!last) return;
  const actor = [...store.users.values()].find((it) => it.handle === last.text.split(' ')[0]);
  if (actor) become(actor.id);
  const channel = tour.thread && store.channels.get(tour.thread.channel);
  if (channel?.name && channel.members.includes(store.me)) goTo({ kind: 'channel', channel: channel.id });
  if (innerWidth <= 760) beside({ kind: 'tours' });
}
