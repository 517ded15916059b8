// The line to the program: acts go up, changes come down.
import { store, apply, load } from './store.js';
import { toast } from './notices.js';

async function send(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) return { ok: false, error: 'The rehearsal does not answer. Is `firstline rehearse` still running?' };
  const told = await answer.json().catch(() => ({ ok: false, error: `the rehearsal answered ${answer.status}` }));
  return told;
}

async function told(path, body) {
  const answer = await send(path, body);
  if (!answer.ok) toast(answer.error);
  else if (answer.notice) toast(answer.notice);
  return answer;
}

// Does something as the person whom one is: act('say', { channel, text }).
export const act = (deed, more = {}) => told('/page/act', { as: store.me, do: deed, ...more });
export const turnClock = (turn, more = {}) => told('/page/clock', { do: turn, ...more });
export const leadTour = (lead, more = {}) => told('/page/tour', { do: lead, ...more });
export const powerBot = (power) => told('/page/bot', { do: power });

const query = (path, more) => fetch(`${path}?${new URLSearchParams(more)}`).then((it) => it.json());
export const older = (channel, ts) => query('/page/older', { channel, ts });
export const wholeThread = (channel, ts) => query('/page/thread', { channel, ts });

export async function open() {
  const answer = await fetch('/page/state');
  load(await answer.json());
  listen();
}

function listen() {
  const feed = new EventSource(`/page/feed?since=${store.mark}`);
  feed.onmessage = (event) => {
    const frame = JSON.parse(event.data);
    if (frame.reload) location.reload();
    else apply(frame);
  };
  feed.onopen = () => apply({ line: true });
  feed.onerror = () => {
    apply({ line: false });
    // A refused line stays closed; the browser dials again by itself otherwise.
    if (feed.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}
