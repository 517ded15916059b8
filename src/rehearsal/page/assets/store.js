// What the page knows: the workspace, who one is, what is on view. Parts of the page listen for topics.

export const store = {
  mark: 0, team: '', bot: '', zone: 'UTC', line: true, connected: false,
  users: new Map(), channels: new Map(), groups: new Map(),
  rooms: new Map(), // channel id -> { all: Map(ts -> message), top: [ts], more }
  whispers: [], stacks: {}, homes: {}, read: {}, refusals: [],
  clock: { now: 0, running: false, at: 0 }, next: [], tour: null, tours: [],
  installed: { commands: [], shortcuts: [], roles: {} },
  me: '', shownZone: '', place: { kind: 'none' }, side: null, threads: new Set(),
  seen: new Map(), // person, channel and thread -> the last message of it that the person had before them
};

const listeners = [];

// listen(['people', 'clock'], draw): draw(topics) is called after changes of any of them.
export function listen(topics, draw) {
  listeners.push({ topics: new Set(topics), draw });
}

const waiting = new Set();

// Tells of changes with the next picture that the browser draws, many at once.
export function changed(...topics) {
  if (!waiting.size) (document.hidden ? setTimeout : requestAnimationFrame)(tell);
  topics.forEach((it) => waiting.add(it));
}

function tell() {
  const all = new Set(waiting);
  waiting.clear();
  for (const { topics: wanted, draw } of listeners) {
    if ([...wanted].some((it) => all.has(it))) draw(all);
  }
}

export function load(all) {
  for (const key of ['mark', 'team', 'bot', 'zone', 'stacks', 'homes', 'read', 'refusals', 'installed', 'tours', 'whispers']) {
    store[key] = all[key];
  }
  index(all.users, store.users);
  index(all.channels, store.channels);
  index(all.groups, store.groups);
  for (const [channel, { list, more }] of Object.entries(all.messages)) {
    list.forEach(put);
    room(channel).more = more;
  }
  setClock(all.clock);
  const people = persons();
  const kept = sessionStorage.getItem('me');
  store.me = store.users.has(kept) ? kept : (people[0]?.id ?? '');
  store.shownZone = sessionStorage.getItem('zone') ?? '';
}

const index = (list, into) => list.forEach((it) => into.set(it.id, it));

const setClock = (clock) => { store.clock = { ...clock, at: performance.now() }; };

// Milliseconds of the epoch on the rehearsal's clock.
export function now() {
  const { now: shown, running, at } = store.clock;
  return running ? shown + (performance.now() - at) : shown;
}

// Takes one frame of changes in; each key of it is a topic.
export function apply(frame) {
  frame.users?.forEach((it) => store.users.set(it.id, it));
  frame.channels?.forEach((it) => store.channels.set(it.id, it));
  frame.groups?.forEach((it) => store.groups.set(it.id, it));
  frame.messages?.forEach(put);
  frame.gone?.forEach(({ channel, ts }) => {
    const it = room(channel);
    it.all.delete(ts);
    it.top = it.top.filter((other) => other !== ts);
  });
  frame.whispers?.forEach((it) => {
    store.whispers = [...store.whispers.filter((other) => !same(it, other)), it];
  });
  frame.whispers_gone?.forEach((it) => { store.whispers = store.whispers.filter((other) => !same(it, other)); });
  Object.assign(store.stacks, frame.stacks);
  Object.assign(store.homes, frame.homes);
  for (const key of ['read', 'refusals', 'next', 'tour', 'connected', 'line']) {
    if (key in frame) store[key] = frame[key];
  }
  if (frame.clock) setClock(frame.clock);
  changed(...Object.keys(frame));
}

const same = (one, other) => one.channel === other.channel && one.ts === other.ts && one.to === other.to;

export function room(channel) {
  if (!store.rooms.has(channel)) store.rooms.set(channel, { all: new Map(), top: [], more: false });
  return store.rooms.get(channel);
}

// Puts a message where it belongs, whether it is new or has changed.
export function put(message) {
  const it = room(message.channel);
  const known = it.all.get(message.ts);
  it.all.set(message.ts, message);
  message.names = named(message);
  if (known || (message.thread && !message.broadcast)) return;
  let at = it.top.length;
  while (at > 0 && it.top[at - 1] > message.ts) at -= 1;
  it.top.splice(at, 0, message.ts);
}

