// Fields of every kind: `field(element, options)` gives { node, input, read } where read() is what it holds,
// as the model takes it (`value`) and as people read it (`shown`).
import { h, freshId } from './dom.js';
import { store, persons, me } from './store.js';
import { textObject } from './mrkdwn.js';
import { instantOf, wallOf } from './times.js';

const TYPED = { plain_text_input: 'text', email_text_input: 'email', url_text_input: 'url', number_input: 'text' };
const WHEN = { datepicker: 'date', timepicker: 'time' };
const LISTED = ['users_select', 'channels_select', 'conversations_select', 'static_select', 'external_select'];

export function field(element, { label, initial, invalid } = {}) {
  const kind = element.type;
  const held = initial ?? initialOf(element);
  const common = { 'aria-label': label, 'aria-invalid': invalid ? 'true' : null };
  if (kind in TYPED) return typed(element, held, common);
  if (kind in WHEN) return native(h('input', { type: WHEN[kind], class: 'field', value: held, ...common }));
  if (kind === 'datetimepicker') return moment(held, common);
  if (kind === 'checkboxes' || kind === 'radio_buttons') return ticked(element, held, common, 'choices');
  if (kind.startsWith('multi_') && LISTED.includes(kind.slice(6))) return several(element, held, common);
  if (LISTED.includes(kind)) return select(element, held, common);
  return { node: h('span', { class: 'quiet' }, `(a ${kind} cannot be used in a rehearsal)`), read: () => ({ value: '', shown: '' }) };
}

// What an element begins with, as the same text that `read` gives.
function initialOf(element) {
  const one = element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_user
    ?? element.initial_channel ?? element.initial_conversation ?? element.initial_option?.value;
  const many = element.initial_options?.map((it) => it.value) ?? element.initial_users ?? element.initial_channels
    ?? element.initial_conversations;
  return String(one ?? many?.join(',') ?? element.initial_date_time ?? '');
}

// What the model keeps of a form, as the same text.
export function heldIn(state) {
  if (!state) return undefined;
  const { type, ...rest } = state;
  const value = Object.values(rest)[0];
  const one = (it) => (it && typeof it === 'object' ? it.value : String(it));
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.map(one).join(',') : one(value);
}

function native(input) {
  return { node: input, input, read: () => ({ value: input.value, shown: input.value }) };
}

function typed(element, held, common) {
  const limits = { maxlength: element.max_length, placeholder: element.placeholder?.text };
  if (element.multiline) return native(h('textarea', { class: 'field', rows: 4, value: held, ...limits, ...common }));
  const mode = element.type === 'number_input' ? { inputmode: 'decimal' } : {};
  return native(h('input', { type: TYPED[element.type], class: 'field', value: held, ...mode, ...limits, ...common }));
}

function moment(held, common) {
  const shown = held ? wallOf(Number(held) * 1000, me()?.zone) : '';
  const input = h('input', { type: 'datetime-local', class: 'field', value: shown, ...common });
  const read = () => {
    const value = input.value ? String(Math.round(instantOf(input.value, me()?.zone) / 1000)) : '';
    return { value, shown: value };
  };
  return { node: input, input, read };
}

// [{ value, words, about, group }] that an element offers.
function offered(element) {
  const kind = element.type.replace('multi_', '');
  if (kind === 'users_select') return persons().map((it) => ({ value: it.id, words: it.name, shown: it.handle }));
  if (kind === 'channels_select' || kind === 'conversations_select') {
    const open = [...store.channels.values()].filter((it) => it.name && (kind !== 'channels_select' || it.kind === 'public'));
    return open.map((it) => ({ value: it.id, words: `#${it.name}`, shown: it.name }));
  }
  const plain = (option, group) => ({ value: option.value, words: option.text.text, text: option.text, about: option.description, shown: option.text.text, group });
  const groups = element.option_groups ?? [];
  return [...(element.options ?? []).map((it) => plain(it)), ...groups.flatMap((it) => it.options.map((option) => plain(option, it.label.text)))];
}

function select(element, held, common) {
  const all = offered(element);
  const input = h('select', { class: 'field', ...common }, h('option', { value: '' }, element.placeholder?.text ?? 'Choose…'));
  for (const group of new Set(all.map((it) => it.group))) {
    const options = all.filter((it) => it.group === group).map((it) => h('option', { value: it.value }, it.words));
    input.append(...(group ? [h('optgroup', { label: group }, options)] : options));
  }
  input.value = held;
  const read = () => ({ value: input.value, shown: all.find((it) => it.value === input.value)?.shown ?? '' });
  return { node: input, input, read };
}

function ticked(element, held, common, className) {
  const all = offered(element);
  const [type, name] = [element.type === 'radio_buttons' ? 'radio' : 'checkbox', freshId('choice')];
  const chosen = new Set(type === 'radio' ? [held] : held.split(','));
  const inputs = all.map((it) => h('input', { type, name, value: it.value, checked: chosen.has(it.value) }));
  const rows = all.map((it, index) => h('label', null, inputs[index],
    h('span', null, it.text ? textObject(it.text) : it.words, it.about && h('small', null, textObject(it.about)))));
  const node = h('fieldset', { class: className, ...common }, rows);
  const read = () => {
    const picked = all.filter((_, index) => inputs[index].checked);
    return { value: picked.map((it) => it.value).join(','), shown: picked.map((it) => it.shown).join(', ') };
  };
  return { node, input: inputs[0], read };
}

// Several of a list: the choice folds into a summary of what is chosen.
function several(element, held, common) {
  const list = ticked(element, held, common, 'choices tall');
  const blank = element.placeholder?.text ?? 'Choose…';
  const all = offered(element);
  const words = () => {
    const picked = new Set(list.read().value.split(','));
    return all.filter((it) => picked.has(it.value)).map((it) => it.words).join(', ') || blank;
  };
  const summary = h('summary', { 'aria-label': common['aria-label'] }, words());
  const node = h('details', { class: 'several' }, summary, list.node);
  list.node.addEventListener('change', () => { summary.textContent = words(); });
  return { node, input: summary, read: list.read };
}
