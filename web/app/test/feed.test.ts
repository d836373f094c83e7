import type { Conversation, Message, Page } from '@parley/sdk';
import { expect, test } from 'vitest';
import { Feed, MOST, type Source } from '../src/model/feed.ts';

const of: Conversation = { with: 2 };
const said = (seq: number, mine = false): Message => ({
  conversation: of,
  seq,
  from: { id: mine ? 1 : 2, name: '' },
  text: `t${seq}`,
  time: seq,
  mine,
  sendSeq: 0,
});

/** A log of n messages. */
class Log implements Source {
  asked = 0;
  fail = false;
  last: number;

  constructor(last: number) {
    this.last = last;
  }

  async page(_of: Conversation, { before, after, limit }: { before?: number; after?: number; limit: number }): Promise<Page> {
    this.asked++;
    if (this.fail) throw new Error('no answer');
    const start = after === undefined ? Math.max(1, (before || this.last + 1) - limit) : after + 1;
    const end = after === undefined ? (before || this.last + 1) - 1 : Math.min(this.last, after + limit);
    const messages = Array.from({ length: Math.max(0, end - start + 1) }, (_, i) => said(start + i));
    return { messages, more: after === undefined ? start > 1 : end < this.last };
  }
}

const seqs = (feed: Feed) => feed.messages.value.map((m) => m.seq);
const range = (feed: Feed) => [seqs(feed)[0], seqs(feed).at(-1)];
const dense = (feed: Feed) => seqs(feed).every((seq, i, all) => i === 0 || seq === (all[i - 1] ?? 0) + 1);

test('a window of at most 200 goes to the top and back, without a hole', async () => {
  const feed = new Feed(of, new Log(1000));
  await feed.open(1000, 0);
  expect(range(feed)).toEqual([951, 1000]);
  for (let i = 0; !feed.atBegin.value && i < 100; i++) {
    await feed.older();
    expect(seqs(feed).length).toBeLessThanOrEqual(MOST);
    expect(dense(feed)).toBe(true);
  }
  expect(seqs(feed)[0]).toBe(1);
  expect(feed.atEnd.value).toBe(false);
  for (let i = 0; !feed.atEnd.value && i < 100; i++) {
    await feed.newer();
    expect(seqs(feed).length).toBeLessThanOrEqual(MOST);
    expect(dense(feed)).toBe(true);
  }
  expect(range(feed)).toEqual([801, 1000]);
});

test('it opens at the first unread message, however many there are', async () => {
  const few = new Feed(of, new Log(1000));
  await few.open(940, 60);
  expect(seqs(few)).toContain(941);
  expect([few.pennant.value, few.unread.value, few.atEnd.value]).toEqual([940, 60, true]);
  const many = new Feed(of, new Log(1000));
  await many.open(300, 700);
  expect(range(many)).toEqual([251, 350]);
  expect([many.atBegin.value, many.atEnd.value]).toEqual([false, false]);
});

test('at the end a new message is shown; away from it, it is counted and nothing moves', async () => {
  const log = new Log(100);
  const feed = new Feed(of, log);
  await feed.open(100, 0);
  log.last = 101;
  feed.take(said(101));
  expect(range(feed)[1]).toBe(101);
  feed.follow = false;
  log.last = 103;
  feed.take(said(102));
  feed.take(said(103));
  expect([range(feed)[1], feed.below.value, feed.atEnd.value]).toEqual([101, 2, false]);
  await feed.newer();
  // They are there now, and still not seen.
  expect([range(feed)[1], feed.below.value, feed.atEnd.value]).toEqual([103, 2, true]);
  expect(dense(feed)).toBe(true);
});

test('what a page had before it came is counted too, and a gap that is filled late is not', async () => {
  const log = new Log(100);
  const feed = new Feed(of, log);
  await feed.open(100, 0);
  feed.follow = false;
  log.last = 104;
  feed.take(said(101));
  await feed.newer();
  expect(range(feed)[1]).toBe(104);
  for (const seq of [102, 103, 104, 99]) feed.take(said(seq));
  expect(feed.below.value).toBe(4);
});

test('a message that comes twice is shown once', async () => {
  const feed = new Feed(of, new Log(10));
  await feed.open(10, 0);
  feed.take(said(11));
  feed.take(said(11));
  feed.take(said(5));
  expect(seqs(feed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('a message that comes while the window is loaded is not lost', async () => {
  const log = new Log(10);
  const feed = new Feed(of, log);
  const opening = feed.open(10, 0);
  feed.take(said(11, true));
  feed.take(said(12));
  await opening;
  expect(range(feed)).toEqual([1, 12]);
  const empty = new Feed(of, new Log(0));
  const first = empty.open(0, 0);
  empty.take(said(1));
  await first;
  expect(seqs(empty)).toEqual([1]);
});

test('a message that comes while the last page is loaded is not lost', async () => {
  const log = new Log(400);
  const feed = new Feed(of, log);
  await feed.around(300);
  expect(feed.atEnd.value).toBe(false);
  await feed.newer();
  const last = feed.newer();
  feed.follow = false;
  feed.take(said(401));
  await last;
  expect([range(feed)[1], feed.atEnd.value, dense(feed)]).toEqual([401, true, true]);
});

test('a load that fails says so, and can be tried again', async () => {
  const log = new Log(500);
  const feed = new Feed(of, log);
  log.fail = true;
  await feed.open(500, 0);
  expect([feed.failed.value, feed.busy.value]).toEqual(['open', '']);
  log.fail = false;
  await feed.open(500, 0);
  log.fail = true;
  await feed.older();
  expect(feed.failed.value).toBe('older');
  log.fail = false;
  feed.retry();
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  expect([feed.failed.value, range(feed)[0]]).toEqual(['', 401]);
});

test('an answer that comes after the reader has left changes nothing', async () => {
  const feed = new Feed(of, new Log(100));
  const opening = feed.open(100, 0);
  feed.close();
  await opening;
  expect(seqs(feed)).toEqual([]);
});

test('of two ways to go, the later one counts', async () => {
  const feed = new Feed(of, new Log(1000));
  const first = feed.around(300);
  const second = feed.open(1000, 0);
  await Promise.all([first, second]);
  expect(range(feed)).toEqual([951, 1000]);
});

test('a message that fills a gap makes it smaller', async () => {
  const feed = new Feed(of, new Log(100));
  await feed.open(100, 0);
  feed.hole({ from: 60, to: 62, kind: 'gap' });
  feed.take(said(61));
  expect(feed.holes.value.map((h) => [h.from, h.to])).toEqual([
    [60, 60],
    [62, 62],
  ]);
});

test('what is sent stands once, whatever its state', () => {
  const feed = new Feed(of, new Log(0));
  const o = { key: 'k', conversation: of, text: 'x', time: 1 };
  feed.send({ ...o, state: 'pending' });
  feed.send({ ...o, state: 'failed' });
  expect(feed.outgoing.value.map((x) => x.state)).toEqual(['failed']);
  feed.send({ ...o, state: 'stored' });
  expect(feed.outgoing.value).toEqual([]);
});
