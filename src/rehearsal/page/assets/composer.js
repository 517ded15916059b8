// Where one writes: Enter sends, Shift+Enter begins a line; names, commands and emoji are completed.
import { h, icon, freshId } from './dom.js';
import { sign } from './icons.js';
import { store } from './store.js';
import { act } from './api.js';
import { complete } from './completion.js';
import { toast } from './notices.js';
import { openEmoji, openPopover } from './popover.js';

const drafts = new Map();

export class Composer {
  // { id, channel, thread, label, onSent }; without a channel it is a first message to the bot.
  constructor(options) {
    this.options = options;
    this.draft = `${store.me} ${options.channel} ${options.thread ?? ''}`;
    this.file = null;
    this.found = null;
    const list = freshId('completion');
    this.list = h('ul', { class: 'completion', role: 'listbox', id: list, 'aria-label': 'Suggestions', hidden: true });
    this.area = h('textarea', {
      id: options.id, rows: 1, placeholder: options.label, 'aria-label': options.label, value: drafts.get(this.draft) ?? '',
      role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list,
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => setTimeout(() => this.fold(), 150),
    });
    this.chip = h('span', { class: 'chip', hidden: true });
    this.node = h('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.list, this.chip, this.area,
      h('div', { class: 'row' },
        icon('image', 'Attach a screenshot', (event) => this.attach(event.currentTarget)),
        icon('smile', 'Emoji', (event) => openEmoji(event.currentTarget, (name) => this.insert(`:${name}: `))),
        icon('at', 'Mention somebody', () => this.insert('@')),
        h('span', { class: 'hint' }, options.thread ? '@firstline takes commands here' : '/ for commands, Shift+Enter for a new line'),
        h('button', { type: 'submit', class: 'button primary small' }, 'Send')));
    requestAnimationFrame(() => this.grow());
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  typed() {
    drafts.set(this.draft, this.area.value);
    this.grow();
    this.suggest();
  }

  grow() {
    this.area.style.height = 'auto';
    this.area.style.height = `${Math.min(this.area.scrollHeight, 220)}px`;
  }

  insert(text) {
    const { selectionStart: at, value } = this.area;
    const space = text === '@' && at > 0 && !/\s$/.test(value.slice(0, at)) ? ' ' : '';
    this.area.setRangeText(space + text, at, at, 'end');
    this.area.focus();
    this.typed();
  }

  suggest() {
    this.found = complete(this.area.value, this.area.selectionStart, this.options);
    this.chosen = 0;
    if (!this.found) return this.fold();
    const rows = this.found.options.map((it, index) => h('li', {
      role: 'option', id: `${this.list.id}-${index}`, 'aria-selected': String(index === 0),
      onpointerdown: (event) => { event.preventDefault(); this.take(index); },
    }, h('b', null, it.words), it.about && h('small', null, it.about)));
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.area.setAttribute('aria-expanded', 'true');
    return this.choose(0);
  }

  choose(index) {
    const rows = [...this.list.children];
    this.chosen = (index + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === this.chosen)));
    rows[this.chosen].scrollIntoView({ block: 'nearest' });
    this.area.setAttribute('aria-activedescendant', rows[this.chosen].id);
  }

  fold() {
    this.found = null;
    this.list.hidden = true;
    this.area.setAttribute('aria-expanded', 'false');
    this.area.removeAttribute('aria-activedescendant');
  }

  take(index) {
    const { from, options } = this.found;
    this.area.setRangeText(options[index].text, from, this.area.selectionStart, 'end');
    this.typed();
  }

  key(event) {
    if (event.isComposing) return;
    if (this.found) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const takes = event.key === 'Tab' || event.key === 'Enter';
      if (!step && !takes && event.key !== 'Escape') return;
      // A command that is typed out is sent.
      const whole = this.found.options[this.chosen].text.trim() === this.area.value.slice(this.found.from).trim();
      if (event.key === 'Enter' && whole) this.fold();
      else {
        event.preventDefault();
        if (step) this.choose(this.chosen + step);
        else if (takes) this.take(this.chosen);
        else this.fold();
        return;
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  attach(anchor) {
    const name = h('input', { class: 'field', value: 'screenshot.png', 'aria-label': 'Name of the file' });
    const form = h('form', {
      onsubmit: (event) => {
        event.preventDefault();
        this.file = name.value.trim() || null;
        box.hidePopover();
        this.showFile();
        this.area.focus();
      },
    }, h('b', null, 'Attach a screenshot'), h('span', { class: 'quiet' }, 'A name is enough: nothing leaves this computer.'), name,
    h('button', { type: 'submit', class: 'button primary' }, 'Attach'));
    const box = openPopover(anchor, form, 'Attach a screenshot', 'dialog');
    name.select();
  }

  showFile() {
    this.chip.hidden = !this.file;
    this.chip.replaceChildren(...(this.file ? [sign('image'), this.file, icon('close', 'Take the file off', () => { this.file = null; this.showFile(); })] : []));
  }

  async send() {
    const text = this.area.value.trim();
    const { channel, thread } = this.options;
    if (!text && !this.file) return;
    const typed = this.file ? null : /^(\/[a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/i.exec(text);
    if (typed && thread) return toast(`${typed[1]} does not work in threads. Mention @firstline with the words instead.`);
    if (typed && !store.installed.commands.some((it) => it.name === typed[1])) {
      return toast(`${typed[1]} is not a command here. Commands are ${store.installed.commands.map((it) => it.name).join(', ') || 'none'}.`);
    }
    const file = this.file;
    this.file = null;
    this.showFile();
    this.area.value = '';
    this.typed();
    this.fold();
    this.options.onSent?.();
    const answer = await this.deliver(text, file, typed, channel, thread);
    if (!answer.ok && !this.area.value) {
      this.area.value = text;
      this.typed();
    }
    return answer;
  }

  deliver(text, file, typed, channel, thread) {
    if (typed && channel) return act('command', { channel, command: typed[1], text: typed[2] ?? '' });
    if (!channel) return act('say_to_bot', { text });
    if (file) return act('upload', { channel, thread, name: file, text });
    return act('say', { channel, thread, text });
  }
}

