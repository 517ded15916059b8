// The pane in the middle: a channel, the conversation with the bot, or the bot's Home.
import { h, icon, button } from './dom.js';
import { sign } from './icons.js';
import { store, listen, room, topOf, unread, direct, nameOf, put, showPane, me } from './store.js';
import { act, older } from './api.js';
import { MessageList } from './list.js';
import { Composer } from './composer.js';
import { homePane } from './home.js';

const WINDOW = 200;
let pane = null; // { key, draw() }
let reading = null;

export function start() {
  listen(['place', 'me', 'channels', 'messages', 'gone', 'whispers', 'whispers_gone', 'homes', 'editing', 'zone', 'day'], draw);
  draw(new Set(['place']));
}

function draw(topics) {
  const { place } = store;
  const channel = place.kind === 'channel' ? place.channel : place.kind === 'bot' ? direct()?.id : null;
  const key = `${place.kind} ${channel ?? ''} ${place.kind === 'channel' ? joinedNow(channel) : store.me}`;
  if (pane?.key !== key) {
    pane = place.kind === 'home' ? home(key) : conversation(key, channel);
    if (topics.has('place') && innerWidth > 760) pane.focus?.();
  } else if (place.kind === 'home' && !topics.has('homes')) return;
  pane.draw();
  if (channel) markRead(channel);
}

const joinedNow = (channel) => (store.channels.get(channel)?.members.includes(store.me) ? 'in' : 'out');

function head(title, about, more) {
  return h('div', { class: 'head' }, icon('back', 'Back to the channels', () => showPane('nav'), { class: 'icon back' }),
    h('h1', null, title), h('span', { class: 'about grows' }, about), more);
}

const tabs = (now) => [
  button('Home', () => go('home'), 'small', { 'aria-pressed': String(now === 'home') }),
  button('Messages', () => go('bot'), 'small', { 'aria-pressed': String(now === 'bot') }),
];
const go = (kind) => import('./sidebar.js').then((it) => it.visit({ kind }));

function home(key) {
  const draw = () => {
    const main = document.getElementById('main');
    main.replaceChildren(head(nameOf(store.bot), 'what the app shows on its Home', tabs('home')), homePane());
  };
  return { key, draw };
}

function conversation(key, id) {
  const channel = store.channels.get(id);
  const bot = !channel || channel.kind === 'direct';
  const inside = bot || channel.members.includes(store.me);
  let windowed = WINDOW;
  let loading = false;
  const list = new MessageList('Messages', {
    head: () => {
      if (!id || windowed < room(id).top.length || room(id).more) return null;
      return bot ? [nameOf(store.bot), 'Your direct messages with the bot. Nobody else sees them.'] : [`#${channel.name}`, 'This is where the channel begins.'];
    },
    onTop: async () => {
      if (!id || loading) return;
      if (windowed < room(id).top.length) windowed += WINDOW;
      else if (room(id).more) {
        loading = true;
        const { list: earlier, more } = await older(id, room(id).top[0]);
        earlier.forEach(put);
        room(id).more = more;
        windowed += WINDOW;
        loading = false;
      } else return;
      show();
    },
  });
  const show = () => list.show(id ? topOf(id, windowed) : []);
  const composer = inside && !channel?.archived ? new Composer({ id: 'composer-main', channel: id, label: bot ? `Message ${nameOf(store.bot)}` : `Message #${channel.name}`, onSent: () => list.toEnd() }) : null;
  const join = button('Join the channel', () => act('join', { channel: id }), 'primary');
  const foot = composer?.node ?? h('div', { class: 'head' }, channel?.archived ? 'This channel is archived.' : [`${me()?.name} is not in this channel.`, join]);
  const people = channel?.members.filter((it) => it !== store.bot).length;
  const about = bot ? 'direct messages with the bot' : people === 1 ? '1 person' : `${people} people`;
  const extra = bot ? tabs('bot') : null;
  document.getElementById('main').replaceChildren(head(bot ? nameOf(store.bot) : [sign(channel.kind === 'private' ? 'lock' : 'hash'), channel.name], about, extra), list.node, foot);
  requestAnimationFrame(() => list.toEnd());
  return { key, draw: show, focus: () => composer?.focus() };
}

// What is on view is read, a moment later and once for many.
function markRead(channel) {
  clearTimeout(reading);
  const { fresh, pinged } = unread(channel);
  if (!fresh && !pinged) return;
  reading = setTimeout(() => {
    if (document.visibilityState === 'visible') act('read', { channel });
  }, 250);
}

