// What may be meant by what is being typed: commands, people, groups, channels, emoji.
import { store, persons } from './store.js';
import { EMOJI } from './emoji.js';

const MOST = 8;

// { from, options: [{ text, words, about }] } for the word before the cursor, or null.
export function complete(text, cursor, { thread }) {
  const before = text.slice(0, cursor);
  const command = /^\/([a-z-]*)$/i.exec(before);
  if (command && !thread) {
    const all = store.installed.commands.filter((it) => it.name.startsWith(before));
    return found(0, all.map((it) => ({ text: `${it.name} `, words: it.name, about: it.usage })));
  }
  const word = /(?:^|[\s(])([@#:])([\w.+-]*)$/.exec(before);
  if (!word) return null;
  const [, sign, typed] = word;
  if (sign === ':' && typed.length < 2) return null;
  const from = cursor - typed.length - 1;
  return found(from, { '@': people, '#': channels, ':': emoji }[sign](typed.toLowerCase()));
}

const found = (from, options) => (options.length ? { from, options: options.slice(0, MOST) } : null);

function people(typed) {
  const fits = (it) => [it.handle, ...it.name.toLowerCase().split(' ')].some((part) => part.startsWith(typed));
  const bot = store.users.get(store.bot);
  const users = [...persons(), bot].filter(Boolean).filter(fits)
    .map((it) => ({ text: `@${it.handle} `, words: it.name, about: it.id === store.bot ? 'the bot' : store.installed.roles[it.id] ?? `@${it.handle}` }));
  const groups = [...store.groups.values()].filter((it) => it.handle.startsWith(typed))
    .map((it) => ({ text: `@${it.handle} `, words: `@${it.handle}`, about: `${it.members.length} people` }));
  const all = ['here', 'channel'].filter((it) => it.startsWith(typed)).map((it) => ({ text: `@${it} `, words: `@${it}`, about: 'everybody in this channel' }));
  return [...users, ...groups, ...all];
}

const channels = (typed) => [...store.channels.values()].filter((it) => it.name && it.name.includes(typed))
  .map((it) => ({ text: `#${it.name} `, words: `#${it.name}`, about: `${it.members.length} people` }));

const emoji = (typed) => [...EMOJI].filter(([name]) => name.includes(typed))
  .sort(([one], [other]) => Number(other.startsWith(typed)) - Number(one.startsWith(typed)))
  .map(([name, sign]) => ({ text: `:${name}: `, words: `${sign}  :${name}:`, about: '' }));

