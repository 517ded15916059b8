// Forms that the app opens, one on top of another, with what was typed kept while they change.
import { h, button, icon, freshId } from './dom.js';
import { store, listen } from './store.js';
import { act } from './api.js';
import { renderBlocks } from './blocks.js';
import { plainWords } from './mrkdwn.js';
import { field, heldIn } from './choices.js';

let shown = null; // { view, hash, dialog, fields: Map('block/action' -> { read, label, what }) }
const kept = new Map(); // view id -> Map('block/action' -> text)

export function start() {
  listen(['stacks', 'me'], draw);
}

function draw() {
  const stack = store.stacks[store.me] ?? [];
  const view = stack.at(-1);
  if (shown && (!view || view.id !== shown.view.id)) {
    keep();
    shown.dialog.close();
    shown.dialog.remove();
    shown = null;
  }
  if (!view || (shown && shown.view.hash === view.hash)) return;
  const again = shown;
  if (again) keep();
  show(view, stack.length, again);
}

const keep = () => {
  kept.set(shown.view.id, new Map([...shown.fields].map(([key, it]) => [key, it.read().value])));
};

function show(view, depth, again) {
  const focused = again?.dialog.querySelector(':focus')?.dataset.key;
  const [fields, typed] = [new Map(), kept.get(view.id)];
  const held = (block, element) => typed?.get(`${block.block_id}/${element.action_id}`) ?? heldIn(view.typed[block.block_id]?.[element.action_id]);
  const place = { kind: 'modal', typed: held, input: (block) => inputBlock(block, fields, held) };
  const { content } = view;
  const title = freshId('title');
  const trouble = h('div', { class: 'trouble', role: 'alert', hidden: true });
  const form = h('form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(trouble); } },
    h('div', { class: 'top' },
      h('h2', { id: title }, depth > 1 ? '‹ ' : '', plainWords(content.title.text)), icon('close', 'Close', close)),
    trouble,
    h('div', { class: 'body' }, renderBlocks(content.blocks, place)),
    h('div', { class: 'bottom' },
      button(content.close?.text ?? 'Close', close),
      content.submit && h('button', { type: 'submit', class: 'button primary' }, plainWords(content.submit.text))));
  const dialog = again?.dialog ?? h('dialog', { oncancel: (event) => { event.preventDefault(); close(); } });
  dialog.setAttribute('aria-labelledby', title);
  dialog.replaceChildren(form);
  shown = { view, dialog, fields };
  if (!again) {
    document.body.append(dialog);
    dialog.showModal();
  }
  const first = (focused && dialog.querySelector(`[data-key="${CSS.escape(focused)}"]`)) ?? dialog.querySelector('.body input, .body select, .body textarea, .body summary, .body button');
  first?.focus();
}

function inputBlock(block, fields, held) {
  const { element } = block;
  const key = `${block.block_id}/${element.action_id}`;
  const made = field(element, { initial: held(block, element) });
  const [id, hint, error] = [freshId('field'), freshId('hint'), freshId('error')];
  const input = made.input ?? made.node;
  input.dataset.key = key;
  const label = [plainWords(block.label.text), block.optional && h('span', { class: 'optional' }, ' (optional)')];
  const simple = ['INPUT', 'SELECT', 'TEXTAREA'].includes(made.node.tagName);
  if (simple) input.id = id;
  else made.node.setAttribute('aria-labelledby', id);
  input.setAttribute('aria-describedby', `${hint} ${error}`);
  if (block.dispatch_action) {
    made.node.addEventListener('change', () => {
      const { value, shown: words } = made.read();
      if (value) act('choose', { place: 'modal', what: key, label: block.label.text, pick: value, shown: words });
    });
  }
  const wrong = h('div', { class: 'error', id: error, role: 'alert' });
  fields.set(key, { read: made.read, label: block.label.text, block: block.block_id, input, wrong });
  return h('div', { class: 'input' },
    simple ? h('label', { for: id }, label) : h('div', { class: 'label', id }, label),
    made.node, block.hint && h('div', { class: 'hint', id: hint }, plainWords(block.hint.text)), wrong);
}

async function submit(trouble) {
  const { fields, dialog } = shown;
  const sent = [...fields].map(([what, it]) => ({ what, label: it.label, ...it.read() }));
  const go = dialog.querySelector('[type=submit]');
  go.disabled = true;
  const answer = await act('submit', { fields: sent });
  go.disabled = false;
  trouble.hidden = answer.ok && !answer.notice;
  trouble.textContent = answer.error ?? answer.notice ?? '';
  let first = null;
  for (const it of fields.values()) {
    const words = answer.errors?.[it.block] ?? '';
    it.wrong.textContent = words;
    it.input.toggleAttribute('aria-invalid', false);
    if (words) {
      it.input.setAttribute('aria-invalid', 'true');
      first ??= it.input;
    }
  }
  first?.focus();
}

const close = () => act('close_view');

// Asks before something is done; resolves to whether it shall be.
export function sure(confirm) {
  return new Promise((resolve) => {
    const done = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    const kind = confirm.style === 'danger' ? 'danger' : 'primary';
    const words = (it, otherwise) => plainWords(it?.text ?? otherwise);
    const dialog = h('dialog', { class: 'sure', oncancel: (event) => { event.preventDefault(); done(false); } },
      h('div', { class: 'top' }, h('h2', null, words(confirm.title, 'Are you sure?'))),
      h('div', { class: 'body' }, words(confirm.text, '')),
      h('div', { class: 'bottom' },
        button(words(confirm.deny, 'Cancel'), () => done(false)),
        button(words(confirm.confirm, 'Yes'), () => done(true), kind)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
