import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Order } from '../src/order.ts';
import { Outbox } from '../src/outbox.ts';
import type { Entry } from '../src/outbox.ts';
import type { Message } from '../src/types.ts';
import { Play } from './play.ts';
import type { Step } from './play.ts';

// The dialogues and vectors of test/conformance, which the Go SDK keeps to as well. All of them run: cases.json names
// them, and who leaves one out fails.

const folder = new URL('../../../test/conformance/', import.meta.url);
/** Numbers beyond 2^53 would be lost by JSON.parse before the SDK sees them. */
const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, folder), 'utf8').replace(/: ?(\d{17,})/g, ': "exactly $1"')) as T;
const cases = read<{ dialogues: string[]; changes: string[]; vectors: Record<string, number> }>('cases.json');
const inFolder = (name: string): string[] => readdirSync(new URL(`${name}/`, folder)).map((f) => f.replace(/\.json$/, '')).toSorted();
const dialogues = inFolder('dialogues');
const changes = inFolder('changes');

test('cases.json names what there is', () => {
  expect(dialogues).toEqual(cases.dialogues);
  expect(changes).toEqual(cases.changes);
  expect(readdirSync(new URL('vectors/', folder)).toSorted()).toEqual(Object.keys(machines).map((m) => `${m}.json`).toSorted());
  expect(Object.keys(cases.vectors)).toEqual(Object.keys(machines).map((m) => `${m}.json`));
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([...dialogues.map((name) => `dialogues/${name}`), ...changes.map((name) => `changes/${name}`)])('%s', async (name) => {
  const play = new Play();
  await play.start();
  const { steps } = read<{ about: string; steps: Step[] }>(`${name}.json`);
  for (const [i, step] of steps.entries()) {
    await play.step(step).catch((err: Error) => {
      throw new Error(`step ${i}, ${JSON.stringify(step)}: ${err.message}`);
    });
  }
  await play.end();
});

interface Case {
  limit: number;
  steps: { do: string; with?: number[]; gets: number[] }[];
}

type Machine = (limit: number) => (what: string, args: number[]) => number[];

const bob = { with: 2 };
const number = (b: boolean | undefined): number => (b ? 1 : 0);

const machines: Record<string, Machine> = {
  order: (limit) => {
    let o = new Order(limit);
    return (what, [seq = 0]) => {
      const m: Message = { conversation: bob, seq, from: { id: 2, name: 'bob' }, text: '', time: 0, mine: false, sendSeq: 0 };
      const steps: Record<string, () => Message[]> = {
        deliver: () => o.deliver(m),
        acked: () => o.acked(m),
        overlook: () => o.overlook(m),
        skip: () => o.skip(seq),
        startAt: () => o.startAt(seq),
        rejoin: () => o.rejoin(seq),
        joinedAgain: () => (o.joinedAgain(seq), []),
        again: () => ((o = o.again()), []),
      };
      const shown = (steps[what] as () => Message[])();
      const gap = o.missing();
      return [...shown.map((s) => s.seq), -1, o.next, o.highest, o.early.length, gap?.from ?? 0, gap?.to ?? 0];
    };
  },
  outbox: (limit) => {
    const b = new Outbox(limit);
    return (what, [x = 0, y = 0, z = 0]) => {
      const seqs = (...all: (Entry | undefined)[]): number[] => all.flatMap((e) => (e ? [e.seq] : []));
      const steps: Record<string, () => number[]> = {
        add: () => (b.add({ conv: bob, text: '', key: '', id: 0, seq: 0, kept: true, answered: false, lasting: false }), []),
        take: () => seqs(b.take()),
        answer: () => {
          const a = b.answer(x, y, z);
          return [...seqs(a.entry), number(a.begun)];
        },
        login: () => seqs(...b.login(x, y === 1)),
        resume: () => {
          if (b.stalled && b.drained) b.resume();
          return [];
        },
        drop: () => (x < b.entries.length ? [number(b.drop(b.entries[x] as Entry))] : []),
      };
      const got = (steps[what] as () => number[])();
      return [...got, -1, b.sendNext, b.next, b.entries.length, b.onWire, number(b.stalled), number(b.renew), number(b.underWay(bob))];
    };
  },
};

test.each(Object.entries(machines))('vectors of the %s', (name, machine) => {
  const all = read<Case[]>(`vectors/${name}.json`);
  expect(all).toHaveLength(cases.vectors[`${name}.json`] as number);
  for (const [n, c] of all.entries()) {
    const step = machine(c.limit);
    for (const [i, s] of c.steps.entries()) expect(step(s.do, s.with ?? []), `case ${n}, step ${i} (${s.do} ${s.with})`).toEqual(s.gets);
  }
});
