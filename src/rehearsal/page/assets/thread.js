// A thread beside its channel.
import { h, icon } from './dom.js';
import { store, threadOf, put, beside, changed, room, seenKey } from './store.js';
import { wholeThread } from './api.js';
import { MessageList } from './list.js';
import { Composer } from './composer.js';

export function threadPane(side) {
  const channel = store.channels.get(side.channel);
  const list = new MessageList('Thread', { inThread: true });
  const composer = new Composer({ id: 'composer-thread', channel: side.channel, thread: side.ts, label: 'Reply', onSent: () => list.toEnd() });
  const where = channel?.name ? `#${channel.name}` : 'direct messages';
  const key = `${side.channel} ${side.ts}`;
  const nodes = [
    h('div', { class: 'head' }, icon('back', 'Back to the channel', () => beside(null), { class: 'icon back' }),
      h('h2', null, 'Thread'), h('span', { class: 'about grows' }, where), icon('close', 'Close the thread', () => beside(null))),
    list.node, composer.node,
  ];
  const draw = () => {
    const all = threadOf(side.channel, side.ts);
    list.show(all);
    const [key, last] = [seenKey(side.channel, side.ts), all.at(-1)?.ts];
    if (store.seen.get(key) === last) return;
    store.seen.set(key, last);
    changed('editing');
  };
  if (!store.threads.has(key)) {
    store.threads.add(key);
    wholeThread(side.channel, side.ts).then(({ list: all }) => {
      all.filter((it) => !room(it.channel).all.has(it.ts)).forEach(put);
      changed('messages');
    });
  }
  return { nodes, draw, focus: () => composer.focus() };
}
