// The channels, the bot, and who one is.
import { h, walkable } from './dom.js';
import { sign } from './icons.js';
import { store, listen, unread, me, goTo, beside, statusOf, direct, nameOf, now } from './store.js';
import { act } from './api.js';
import { face } from './message.js';
import { emojiOf } from './emoji.js';
import { timeOf, shortZone } from './times.js';

export function start() {
  const nav = document.getElementById('nav');
  walkable(nav, '.row, .me');
  listen(['me', 'place', 'channels', 'messages', 'gone', 'read', 'users', 'minute', 'side'], draw);
  draw();
}

export function visit(place) {
  if (place.kind === 'home') act('open_home');
  goTo(place);
}

function draw() {
  const nav = document.getElementById('nav');
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const all = [...store.channels.values()].filter((it) => it.kind !== 'direct').sort((a, b) => a.name.localeCompare(b.name));
  const mine = all.filter((it) => it.members.includes(store.me));
  const others = all.filter((it) => !it.members.includes(store.me) && it.kind === 'public' && !it.archived);
  nav.replaceChildren(
    person(),
    h('h2', null, 'Channels'), ...mine.map(channelRow),
    ...(others.length ? [h('h2', null, 'Other channels'), ...others.map(channelRow)] : []),
    h('h2', null, nameOf(store.bot)),
    row({ kind: 'home' }, 'home', 'Home', {}),
    row({ kind: 'bot' }, 'mail', 'Messages', direct() ? unread(direct().id) : {}),
    h('div', { class: 'foot' },
      sideRow('tours', 'play', 'Guided tours'), sideRow('next', 'clock', 'What happens next'), sideRow('people', 'people', 'People and their state')));
  if (focused) nav.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function person() {
  const user = me();
  if (!user) return h('p', { class: 'me' }, 'Nobody is here.');
  const status = statusOf(user);
  const role = store.installed.roles[user.id];
  return h('button', {
    type: 'button', class: 'me', 'data-key': 'me', 'aria-label': `You are ${user.name}. Be somebody else.`, onclick: () => beside({ kind: 'people' }),
  }, face(user.id), h('span', { class: 'grows' },
    h('b', null, user.name, status ? ` ${status.emoji ? emojiOf(status.emoji) : ''}` : ''),
    role && h('small', null, role),
    h('small', null, `${timeOf(now(), user.zone)} · ${shortZone(user.zone)}`)), sign('swap'));
}

const channelRow = (it) => row({ kind: 'channel', channel: it.id }, it.kind === 'private' ? 'lock' : 'hash', it.name,
  it.members.includes(store.me) ? unread(it.id) : {});

function row(place, mark, name, news) {
  const here = store.place.kind === place.kind && store.place.channel === place.channel;
  // What is on view is as good as read.
  const { fresh = 0, pinged = 0 } = here ? {} : news;
  const count = pinged || fresh;
  const words = pinged ? `${pinged} mentions` : `${fresh} unread`;
  return h('button', {
    type: 'button', class: fresh || pinged ? 'row fresh' : 'row', 'aria-current': here ? 'page' : null,
    'data-key': `${place.kind} ${place.channel ?? ''}`, onclick: () => visit(place),
  }, sign(mark), h('span', { class: 'name' }, name),
  count > 0 && h('span', { class: pinged ? 'badge pinged' : 'badge', 'aria-label': words }, count > 99 ? '99+' : String(count)));
}

const sideRow = (kind, mark, name) => h('button', {
  type: 'button', class: 'row', 'data-key': kind, 'aria-expanded': String(store.side?.kind === kind),
  onclick: () => beside(store.side?.kind === kind ? null : { kind }),
}, sign(mark), h('span', { class: 'name' }, name));
