// The app's Home tab.
import { h } from './dom.js';
import { store } from './store.js';
import { renderBlocks } from './blocks.js';
import { heldIn } from './choices.js';

export function homePane() {
  const view = store.homes[store.me];
  const held = (block, element) => heldIn(view.typed[block.block_id]?.[element.action_id]);
  const body = view
    ? renderBlocks(view.content.blocks, { kind: 'home', typed: held })
    : h('p', { class: 'quiet' }, 'The app has not put up a Home for this person yet.');
  return h('div', { class: 'home', tabindex: 0, 'aria-label': 'Home of the app' }, body);
}
