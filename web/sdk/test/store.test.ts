import 'fake-indexeddb/auto';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { FileStore } from '../src/node/index.ts';
import { IndexedDBStore } from '../src/idb.ts';
import type { Store } from '../src/store.ts';
import { MemoryStore } from '../src/store.ts';
import type { Message } from '../src/types.ts';

const bob = { with: 2 };
const go = { gid: 7 };
const m = (seq: number, conversation: Message['conversation'] = bob): Message => ({ conversation, seq, from: { id: 2, name: 'bob' }, text: `text ${seq}`, time: seq, mine: false, sendSeq: 0 });
const seqs = (all: Message[]): number[] => all.map((x) => x.seq);

let n = 0;
const kinds: [string, () => { store: Store; again: () => Store }][] = [
  ['MemoryStore', () => {
    const store = new MemoryStore();
    return { store, again: () => store };
  }],
  ['IndexedDBStore', () => {
    const name = `store ${n++}`;
    return { store: new IndexedDBStore(name), again: () => new IndexedDBStore(name) };
  }],
];

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const opened: FileStore[] = [];
const file = (path: string): FileStore => {
  const store = new FileStore(path);
  opened.push(store);
  return store;
};
afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});
kinds.push(['FileStore', () => {
  const path = join(folder, `${n++}.log`);
  const store = file(path);
  return {
    store,
    // Another process that finds what this one has left: without its lock, as after its death.
    again: () => {
      const copy = join(folder, `${n++}.log`);
      copyFileSync(path, copy);
      return file(copy);
    },
  };
}]);

// Every store keeps to the same contract.
describe.each(kinds)('%s', (_, make) => {
  let store: Store;
  let again: () => Store;
  beforeEach(async () => {
    ({ store, again } = make());
    await store.load();
  });

  test('keeps the outbox in the order of queueing, with numbers, and what failed', async () => {
    const a = await store.queue(bob, 'one', 'k1', 11);
    const b = await store.queue(go, 'two', 'k2', 12);
    const c = await store.queue(bob, 'three', 'k3', 13);
    expect(a < b && b < c).toBe(true);
    await store.number([a, b], 5);
    const saved = await again().load();
    expect(saved.sendNext).toBe(7);
    expect(saved.outbox).toEqual([
      { id: a, to: bob, text: 'one', key: 'k1', time: 11, sendSeq: 5 },
      { id: b, to: go, text: 'two', key: 'k2', time: 12, sendSeq: 6 },
      { id: c, to: bob, text: 'three', key: 'k3', time: 13, sendSeq: 0 },
    ]);
    await store.save({ settled: [a], failed: [{ id: b, error: { name: 'Refusal', message: 'no', code: 15 } }] });
    expect((await again().load()).outbox.map((q) => [q.id, q.failed?.code])).toEqual([[b, 15], [c, undefined]]);
    expect((await store.outbox(b)).map((q) => q.id)).toEqual([b, c]);
    expect((await store.outbox(c)).map((q) => q.id)).toEqual([b]);
  });

  test('refuses numbers for what is not there, and keeps none of them', async () => {
    const a = await store.queue(bob, 'one', 'k1', 1);
    await expect(store.number([a, a + 100], 1)).rejects.toThrow();
    const saved = await again().load();
    expect(saved.outbox[0]?.sendSeq).toBe(0);
    expect(saved.sendNext).toBe(0);
  });

  test('keeps positions and messages, and takes a batch twice', async () => {
    const batch = { self: { id: 1, name: 'alice' }, shown: [m(3), m(4), m(9, go)], fetched: [m(1)], first: [{ conversation: bob, seq: 1 }] };
    await store.save(batch);
    await store.save(batch);
    const saved = await again().load();
    expect(saved.self).toEqual({ id: 1, name: 'alice' });
    expect(new Map(saved.positions.map((p) => [JSON.stringify(p.conversation), p.seq]))).toEqual(new Map([['{"with":2}', 4], ['{"gid":7}', 9]]));
    const page = await store.messages(bob, 0, 10);
    expect(seqs(page.messages)).toEqual([1, 3, 4]);
    expect(page.first).toBe(1);
    expect(page.messages[1]).toEqual(m(3));
    expect(seqs((await store.messages(bob, 4, 1)).messages)).toEqual([3]);
    expect(seqs((await store.messages({ gid: 8 }, 0, 10)).messages)).toEqual([]);
  });

  test('forgets positions of what was left, and everything of what was reset', async () => {
    await store.save({ shown: [m(3), m(9, go)] });
    await store.save({ left: [bob], reset: [go] });
    expect((await again().load()).positions).toEqual([]);
    expect(seqs((await store.messages(bob, 0, 9)).messages)).toEqual([3]);
    expect(seqs((await store.messages(go, 0, 9)).messages)).toEqual([]);
  });

  test('another log forgets conversations and keeps the outbox; what comes with it stays', async () => {
    await store.queue(bob, 'one', 'k1', 1);
    await store.save({ log: 'first', shown: [m(3)] });
    expect((await again().load()).positions).toHaveLength(1);
    await store.save({ log: 'second', shown: [m(1, go)] });
    const saved = await again().load();
    expect(saved.log).toBe('second');
    expect(saved.outbox).toHaveLength(1);
    expect(saved.positions).toEqual([{ conversation: go, seq: 1 }]);
    expect(seqs((await store.messages(bob, 0, 9)).messages)).toEqual([]);
    expect(seqs((await store.messages(go, 0, 9)).messages)).toEqual([1]);
  });

  test('keeps and forgets the token', async () => {
    await store.keepToken('secret');
    expect((await again().load()).token).toBe('secret');
    await store.keepToken('');
    expect((await again().load()).token).toBe('');
  });
});

