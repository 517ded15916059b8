// What must not be missed: what Slack would have refused, a lost line, and short words about what just failed.
import { h, button, icon, speak } from './dom.js';
import { store, listen } from './store.js';
import { secondsOf } from './times.js';

let dismissed = 0;

export function start() {
  listen(['refusals', 'line', 'me'], draw);
  draw();
}

function draw() {
  const box = document.getElementById('notices');
  const refused = store.refusals.slice(dismissed);
  box.replaceChildren(...(store.line ? [] : [lost()]), ...(refused.length ? [banner(refused)] : []));
}

const lost = () => h('div', { class: 'banner', role: 'alert' }, h('div', null,
  h('b', null, 'The rehearsal does not answer.'), 'It may have been stopped; this page comes back by itself when it runs again.'));

function banner(refused) {
  const words = refused.length === 1 ? 'Slack would have refused this.' : `Slack would have refused ${refused.length} things.`;
  const rows = refused.map((it) => h('li', null, h('small', null, `${secondsOf(it.at)}  ${it.what}: ${it.error} ${it.details.join('; ')}`)));
  const away = () => { dismissed = store.refusals.length; draw(); };
  return h('div', { class: 'banner', role: 'alert' },
    h('div', { class: 'grows' }, h('b', null, words), h('ul', null, rows.reverse())), icon('close', 'Put this away', away));
}

let gone = null;

export function toast(words) {
  document.querySelector('.toast')?.remove();
  clearTimeout(gone);
  const box = h('div', { class: 'toast', role: 'alert' }, h('span', null, words), button('Close', () => box.remove(), 'small'));
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  speak(words);
  gone = setTimeout(() => box.remove(), 9000);
}
