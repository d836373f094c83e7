import type { Message, Outgoing } from '@parley/sdk';
import { day } from '../text/when.ts';
import type { Hole } from './feed.ts';

/** One line of a conversation as it stands on screen. `key` stays the same while the line does. */
export type Entry =
  | { kind: 'day'; key: string; time: number }
  | { kind: 'pennant'; key: string }
  | { kind: 'hole'; key: string; hole: Hole }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing; first: boolean; last: boolean };

/** Messages of one sender that stand less than this apart, in milliseconds, are one run. */
const RUN = 5 * 60_000;

interface What {
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  holes: readonly Hole[];
  /** The seq that the pennant stands behind; -1 for none. */
  pennant: number;
  self: number;
  /** The window reaches to the end, so that what is on its way follows. */
  atEnd: boolean;
}

/** Puts day lines, the pennant and gaps between messages, and joins runs. */
export function entries(w: What): Entry[] {
  const out: Entry[] = [];
  const runs = new Runs(out);
  let lastDay = NaN;
  let lastSeq = 0;
  // The pennant is shown where it stands, not at the edge of a window that begins behind it.
  let ahead = w.pennant >= 0 && (w.messages[0]?.seq ?? Infinity) <= w.pennant + 1;
  const newDay = (time: number) => {
    const d = day(time);
    if (d === lastDay || Number.isNaN(d)) return;
    lastDay = d;
    runs.end();
    out.push({ kind: 'day', key: `d${d}`, time });
  };
  for (const m of w.messages) {
    for (const hole of w.holes) {
      if (hole.from > lastSeq && hole.to < m.seq && lastSeq > 0) {
        runs.end();
        out.push({ kind: 'hole', key: `h${hole.from}`, hole });
      }
    }
    newDay(m.time);
    if (ahead && m.seq > w.pennant && !m.mine) {
      ahead = false;
      runs.end();
      out.push({ kind: 'pennant', key: 'pennant' });
    }
    const joined = runs.join(m.from.id, m.time);
    out.push({ kind: 'message', key: m.key ?? `s${m.seq}`, message: m, first: !joined, last: true });
    lastSeq = m.seq;
  }
  if (!w.atEnd) return out;
  for (const o of w.outgoing) {
    newDay(o.time);
    const joined = runs.join(w.self, o.time);
    out.push({ kind: 'outgoing', key: o.key, outgoing: o, first: !joined, last: true });
  }
  return out;
}

/** Follows the run that is being written. */
class Runs {
  private readonly out: Entry[];
  private sender = 0;
  private time = 0;

  constructor(out: Entry[]) {
    this.out = out;
  }

  /** Reports whether a message goes on with the run before it, which then has a new last one. */
  join(sender: number, time: number): boolean {
    const joined = sender === this.sender && time - this.time < RUN;
    this.sender = sender;
    this.time = time;
    const before = this.out.at(-1);
    if (joined && before && 'last' in before) before.last = false;
    return joined;
  }

  end(): void {
    this.sender = 0;
  }
}
