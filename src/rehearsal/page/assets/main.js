// Puts the page together once the state is here.
import { open } from './api.js';
import { store, listen, firstPlace, beside } from './store.js';
import { start as startNotices, toast } from './notices.js';
import { start as startChannel } from './channel.js';
import { start as startSidebar } from './sidebar.js';
import { start as startClock, nextPane } from './clockbar.js';
import { start as startModals } from './modals.js';
import { threadPane } from './thread.js';
import { peoplePane } from './people.js';
import { toursPane, start as startTours } from './tours.js';

const SIDES = { thread: threadPane, people: peoplePane, tours: toursPane, next: nextPane };
let side = null;

function drawSide(topics) {
  const box = document.getElementById('side');
  const wanted = store.side ? JSON.stringify([store.side, store.side.kind === 'people' ? '' : store.me]) : null;
  if (wanted !== side?.key) {
    side = wanted ? { key: wanted, ...SIDES[store.side.kind](store.side) } : null;
    box.hidden = !side;
    box.replaceChildren(...(side?.nodes ?? []));
    if (topics.has('side')) side?.focus?.();
  }
  side?.draw();
}

function keys(event) {
  if (event.defaultPrevented || event.key !== 'Escape' || document.querySelector('dialog[open], [popover]:popover-open')) return;
  if (store.side) {
    beside(null);
    document.getElementById('composer-main')?.focus();
  }
}

try {
  await open();
  store.place = firstPlace();
  startNotices();
  startClock();
  startSidebar();
  startChannel();
  startModals();
  startTours();
  listen(['side', 'me', 'messages', 'gone', 'whispers', 'whispers_gone', 'users', 'next', 'connected', 'tour', 'editing', 'zone', 'minute', 'day'], drawSide);
  if (store.tours.length && innerWidth > 1080) beside({ kind: 'tours' });
  document.addEventListener('keydown', keys);
  performance.mark('ready');
  document.body.dataset.ready = 'yes';
} catch (error) {
  toast(`The rehearsal did not answer as expected: ${error.message}`);
  throw error;
}

