// A list of messages that keeps the elements it has: only what changed is made anew.
import { h } from './dom.js';
import { store, seenKey } from './store.js';
import { renderMessage } from './message.js';
import { dayLabel, dayOf, msOf } from './times.js';

const JOINED_WITHIN = 5 * 60 * 1000;
const NEAR_END = 60;

export class MessageList {
  // options: { inThread, head() -> element or null, onTop() }
  constructor(label, options) {
    this.options = options;
    this.known = new Map(); // key -> { element, message, mark }
    this.node = h('div', { class: 'list', role: 'feed', 'aria-label': label, tabindex: 0 });
    this.node.addEventListener('scroll', () => {
      this.stuck = this.isAtEnd();
      if (this.node.scrollTop < 400) this.options.onTop?.();
    }, { passive: true });
    this.node.addEventListener('keydown', (event) => this.walk(event));
    this.stuck = true;
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.node);
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  // Shows these messages, oldest first.
  show(messages) {
    const { node } = this;
    const anchor = this.anchor();
    const wanted = this.rows(messages);
    const keys = new Set(wanted.map((it) => it.key));
    for (const [key, { element }] of this.known) {
      if (keys.has(key)) continue;
      element.remove();
      this.known.delete(key);
    }
    let cursor = node.firstChild;
    for (const row of wanted) {
      const before = this.known.get(row.key)?.element;
      const element = this.element(row);
      // A row made anew has taken the place of the old one.
      if (before === cursor && before) cursor = element;
      if (element === cursor) cursor = cursor.nextSibling;
      else node.insertBefore(element, cursor);
    }
    if (this.stuck) this.toEnd();
    else if (anchor?.element.isConnected) node.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
  }

  toEnd() {
    this.stuck = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  // What stands at the upper edge stays there.
  anchor() {
    if (this.stuck) return null;
    const edge = this.node.getBoundingClientRect().top;
    const element = [...this.node.children].find((it) => it.getBoundingClientRect().bottom > edge);
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  rows(messages) {
    const rows = [];
    const head = this.options.head?.();
    if (head) rows.push({ key: 'head', mark: head, make: () => h('div', { class: 'start' }, h('b', null, head[0]), head[1]) });
    let before = null;
    for (const message of messages) {
      const day = dayOf(msOf(message.ts));
      if (!before || dayOf(msOf(before.ts)) !== day) {
        const label = dayLabel(msOf(message.ts));
        rows.push({ key: `day ${day}`, mark: label, make: () => h('div', { class: 'day', role: 'separator' }, label) });
        before = null;
      }
      const joined = Boolean(before) && isJoined(before, message);
      const editing = store.editing === message.ts;
      const seen = message.replies ? store.seen.get(seenKey(message.channel, message.ts)) : '';
      const mark = `${store.me} ${store.shownZone} ${joined} ${editing} ${day} ${seen}`;
      const options = { joined, editing, inThread: this.options.inThread };
      rows.push({ key: message.whisper ? `w${message.ts}` : message.ts, mark, message, make: () => renderMessage(message, options) });
      before = message;
    }
    return rows;
  }

  element({ key, mark, message, make }) {
    const known = this.known.get(key);
    if (known && known.message === message && String(known.mark) === String(mark)) return known.element;
    const element = make();
    if (known) {
      const focused = known.element.contains(document.activeElement);
      known.element.replaceWith(element);
      if (focused) element.focus({ preventScroll: true });
    }
    this.known.set(key, { element, message, mark });
    return element;
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = document.activeElement;
    if (!step || (from !== this.node && !from.matches('article'))) return;
    const all = [...this.node.querySelectorAll('article')];
    const at = from === this.node ? all.length - (step > 0 ? 1 : 0) : all.indexOf(from);
    const next = all[at + step] ?? (from === this.node ? all.at(-1) : null);
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
}

function isJoined(before, message) {
  const near = msOf(message.ts) - msOf(before.ts) < JOINED_WITHIN;
  const plain = !message.whisper && !before.whisper && !message.subtype && !before.subtype && !before.deleted;
  return near && plain && before.user === message.user && !message.broadcast;
}
