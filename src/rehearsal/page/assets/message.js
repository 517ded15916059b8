// One message: who, when, the words or blocks, reactions, replies, and what one can do with it.
import { h, button, icon } from './dom.js';
import { sign } from './icons.js';
import { store, beside, isMine, changed, nameOf, pingsIn } from './store.js';
import { act } from './api.js';
import { mrkdwn } from './mrkdwn.js';
import { renderBlocks } from './blocks.js';
import { emojiOf } from './emoji.js';
import { timeOf, msOf, ago, secondsOf } from './times.js';
import { openMenu, openEmoji } from './popover.js';

export function face(user, size = '') {
  const name = nameOf(user);
  if (user === store.bot) return h('span', { class: `face bot ${size}`, 'aria-hidden': 'true' }, 'F');
  const letters = name.split(' ').map((it) => it[0]).slice(0, 2).join('');
  const shade = [...user].reduce((sum, it) => (sum * 31 + it.charCodeAt(0)) % 8, 7);
  return h('span', { class: `face face-${shade} ${size}`, 'aria-hidden': 'true' }, letters);
}

// Joins and the like are a line of their own without a face's full head.
const isEvent = (it) => ['channel_join', 'channel_leave', 'channel_topic'].includes(it.subtype);

export function renderMessage(it, { joined, inThread, editing }) {
  if (it.whisper) return renderWhisper(it);
  const classes = ['message', joined && 'joined', it.deleted && 'gone', isEvent(it) && 'event'].filter(Boolean);
  const at = msOf(it.ts);
  const said = h('div', { class: 'said' }, joined ? null : byline(it, at), editing ? editor(it) : content(it));
  if (!it.deleted) said.append(...[reactions(it), !inThread && replies(it)].filter(Boolean));
  const left = joined ? h('span', { class: 'minor', 'aria-hidden': 'true' }, timeOf(at).replace(/ [AP]M$/, '')) : face(it.user);
  const node = h('article', {
    class: classes.join(' '), tabindex: -1, 'data-ts': it.ts, 'aria-label': `${nameOf(it.user)}, ${timeOf(at)}`,
  }, left, said);
  if (!it.deleted && !isEvent(it)) withTools(node, it, inThread);
  return node;
}

const byline = (it, at) => h('div', { class: 'by' }, h('b', null, nameOf(it.user)),
  it.user === store.bot && h('span', { class: 'tag app' }, 'APP'),
  h('time', { datetime: new Date(at).toISOString(), title: secondsOf(at) }, timeOf(at)),
  it.broadcast && h('span', { class: 'tag' }, 'replied to a thread'));

function content(it) {
  if (it.deleted) return h('div', { class: 'words' }, 'This message was deleted.');
  const body = it.blocks.length
    ? renderBlocks(it.blocks, { kind: 'message', channel: it.channel, ts: it.ts })
    : mrkdwn(it.text);
  const attached = it.attachments.map((one) => h('div', { class: 'attachment' },
    one.text ? mrkdwn(one.text) : null, one.blocks && renderBlocks(one.blocks, { kind: 'message', channel: it.channel, ts: it.ts })));
  const files = it.files.map((name) => h('div', { class: 'file' }, sign('image'), name));
  const edited = it.edited && it.user !== store.bot && h('span', { class: 'edited' }, '(edited)');
  if (edited && body.matches('.words')) body.append(' ', edited);
  return [it.text || it.blocks.length ? body : null, attached, files].flat();
}

function renderWhisper(it) {
  const body = it.blocks.length
    ? renderBlocks(it.blocks, { kind: 'message', channel: it.channel, ts: it.ts })
    : mrkdwn(it.text);
  const at = msOf(it.ts);
  return h('article', { class: 'message whisper', tabindex: -1, 'data-ts': `w${it.ts}`, 'aria-label': 'Only visible to you' },
    face(store.bot), h('div', { class: 'said' }, h('span', { class: 'only' }, sign('eye'), 'Only visible to you'),
      byline({ ...it, user: store.bot }, at), body));
}

function reactions(it) {
  if (!it.reactions.length) return null;
  const rows = it.reactions.map(({ name, users }) => {
    const mine = users.includes(store.me);
    const who = users.map(nameOf).join(', ');
    return h('button', {
      type: 'button', 'aria-pressed': String(mine), title: `${who} reacted with :${name}:`,
      'aria-label': `${name.replaceAll('_', ' ')}, ${users.length}, by ${who}`,
      onclick: () => react(it, name, mine),
    }, h('span', { class: 'emoji' }, emojiOf(name)), String(users.length));
  });
  const more = h('button', { type: 'button', 'aria-label': 'Add a reaction', onclick: (event) => pickReaction(event.currentTarget, it) }, sign('smile'));
  return h('div', { class: 'reactions' }, rows, more);
}

