// Be anyone: everybody with their role and local time; and one's own status, snooze and presence.
import { h, button, icon, walkable, speak, fill } from './dom.js';
import { store, persons, me, become, beside, statusOf, isSnoozing, now } from './store.js';
import { act } from './api.js';
import { face } from './message.js';
import { emojiOf } from './emoji.js';
import { plainWords } from './mrkdwn.js';
import { timeOf, shortZone, weekdayOf, wallOf, instantOf } from './times.js';

const STATUSES = [
  ['', 'no emoji'], [':spiral_calendar_pad:', 'calendar'], [':palm_tree:', 'palm tree'], [':face_with_thermometer:', 'ill'],
  [':bus:', 'bus'], [':no_entry:', 'no entry'], [':house_with_garden:', 'home'], [':headphones:', 'headphones'], [':sandwich:', 'lunch'],
];

export function peoplePane() {
  const list = h('div', { class: 'people', role: 'listbox', 'aria-label': 'Be somebody' });
  walkable(list, 'button');
  const state = h('div');
  const draw = () => {
    const focused = document.activeElement?.dataset?.user;
    fill(list, persons().map(row));
    if (focused) list.querySelector(`[data-user="${focused}"]`)?.focus();
    if (!state.contains(document.activeElement) || state.dataset.of !== store.me) own(state);
  };
  const nodes = [
    h('div', { class: 'head' }, icon('back', 'Back', () => beside(null), { class: 'icon back' }),
      h('h2', { class: 'grows' }, 'Be anyone'), icon('close', 'Close', () => beside(null))),
    h('div', { class: 'panel' }, state, list),
  ];
  return { nodes, draw, focus: () => list.querySelector('[aria-selected=true]')?.focus() };
}

function row(user) {
  const status = statusOf(user);
  const role = store.installed.roles[user.id] ?? { guest: 'guest', stranger: 'of another workspace' }[user.kind];
  const mine = user.id === store.me;
  const where = `${timeOf(now(), user.zone)}, ${weekdayOf(now(), user.zone)}, ${shortZone(user.zone)}`;
  return h('button', {
    type: 'button', role: 'option', 'aria-selected': String(mine), 'data-user': user.id, tabindex: mine ? 0 : -1,
    onclick: () => { become(user.id); speak(`You are ${user.name}`); },
  }, face(user.id), h('span', { class: 'grows' },
    h('b', null, user.name), h('span', { class: user.active ? 'dot active' : 'dot', title: user.active ? 'active' : 'away' }),
    isSnoozing(user) ? ' 💤' : '',
    role && h('small', null, role), h('small', null, where),
    status && h('small', null, status.emoji ? `${emojiOf(status.emoji)} ` : '', plainWords(status.text),
      status.until ? ` until ${timeOf(status.until, user.zone)}` : '')));
}

// What one says about oneself, as in Slack.
function own(box) {
  const user = me();
  box.dataset.of = store.me;
  if (!user) return fill(box);
  const status = statusOf(user);
  const emoji = h('select', { class: 'field', 'aria-label': 'Emoji of the status' },
    STATUSES.map(([name, words]) => h('option', { value: name }, name ? `${emojiOf(name)} ${words}` : words)));
  emoji.value = STATUSES.some(([name]) => name === status?.emoji) ? status.emoji : '';
  const text = h('input', { class: 'field', 'aria-label': 'Status', placeholder: 'In a meeting', maxlength: 100, value: status?.text ?? '' });
  const until = h('select', { class: 'field', 'aria-label': 'The status ends' },
    [['', 'does not end'], ['15', 'for 15 minutes'], ['30', 'for 30 minutes'], ['60', 'for an hour'], ['240', 'for 4 hours'], ['day', 'until the day ends'], ['at', 'until…']]
      .map(([value, words]) => h('option', { value }, words)));
  const end = h('input', { type: 'datetime-local', class: 'field', 'aria-label': 'Until when', hidden: true, value: wallOf(now() + 3600000, user.zone) });
  until.addEventListener('change', () => { end.hidden = until.value !== 'at'; });
  const ends = () => {
    if (until.value === 'at') return instantOf(end.value, user.zone);
    if (until.value === 'day') return instantOf(`${wallOf(now(), user.zone).slice(0, 10)}T23:59`, user.zone);
    return until.value ? Math.round(now() + Number(until.value) * 60000) : null;
  };
  const set = () => act('set_status', { emoji: emoji.value, text: text.value, until: ends() });
  const clear = () => { text.value = ''; emoji.value = ''; act('set_status', { emoji: '', text: '' }); };
  const snoozing = isSnoozing(user);
  const snooze = (minutes) => act('snooze', { minutes });
  return fill(box, h('form', { class: 'state', onsubmit: (event) => { event.preventDefault(); set(); }, 'aria-label': `State of ${user.name}` },
    h('h3', null, `You are ${user.name}`),
    h('div', { class: 'line' }, emoji, text),
    h('div', { class: 'line' }, until, end, h('button', { type: 'submit', class: 'button primary small' }, 'Set status'), status && button('Clear', clear, 'small')),
    h('div', { class: 'line' },
      snoozing ? button(`End do-not-disturb (until ${timeOf(user.dnd.until, user.zone)})`, () => snooze(null), 'small')
        : ['Do not disturb:', ...[30, 60, 120].map((it) => button(it < 60 ? `${it} min` : `${it / 60} h`, () => snooze(it), 'small'))]),
    h('div', { class: 'line' }, user.active ? 'Active.' : 'Away.',
      button(user.active ? 'Set yourself away' : 'Set yourself active', () => act('set_presence', { active: user.active ? 'away' : 'active' }), 'small'))));
}
