// What people press and pick in blocks outside of a form: each change goes to the app at once.
import { h, button } from './dom.js';
import { plainWords } from './mrkdwn.js';
import { act } from './api.js';
import { openMenu } from './popover.js';
import { field } from './choices.js';
import { sure } from './modals.js';

const at = (place) => {
  if (place.kind === 'message') return { message: { channel: place.channel, ts: place.ts } };
  return place.kind;
};

const nameFor = (block, element) => `${block.block_id}/${element.action_id}`;

export function control(block, element, place) {
  if (element.type === 'button' || element.type === 'workflow_button') return pressable(block, element, place);
  if (element.type === 'overflow') return overflow(block, element, place);
  const label = element.placeholder?.text ?? block.label?.text ?? block.text?.text ?? element.action_id;
  const made = field(element, { label, initial: place.typed?.(block, element) });
  made.node.addEventListener('change', () => {
    const { value, shown } = made.read();
    const words = element.placeholder?.text ?? element.action_id;
    const choose = () => act('choose', { place: at(place), what: nameFor(block, element), label: words, pick: value, shown });
    if (value) confirmed(element, choose);
  });
  return made.node;
}

// Asks first where the app wants that.
async function confirmed(element, then) {
  if (!element.confirm || (await sure(element.confirm))) await then();
}

function pressable(block, element, place) {
  const kind = { primary: 'primary', danger: 'danger' }[element.style] ?? '';
  const press = async (event) => {
    const pressed = event.currentTarget;
    pressed.setAttribute('aria-busy', 'true');
    await confirmed(element, () =>
      act('press', { place: at(place), what: nameFor(block, element), label: element.text.text }));
    pressed.removeAttribute('aria-busy');
  };
  const words = plainWords(element.text.text);
  const more = { 'aria-label': element.accessibility_label };
  if (element.url && /^https?:/i.test(element.url)) {
    return h('a', { class: `button ${kind}`, href: element.url, target: '_blank', rel: 'noopener noreferrer', onclick: press, ...more }, words);
  }
  return button(words, press, kind, more);
}

function overflow(block, element, place) {
  const items = element.options.map((option) => ({
    words: option.text.text,
    run: () => confirmed(element, () =>
      act('choose', {
        place: at(place), what: nameFor(block, element), label: element.action_id, pick: option.value, shown: option.text.text,
      })),
  }));
  return button('⋯', (event) => openMenu(event.currentTarget, items), '', { 'aria-label': 'More', 'aria-haspopup': 'menu' });
}

