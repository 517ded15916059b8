// Block Kit as elements. `place` says where the blocks stand, for whoever presses something in them:
// { kind: 'message', channel, ts } | { kind: 'home' } | { kind: 'modal', view }.
import { h } from './dom.js';
import { mrkdwn, textObject, plainWords, emoji } from './mrkdwn.js';
import { control } from './controls.js';
import { nameOf, store } from './store.js';

export function renderBlocks(blocks, place) {
  return h('div', { class: 'blocks' }, blocks.map((block) => renderBlock(block, place)));
}

const KINDS = {
  header: (block) => h('h3', null, plainWords(block.text.text)),
  divider: () => h('hr'),
  section,
  context: (block) => h('div', { class: 'context' }, block.elements.map((it) => (it.type === 'image' ? picture(it) : textObject(it)))),
  actions: (block, place) => h('div', { class: 'actions' }, block.elements.map((it) => control(block, it, place))),
  image: (block) => picture(block),
  markdown: (block) => mrkdwn(block.text),
  rich_text: (block) => h('div', { class: 'words' }, block.elements.map(rich)),
  input: (block, place) => (place.input ? place.input(block) : control(block, block.element, place)),
};

export function renderBlock(block, place) {
  const make = KINDS[block.type];
  return make ? make(block, place) : h('div', { class: 'picture' }, `(a ${block.type} block)`);
}

function section(block, place) {
  const words = h('div', { class: 'grows' }, textObject(block.text),
    block.fields && h('div', { class: 'fields' }, block.fields.map(textObject)));
  const { accessory } = block;
  const beside = accessory && (accessory.type === 'image' ? picture(accessory) : control(block, accessory, place));
  return h('div', { class: 'section' }, words, beside);
}

// Nothing is loaded from elsewhere: a picture shows as what it says it is.
function picture(block) {
  return h('div', { class: 'picture', role: 'img', 'aria-label': block.alt_text }, `🖼 ${block.alt_text ?? 'image'}`);
}

const RICH = {
  text: (it) => styled(it),
  link: (it) => (/^(https?|mailto):/i.test(it.url) ? h('a', { href: it.url, target: '_blank', rel: 'noopener noreferrer' }, it.text ?? it.url) : it.text ?? it.url),
  user: (it) => h('span', { class: it.user_id === store.me ? 'mention mine' : 'mention' }, `@${nameOf(it.user_id)}`),
  emoji: (it) => emoji(it.name) ?? `:${it.name}:`,
  rich_text_preformatted: (it) => h('pre', null, it.elements.map(rich)),
  rich_text_quote: (it) => h('blockquote', null, it.elements.map(rich)),
  rich_text_list: (it) => h(it.style === 'ordered' ? 'ol' : 'ul', null, it.elements.map((item) => h('li', null, '• ', rich(item)))),
};

function rich(it) {
  if (RICH[it.type]) return RICH[it.type](it);
  return it.elements ? h('div', null, it.elements.map(rich)) : '';
}

function styled(it) {
  const tags = { bold: 'strong', italic: 'em', strike: 's', code: 'code' };
  return Object.entries(tags).reduce((inner, [style, tag]) => (it.style?.[style] ? h(tag, null, inner) : inner), it.text);
}
