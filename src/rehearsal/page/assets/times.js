// Times as their reader's own clock shows them.
import { now, zone } from './store.js';

const formats = new Map();
function format(options, timeZone) {
  const key = JSON.stringify([options, timeZone]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat('en-US', { ...options, timeZone }));
  return (ms) => formats.get(key).format(ms).replaceAll('\u202f', ' ');
}

const TIME = { hour: 'numeric', minute: '2-digit' };
const TIME_SECONDS = { ...TIME, second: '2-digit' };

export const timeOf = (ms, where = zone()) => format(TIME, where)(ms);
export const secondsOf = (ms, where = zone()) => format(TIME_SECONDS, where)(ms);
export const weekdayOf = (ms, where = zone()) => format({ weekday: 'short', day: 'numeric', month: 'short' }, where)(ms);
export const longDayOf = (ms, where = zone()) => format({ weekday: 'long', day: 'numeric', month: 'long' }, where)(ms);
export const msOf = (ts) => Number(ts.split('.')[0]) * 1000;
export const shortZone = (name) => name.split('/').at(-1).replaceAll('_', ' ');

// Offsets change on quarters of an hour, so within one the day is the same.
const QUARTER = 15 * 60 * 1000;
const days = new Map();

// `2026-03-10` on the reader's calendar.
export function dayOf(ms, where = zone()) {
  const key = `${where} ${Math.floor(ms / QUARTER)}`;
  if (!days.has(key)) {
    const parts = Object.fromEntries(partsOf(ms, where));
    days.set(key, `${parts.year}-${parts.month}-${parts.day}`);
  }
  return days.get(key);
}

function partsOf(ms, where) {
  const key = `parts ${where}`;
  if (!formats.has(key)) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
    formats.set(key, new Intl.DateTimeFormat('en-CA', { ...options, timeZone: where }));
  }
  return formats.get(key).formatToParts(ms).map((it) => [it.type, it.value]);
}

// The value of a `datetime-local` field.
export function wallOf(ms, where = zone()) {
  const parts = Object.fromEntries(partsOf(ms, where));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

// The instant at which a clock there shows `2026-03-10T12:00`.
export function instantOf(wall, where = zone()) {
  const wanted = Date.parse(`${wall}:00Z`.replace(/(:\d\d):\d\d:00Z$/, '$1:00Z'));
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    const shown = Date.parse(`${wallOf(guess, where)}:00Z`);
    if (shown === wanted) break;
    guess += wanted - shown;
  }
  return guess;
}

export function dayLabel(ms) {
  const day = dayOf(ms);
  if (day === dayOf(now())) return 'Today';
  if (day === dayOf(now() - 86400000)) return 'Yesterday';
  return longDayOf(ms);
}

const near = (ms) => {
  const days = Math.round((Date.parse(dayOf(ms)) - Date.parse(dayOf(now()))) / 86400000);
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
};

// A time does not break before its half of the day.
const together = (words) => words.replace(' ', '\u00a0');

const TOKENS = {
  date_num: (ms) => dayOf(ms),
  date: (ms) => format({ year: 'numeric', month: 'long', day: 'numeric' }, zone())(ms),
  date_short: (ms) => format({ year: 'numeric', month: 'short', day: 'numeric' }, zone())(ms),
  date_long: (ms) => format({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }, zone())(ms),
  time: (ms) => together(timeOf(ms)),
  time_secs: (ms) => together(secondsOf(ms)),
};

// Slack's `{date_short_pretty} at {time}`, for a reader here.
export function dateWords(template, seconds) {
  const ms = seconds * 1000;
  return template.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    const plain = name.replace(/_pretty$/, '');
    if (!(plain in TOKENS)) return whole;
    return (plain !== name && near(ms)) || TOKENS[plain](ms);
  });
}

const length = (ms) => {
  const minutes = Math.round(ms / 60000);
  return minutes < 1 ? 'a moment' : minutes < 90 ? `${minutes} min` : minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
};

// How far from the rehearsal's now.
export const until = (ms) => `in ${length(Math.max(0, ms - now()))}`;
export const ago = (ms) => `${length(Math.max(0, now() - ms))} ago`;
