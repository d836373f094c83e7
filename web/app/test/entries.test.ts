import type { Message, Outgoing } from '@parley/sdk';
import { expect, test } from 'vitest';
import { entries, type Entry } from '../src/model/entries.ts';

const noon = new Date(2026, 10, 26, 12).getTime();
const minute = 60_000;

const said = (seq: number, from: number, time: number): Message => ({
  conversation: { with: 2 },
  seq,
  from: { id: from, name: `n${from}` },
  text: `t${seq}`,
  time,
  mine: from === 1,
  sendSeq: 0,
});
const going = (key: string, time: number): Outgoing => ({ key, conversation: { with: 2 }, text: key, time, state: 'pending' });

const all = { messages: [] as Message[], outgoing: [] as Outgoing[], holes: [], pennant: -1, self: 1, atEnd: true };
const short = (list: Entry[]) => list.map((e) => ('first' in e ? `${e.key}${e.first ? '<' : ''}${e.last ? '>' : ''}` : e.kind)).join(' ');

test('messages of one sender within five minutes are one run', () => {
  const messages = [said(1, 2, noon), said(2, 2, noon + 4 * minute), said(3, 2, noon + 9 * minute), said(4, 1, noon + 9 * minute)];
  expect(short(entries({ ...all, messages }))).toBe('day s1< s2> s3<> s4<>');
});

test('a new day has its line, and ends a run', () => {
  const late = new Date(2026, 10, 26, 23, 59).getTime();
  expect(short(entries({ ...all, messages: [said(1, 2, late), said(2, 2, late + 2 * minute)] }))).toBe('day s1<> day s2<>');
});

test('the pennant stands before the first message of others that is new', () => {
  const messages = [said(1, 2, noon), said(2, 1, noon), said(3, 2, noon), said(4, 2, noon)];
  expect(short(entries({ ...all, messages, pennant: 1 }))).toBe('day s1<> s2<> pennant s3< s4>');
  expect(short(entries({ ...all, messages, pennant: 0 }))).toBe('day pennant s1<> s2<> s3< s4>');
  expect(short(entries({ ...all, messages: messages.slice(2), pennant: 1 }))).not.toContain('pennant');
});

test('a gap stands where its numbers would', () => {
  const messages = [said(1, 2, noon), said(4, 2, noon)];
  expect(short(entries({ ...all, messages, holes: [{ from: 2, to: 3, kind: 'gap' }] }))).toBe('day s1<> hole s4<>');
});

test('what is on its way follows the last message, and only there', () => {
  const w = { ...all, messages: [said(1, 1, noon)], outgoing: [going('a', noon + minute), going('b', noon + 2 * minute)] };
  expect(short(entries(w))).toBe('day s1< a b>');
  expect(short(entries({ ...w, atEnd: false }))).toBe('day s1<>');
});

test('a message keeps the key under which it was sent', () => {
  expect(entries({ ...all, messages: [{ ...said(1, 1, noon), key: 'a' }] })[1]?.key).toBe('a');
});
