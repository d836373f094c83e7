import { expect, test } from 'vitest';
import { Order } from '../src/order.ts';
import type { Message } from '../src/types.ts';
import { seeded } from './random.ts';

const m = (seq: number): Message => ({ conversation: { with: 2 }, seq, from: { id: 2, name: 'bob' }, text: `${seq}`, time: 0, mine: false, sendSeq: 0 });
const seqs = (all: Message[]): number[] => all.map((x) => x.seq);

test('everything is shown once and in order, whatever arrives in whatever order, twice, or not until it is asked for', () => {
  for (let seed = 0; seed < 500; seed++) {
    const r = seeded(seed);
    const first = 1 + r.below(5);
    const last = first + r.below(40);
    const limit = 1 + r.below(6);
    const o = new Order(limit);
    const lost = new Set<number>();
    const shown = o.deliver(m(first));
    for (let n = r.below(80); n > 0; n--) {
      const x = m(first + r.below(last - first + 1));
      shown.push(...r.pick([() => o.deliver(x), () => o.acked(x), () => o.overlook(x)])());
      expect(o.early.length).toBeLessThanOrEqual(limit);
    }
    shown.push(...o.deliver(m(last)));
    for (let gap = o.missing(); gap; gap = o.missing()) {
      if (r.below(4) === 0) {
        for (let seq = gap.from; seq <= gap.to; seq++) lost.add(seq);
        shown.push(...o.skip(gap.to));
      } else {
        shown.push(...o.deliver(m(gap.from)));
      }
    }
    const due: number[] = [];
    for (let seq = first; seq <= last; seq++) if (!lost.has(seq)) due.push(seq);
    expect(seqs(shown), `seed ${seed}`).toEqual(due);
  }
});

test('where a conversation begins', () => {
  let o = new Order(8);
  expect(seqs(o.acked(m(5)))).toEqual([]);
  expect(seqs(o.deliver(m(3)))).toEqual([3]);
  expect(seqs(o.deliver(m(4)))).toEqual([4, 5]);
  o = new Order(8);
  expect(seqs(o.acked(m(1)))).toEqual([1]);
  o = new Order(8);
  o.acked(m(5));
  expect(seqs(o.deliver(m(6)))).toEqual([5, 6]);
  o = new Order(8);
  o.acked(m(5));
  expect(seqs(o.startAt(4))).toEqual([]);
  expect(seqs(o.deliver(m(4)))).toEqual([4, 5]);
});