test('a damaged record does not keep the rest from being shown', async () => {
  const store = new IndexedDBStore('damaged');
  await store.queue(bob, 'good', 'k', 1);
  const db = await new Promise<IDBDatabase>((resolve) => {
    const open = indexedDB.open('damaged');
    open.onsuccess = () => resolve(open.result);
  });
  await new Promise((resolve) => {
    const tx = db.transaction(['outbox', 'positions', 'messages'], 'readwrite');
    tx.objectStore('outbox').add({ text: 5 });
    tx.objectStore('positions').put('three', 'u2');
    tx.objectStore('messages').put(null, ['u2', 8]);
    tx.oncomplete = resolve;
  });
  const saved = await store.load();
  expect(saved.outbox.map((q) => q.text)).toEqual(['good']);
  expect(saved.positions).toEqual([]);
  expect((await store.messages(bob, 0, 10)).messages).toEqual([]);
});

test('a file that a crash has cut is read up to its last whole line', async () => {
  const path = join(folder, 'cut.log');
  const store = file(path);
  await store.load();
  await store.queue(bob, 'one', 'k', 1);
  await store.close();
  appendFileSync(path, '{"queue":{"id":2,"to":{"wi');
  const again = file(path);
  expect((await again.load()).outbox.map((q) => q.text)).toEqual(['one']);
  await again.queue(bob, 'two', 'k2', 2);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(file(path).load()).rejects.toThrow('one at a time');
});

test('a long file is written anew with what is still true', async () => {
  const path = join(folder, 'long.log');
  const store = file(path);
  await store.load();
  await store.keepToken('secret');
  const id = await store.queue(bob, 'open', 'k', 1);
  await store.number([id], 7);
  const long = 'x'.repeat(100_000);
  for (let i = 0; i < 50; i++) await store.save({ log: 'l', self: { id: 1, name: 'alice' }, shown: [{ ...m(3), text: long }] });
  const before = await new Promise<Awaited<ReturnType<typeof store.load>>>((resolve) => void store.load().then(resolve));
  const copy = join(folder, 'long copy.log');
  copyFileSync(path, copy);
  const again = file(copy);
  expect(await again.load()).toEqual(before);
  expect(statSync(copy).size).toBeLessThan(300_000);
  const third = join(folder, 'third.log');
  copyFileSync(copy, third);
  expect(await file(third).load()).toEqual(before);
});
