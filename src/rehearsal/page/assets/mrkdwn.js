// Slack's encoded text as elements: everything that is not a known mark stays text.
import { h } from './dom.js';
import { store, nameOf, me } from './store.js';
import { EMOJI } from './emoji.js';
import { dateWords } from './times.js';

const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

// A whole text: code blocks first, then quoted lines, then what stands within lines.
export function mrkdwn(text) {
  const words = h('div', { class: 'words' });
  text.split(/```/).forEach((part, index, all) => {
    const closed = index % 2 === 1 && index < all.length - 1;
    if (closed) words.append(h('pre', null, plain(stripped(part).replace(/^\n|\n$/g, ''))));
    else words.append(...quoted(index % 2 === 1 ? `\`\`\`${part}` : part));
  });
  return words;
}

// Links inside code are shown as they read.
const stripped = (text) => text.replace(/<([^<>|]+)(?:\|([^<>]+))?>/g, (_, target, label) => label ?? target);

function quoted(text) {
  const out = [];
  let quote = [];
  const flush = () => {
    if (quote.length) out.push(h('blockquote', null, inline(quote.join('\n'))));
    quote = [];
  };
  const rest = [];
  for (const line of text.split('\n')) {
    // Slack takes the mark itself as well as its escape.
    const mark = ['>', '&gt;'].find((it) => line.startsWith(it));
    if (mark) {
      if (rest.length) out.push(...inline(`${rest.splice(0).join('\n')}`));
      quote.push(line.slice(mark.length).trimStart());
    } else {
      flush();
      rest.push(line);
    }
  }
  flush();
  if (rest.length) out.push(...inline(rest.join('\n')));
  return out;
}

const MARKS = [
  { find: /<([^<>\n]+)>/, make: (found) => control(found[1]) },
  { find: /`([^`\n]+)`/, make: (found) => h('code', null, plain(stripped(found[1]))) },
  { find: /:([a-z0-9_+'-]+):/, make: (found) => emoji(found[1]) ?? found[0] },
  { find: /(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])/, make: (found) => h('strong', null, inline(found[1])) },
  { find: /(?<!\w)_(?=\S)([^\n]*?[^_\s])_(?!\w)/, make: (found) => h('em', null, inline(found[1])) },
  { find: /(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])/, make: (found) => h('s', null, inline(found[1])) },
];

// Text within a line, as nodes: the leftmost mark first, then what follows it.
export function inline(text) {
  const out = [];
  let rest = text;
  while (rest) {
    let first = null;
    for (const mark of MARKS) {
      const found = mark.find.exec(rest);
      if (found && (!first || found.index < first.found.index)) first = { mark, found };
    }
    if (!first) break;
    const { mark, found } = first;
    if (found.index) out.push(plain(rest.slice(0, found.index)));
    out.push(mark.make(found));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) out.push(plain(rest));
  return out.flat();
}

export function emoji(name) {
  const sign = EMOJI.get(name);
  return sign ? h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` }, sign) : null;
}

// Plain text with emoji names turned into emoji, as Slack shows `plain_text`.
export function plainWords(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:.+:$/.test(part) ? (emoji(part.slice(1, -1)) ?? part) : part));
}

function control(token) {
  const at = token.indexOf('|');
  const [target, label] = at < 0 ? [token, null] : [token.slice(0, at), token.slice(at + 1)];
  if (target.startsWith('@')) return mention(`@${nameOf(target.slice(1))}`, target.slice(1) === store.me);
  if (target.startsWith('#')) {
    const channel = store.channels.get(target.slice(1));
    return mention(`#${channel?.name ?? label ?? target.slice(1)}`, false);
  }
  if (target.startsWith('!subteam^')) {
    const group = store.groups.get(target.slice(9));
    const mine = Boolean(group?.members.includes(me()?.id));
    return mention(`@${(group?.handle ?? label ?? target.slice(9)).replace(/^@/, '')}`, mine);
  }
  if (target.startsWith('!date^')) return date(target.slice(6), label);
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`, true);
  return link(target, label);
}

const mention = (words, mine) => h('span', { class: mine ? 'mention mine' : 'mention' }, words);

function date(token, fallback) {
  const [seconds, template, target] = token.split('^');
  const at = Number(seconds);
  if (!Number.isFinite(at) || !template) return plain(fallback ?? token);
  const shown = h('time', { datetime: new Date(at * 1000).toISOString(), title: plain(fallback ?? '') }, dateWords(plain(template), at));
  return target ? link(target, null, shown) : shown;
}

// Only what a browser opens harmlessly is a link.
function link(target, label, content) {
  const address = plain(target);
  if (!/^(https?|mailto|tel):/i.test(address)) return plain(label ?? target);
  const words = content ?? plain(label ?? target);
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, words);
}

// A text object of Block Kit.
export function textObject(text) {
  if (!text) return null;
  if (text.type === 'mrkdwn') return mrkdwn(text.text);
  return h('div', { class: 'words' }, plainWords(text.text));
}