// Whom a message mentions, for the count beside its channel.
function named(message) {
  const words = message.blocks.length ? JSON.stringify(message.blocks) : message.text;
  return new Set([...words.matchAll(/<(?:@|!subteam\^)([A-Z0-9]+)/g)].map((it) => it[1]));
}

export const persons = () =>
  [...store.users.values()].filter((it) => it.kind !== 'bot' && it.here).sort((a, b) => a.name.localeCompare(b.name));
export const me = () => store.users.get(store.me);
export const nameOf = (id) => store.users.get(id)?.name ?? id;
export const zone = () => store.shownZone || me()?.zone || store.zone;
export const isMine = (message) => message.user === store.me;
export const direct = (user = store.me) =>
  [...store.channels.values()].find((it) => it.kind === 'direct' && it.members.includes(user));

// The last messages of the channel itself, and what only this person sees there, oldest first.
export function topOf(channel, count) {
  const it = room(channel);
  const messages = it.top.slice(-count).map((ts) => it.all.get(ts));
  return merged(messages, whispersIn(channel, null));
}

export function threadOf(channel, root) {
  const all = [...room(channel).all.values()].filter((it) => it.ts === root || it.thread === root);
  return merged(all, whispersIn(channel, root));
}

const whispersIn = (channel, thread) =>
  store.whispers.filter((it) => it.to === store.me && it.channel === channel && (it.thread ?? null) === thread);

const merged = (messages, whispers) =>
  [...messages, ...whispers].sort((one, other) => (one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0));

// Whether a message mentions this person, by name or by a group of theirs.
function mentionsMe(message, groups) {
  return message.names.has(store.me) || groups.some((group) => message.names.has(group.id));
}

const myGroups = () => [...store.groups.values()].filter((group) => group.members.includes(store.me));

export const seenKey = (channel, root) => `${store.me} ${channel} ${root}`;

// How many replies mention this person and have not been before them.
export function pingsIn(channel, root) {
  const [seen, groups] = [store.seen.get(seenKey(channel, root)) ?? '', myGroups()];
  const replies = [...room(channel).all.values()].filter((it) => it.thread === root && it.ts > seen && it.user !== store.me);
  return replies.filter((it) => mentionsMe(it, groups)).length;
}

// { fresh, pinged }: how many messages are unread, and how many of all new ones mention this person.
export function unread(channel) {
  const it = room(channel);
  const read = store.read[store.me]?.[channel] ?? '';
  let [fresh, pinged] = [0, 0];
  const groups = myGroups();
  for (let at = it.top.length - 1; at >= 0 && it.top[at] > read; at -= 1) {
    if (it.all.get(it.top[at]).user !== store.me) fresh += 1;
  }
  for (const message of it.all.values()) {
    if (message.ts <= read || message.user === store.me) continue;
    if (mentionsMe(message, groups)) pinged += 1;
  }
  return { fresh, pinged };
}

// The status that still holds, or none.
export function statusOf(user) {
  const { emoji, text, until } = user.status;
  return (emoji || text) && (!until || until > now()) ? user.status : null;
}
export const isSnoozing = (user) => Boolean(user.dnd.until && user.dnd.from <= now() && user.dnd.until > now());

export function become(user) {
  if (!store.users.has(user) || user === store.me) return;
  store.me = user;
  sessionStorage.setItem('me', user);
  const here = store.place.kind === 'channel' ? store.channels.get(store.place.channel) : null;
  if (here && !here.members.includes(user)) goTo(firstPlace());
  if (store.side?.kind === 'thread' && !store.channels.get(store.side.channel)?.members.includes(user)) store.side = null;
  changed('me', 'side');
}

export function firstPlace() {
  const mine = [...store.channels.values()].filter((it) => it.kind !== 'direct' && it.members.includes(store.me));
  mine.sort((a, b) => a.name.localeCompare(b.name));
  return mine.length ? { kind: 'channel', channel: mine[0].id } : { kind: 'home' };
}

// Places: { kind: 'channel', channel } | { kind: 'bot' } (its direct messages) | { kind: 'home' }.
export function goTo(place) {
  store.place = place;
  showPane('main');
  changed('place');
}

// Beside: { kind: 'thread', channel, ts } | { kind: 'people' | 'tours' | 'next' } | null.
export function beside(side) {
  store.side = side;
  showPane(side ? 'side' : 'main');
  changed('side');
}

export function showPane(pane) {
  document.body.dataset.pane = pane;
}