const react = (it, name, mine) => act(mine ? 'unreact' : 'react', { channel: it.channel, ts: it.ts, name });

function pickReaction(anchor, it) {
  openEmoji(anchor, (name) => {
    const mine = it.reactions.some((one) => one.name === name && one.users.includes(store.me));
    react(it, name, mine);
  });
}

function replies(it) {
  if (!it.replies) return null;
  const pings = pingsIn(it.channel, it.ts);
  const words = it.replies === 1 ? '1 reply' : `${it.replies} replies`;
  return h('button', { type: 'button', class: 'replies', onclick: () => openThread(it) },
    it.faces.map((user) => face(user, 'small')), h('b', null, words), pings > 0 && h('span', { class: 'pings' }, pings === 1 ? 'for you' : `${pings} for you`),
    h('span', null, `last ${ago(msOf(it.last_reply))}`));
}

export const openThread = (it) => beside({ kind: 'thread', channel: it.channel, ts: it.thread ?? it.ts });

// The tools of a message go when the focus goes elsewhere; a menu of theirs is not elsewhere.
document.addEventListener('focusin', ({ target }) => {
  for (const box of document.querySelectorAll('.tools')) {
    const owner = box.parentElement;
    if (!owner.contains(target) && !target.closest('.menu') && !owner.matches(':hover')) box.remove();
  }
});

// The tools are made when somebody points at the message, so that long channels stay light.
function withTools(node, it, inThread) {
  const show = () => {
    if (!node.querySelector('.tools')) node.append(tools(it, inThread));
  };
  const hide = (event) => {
    const stays = node.matches(':hover') || node.contains(event.relatedTarget ?? document.activeElement) || document.querySelector('.menu');
    if (!stays) node.querySelector('.tools')?.remove();
  };
  node.addEventListener('pointerenter', show);
  node.addEventListener('focusin', show);
  node.addEventListener('pointerleave', hide);
  node.addEventListener('focusout', hide);
  node.addEventListener('keydown', (event) => {
    if (event.target !== node || event.key !== 'Enter') return;
    event.preventDefault();
    openThread(it);
  });
}

function tools(it, inThread) {
  const items = store.installed.shortcuts.map(({ callback, title }) => ({
    words: title, run: () => act('shortcut', { callback, channel: it.channel, ts: it.ts }),
  }));
  if (isMine(it)) {
    items.push({ words: 'Edit message', run: () => startEditing(it) });
    items.push({ words: 'Delete message', grave: true, run: () => act('delete', { channel: it.channel, ts: it.ts }) });
  }
  return h('div', { class: 'tools' },
    quick(it, 'eyes'), quick(it, 'white_check_mark'),
    icon('smile', 'Add a reaction', (event) => pickReaction(event.currentTarget, it)),
    !inThread && icon('chat', 'Reply in thread', () => openThread(it)),
    items.length && icon('dots', 'More', (event) => openMenu(event.currentTarget, items), { 'aria-haspopup': 'menu' }));
}

const quick = (it, name) => {
  const label = `React with ${name.replaceAll('_', ' ')}`;
  const mine = () => it.reactions.some((one) => one.name === name && one.users.includes(store.me));
  return h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick: () => react(it, name, mine()) },
    h('span', { class: 'emoji' }, emojiOf(name)));
};

function startEditing(it) {
  store.editing = it.ts;
  changed('editing');
}

function editor(it) {
  const area = h('textarea', { class: 'field', 'aria-label': 'Edit the message', value: asTyped(it.text) });
  const stop = () => { store.editing = null; changed('editing'); };
  const save = () => {
    if (area.value.trim()) act('edit', { channel: it.channel, ts: it.ts, text: area.value });
    stop();
  };
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
    if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); save(); }
  });
  queueMicrotask(() => area.focus());
  return h('div', { class: 'editing' }, area, h('div', null, button('Save', save, 'primary small'), button('Cancel', stop, 'small')));
}

// Encoded text as its author typed it.
function asTyped(text) {
  return text
    .replace(/<@([^>|]+)[^>]*>/g, (_, id) => `@${store.users.get(id)?.handle ?? id}`)
    .replace(/<!subteam\^[^>|]+\|@?([^>]+)>/g, '@$1')
    .replace(/<#[^>|]+\|([^>]+)>/g, '#$1')
    .replace(/<!([a-z]+)>/g, '@$1')
    .replace(/<([^>|]+)\|([^>]+)>/g, '$2')
    .replace(/<([^>]+)>/g, '$1')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

