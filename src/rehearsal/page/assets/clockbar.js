// The clock of the rehearsal, and moving it; what happens next; the bot's own switch.
import { h, button, icon, fill } from './dom.js';
import { sign } from './icons.js';
import { store, listen, now, persons, zone, changed, beside, me } from './store.js';
import { turnClock, powerBot } from './api.js';
import { timeOf, secondsOf, weekdayOf, longDayOf, until, shortZone, wallOf, instantOf } from './times.js';
import { openPopover } from './popover.js';

const shown = {};
let [minute, day] = ['', ''];
let moving = false;

export function start() {
  const bar = document.getElementById('clockbar');
  shown.seconds = h('span', { class: 'seconds' });
  shown.minutes = h('span');
  shown.half = h('span');
  shown.now = h('span', { class: 'now', role: 'timer' }, shown.minutes, shown.seconds, shown.half);
  shown.day = h('span', { class: 'date' });
  shown.zone = h('select', { 'aria-label': 'Zone of the clock', onchange: choose });
  shown.run = button('', () => move(store.clock.running ? 'pause' : 'run'), 'small');
  shown.next = button([sign('skip'), 'Next'], () => move('next'), 'small');
  shown.what = h('span', { class: 'what' });
  shown.lamp = h('span', { class: 'lamp' });
  bar.append(shown.now, shown.day, shown.zone,
    button(['+1', h('span', { class: 'unit' }, ' min')], () => move('advance', { seconds: 60 }), 'small', { 'aria-label': 'One minute on' }),
    button(['+5', h('span', { class: 'unit' }, ' min')], () => move('advance', { seconds: 300 }), 'small', { 'aria-label': 'Five minutes on' }),
    shown.next, button('To…', (event) => askTime(event.currentTarget), 'small'), shown.run, shown.what, shown.lamp);
  listen(['clock', 'next', 'connected', 'me', 'zone', 'users'], draw);
  draw();
  setInterval(tick, 250);
}

async function move(turn, more) {
  if (moving) return;
  moving = true;
  document.getElementById('clockbar').setAttribute('aria-busy', 'true');
  await turnClock(turn, more);
  moving = false;
  document.getElementById('clockbar').removeAttribute('aria-busy');
}

function choose() {
  store.shownZone = shown.zone.value;
  sessionStorage.setItem('zone', store.shownZone);
  changed('zone', 'minute');
}

function draw() {
  const zones = [...new Set([store.zone, ...persons().map((it) => it.zone)])].sort();
  shown.zone.replaceChildren(h('option', { value: '' }, `as ${me()?.name.split(' ')[0] ?? 'you'} sees it`), ...zones.map((it) => h('option', { value: it }, shortZone(it))));
  shown.zone.value = store.shownZone;
  shown.run.replaceChildren(sign(store.clock.running ? 'pause' : 'play'), store.clock.running ? 'Pause' : 'Run');
  const [next] = store.next;
  shown.next.disabled = !next;
  shown.what.textContent = next ? `${timeOf(next.at)} ${next.words}` : 'Nothing is due.';
  shown.what.classList.toggle('nothing', !next);
  shown.what.title = next ? `${until(next.at)}: ${next.words}` : '';
  shown.lamp.className = store.connected ? 'lamp' : 'lamp off';
  shown.lamp.textContent = store.connected ? 'connected' : 'not connected';
  tick();
}

function tick() {
  const ms = now();
  const seconds = secondsOf(ms);
  if (shown.now.textContent !== seconds) {
    // A narrow window has no room for the seconds.
    [, shown.minutes.textContent, shown.seconds.textContent, shown.half.textContent] = /^(.*)(:\d\d)( .*)$/.exec(seconds);
  }
  const today = weekdayOf(ms);
  if (shown.day.textContent !== today) shown.day.textContent = today;
  const fresh = [timeOf(ms), `${longDayOf(ms)} ${zone()}`];
  const topics = [fresh[0] !== minute && 'minute', fresh[1] !== day && 'day'].filter(Boolean);
  [minute, day] = fresh;
  if (topics.length) changed(...topics);
}

function askTime(anchor) {
  const input = h('input', { type: 'datetime-local', class: 'field', value: wallOf(now() + 3600000), 'aria-label': 'Time to go to' });
  const form = h('form', {
    onsubmit: (event) => {
      event.preventDefault();
      box.hidePopover();
      if (input.value) move('to', { at: instantOf(input.value) });
    },
  }, h('b', null, `Go to a time (${shortZone(zone())})`), input, h('button', { type: 'submit', class: 'button primary' }, 'Go'));
  const box = openPopover(anchor, form, 'Go to a time', 'dialog');
}

export function nextPane() {
  const list = h('ul', { class: 'coming' });
  const power = h('div', { class: 'downloads' });
  const draw = () => {
    list.replaceChildren(...store.next.map((it) => h('li', null, h('time', { title: weekdayOf(it.at) }, timeOf(it.at)),
      h('span', null, it.words, h('span', { class: 'quiet' }, ` ${until(it.at)}`)))));
    if (!store.next.length) fill(list, h('p', { class: 'quiet' }, 'Nothing is due: somebody has to do something first.'));
    power.replaceChildren(store.connected ? button('Stop the bot', () => powerBot('stop')) : button('Start the bot', () => powerBot('start'), 'primary'));
  };
  const link = (path, words) => h('a', { class: 'button', href: path, download: true }, words);
  const nodes = [
    h('div', { class: 'head' }, icon('back', 'Back', () => beside(null), { class: 'icon back' }),
      h('h2', { class: 'grows' }, 'What happens next'), icon('close', 'Close', () => beside(null))),
    h('div', { class: 'panel' }, list,
      h('div', null, h('h3', null, 'The bot'), h('p', { class: 'quiet' }, 'Stop it to see what it catches up with after an outage.')), power,
      h('div', null, h('h3', null, 'This rehearsal, written down'), h('p', { class: 'quiet' }, 'As a story that can be played again, or as a transcript of what this person sees.')),
      h('div', { class: 'downloads' }, link('/page/story', 'Story'), link(`/page/transcript?reader=${encodeURIComponent(store.me)}`, 'Transcript'))),
  ];
  return { nodes, draw };
}
