import { batch, signal } from '@preact/signals';
import { applyState, type Conversation, type Message, type MessageState, type Outgoing, type Page } from '@parley/sdk';

/** Where a feed gets pages from: the local log first, and the server for what is missing there. */
export interface Source {
  page(of: Conversation, where: { before?: number; after?: number; limit: number }): Promise<Page>;
}

/** Numbers that cannot be shown: given up (`gap`), or not to be seen (`absent`). */
export interface Hole {
  from: number;
  to: number;
  kind: 'gap' | 'absent';
}

/** At most this many messages are in the page at a time, however many there are. */
export const MOST = 200;
const STEP = 50;

/**
 * The messages of one conversation that are on screen: a window over its log, in the order of seq. The view
 * says where the reader is (`follow`) and asks for more at either end; the window lets go at the other.
 */
export class Feed {
  readonly of: Conversation;
  readonly messages = signal<readonly Message[]>([]);
  /** One's own that are not stored yet, or failed: behind the last message. */
  readonly outgoing = signal<readonly Outgoing[]>([]);
  readonly holes = signal<readonly Hole[]>([]);
  /** There is nothing before the first, or after the last message here. */
  readonly atBegin = signal(false);
  readonly atEnd = signal(false);
  /** What is being loaded. */
  readonly busy = signal<'' | 'open' | 'older' | 'newer'>('');
  /** The last load failed: which. */
  readonly failed = signal<'' | 'open' | 'older' | 'newer'>('');
  /** How many messages of others came below what is on screen. */
  readonly below = signal(0);
  /** The seq that the pennant stands behind; -1 for none. It stays until the conversation is opened again. */
  readonly pennant = signal(-1);
  /** How many were unread when it was set. */
  readonly unread = signal(0);
  /** The seq to be shown next, with a ring around it; the view sets it back to 0. */
  readonly target = signal(0);
  /** The reader is at the end: what comes is hung below, and the view keeps it in sight. */
  follow = true;

  private readonly source: Source;
  private work = 0; // counts loads that replace the window: an answer to an earlier one is dropped
  private early: Message[] = []; // what came while the window was being loaded
  private came = 0; // the highest seq that came
  private closed = false;

  constructor(of: Conversation, source: Source) {
    this.of = of;
    this.source = source;
  }

  /** Loads the window where the reader left off: behind `read`, with `unread` messages to come. */
  async open(read: number, unread: number): Promise<void> {
    this.pennant.value = unread > 0 ? read : -1;
    this.unread.value = unread;
    if (unread > MOST - STEP) return this.around(read + 1);
    await this.newest(Math.max(STEP, Math.min(MOST, unread + STEP / 2)));
  }

  private newest(limit: number): Promise<void> {
    return this.replace(
      'open',
      () => this.source.page(this.of, { limit }),
      (page) => {
        this.atBegin.value = !page.more;
        this.atEnd.value = true;
      },
    );
  }

  /** Loads the window around a message, and has the view show it if `ring` is set. */
  async around(seq: number, ring = false): Promise<void> {
    const shown = this.messages.value;
    const first = shown[0]?.seq ?? 0;
    const last = shown.at(-1)?.seq ?? 0;
    if (!(first <= seq && seq <= last)) {
      await this.replace(
        'open',
        async () => {
          const [before, after] = await Promise.all([
            this.source.page(this.of, { before: seq, limit: STEP }),
            this.source.page(this.of, { after: seq - 1, limit: STEP }),
          ]);
          return { messages: [...before.messages, ...after.messages], more: before.more, later: after.more };
        },
        (page) => {
          this.atBegin.value = !page.more;
          this.atEnd.value = !page.later;
        },
      );
    }
    if (ring) this.target.value = seq;
  }

  /** Goes to the newest message. */
  async toEnd(): Promise<void> {
    this.below.value = 0;
    this.follow = true;
    if (!this.atEnd.value) await this.newest(STEP);
  }

  /** Loads what stands before the first message here. */
  async older(): Promise<void> {
    const first = this.messages.value[0];
    if (!first || this.atBegin.value || this.busy.value) return;
    await this.extend(
      'older',
      () => this.source.page(this.of, { before: first.seq, limit: STEP }),
      (page) => {
        const all = merge(page.messages, this.messages.value);
        this.atBegin.value = !page.more;
        if (all.length > MOST) this.atEnd.value = false;
        this.messages.value = all.slice(0, MOST);
      },
    );
  }

  /** Loads what stands behind the last message here. */
  async newer(): Promise<void> {
    const last = this.messages.value.at(-1);
    if (!last || this.atEnd.value || this.busy.value) return;
    await this.extend(
      'newer',
      () => this.source.page(this.of, { after: last.seq, limit: STEP }),
      (page) => {
        const all = merge(this.messages.value, page.messages);
        this.atEnd.value = !page.more;
        if (all.length > MOST) this.atBegin.value = false;
        this.messages.value = all.slice(-MOST);
      },
    );
  }

  /** Tries again what failed. */
  retry(): void {
    const what = this.failed.value;
    this.failed.value = '';
    if (what === 'older') void this.older();
    else if (what === 'newer') void this.newer();
    else void this.newest(STEP);
  }

  /** Takes a message that came, or that was just stored. */
  take(m: Message): void {
    if (this.closed) return;
    if (this.busy.value === 'open') {
      this.early.push(m); // the page that is on its way may have been read before it came
      return;
    }
    if (m.seq > this.came && !this.follow && !m.mine) this.below.value++; // also if a page had it first
    this.came = Math.max(this.came, m.seq);
    const last = this.messages.value.at(-1)?.seq ?? 0;
    if (m.seq <= last) return this.put(m);
    if (!this.atEnd.value) {
      if (this.busy.value === 'newer') this.early.push(m);
      return;
    }
    if (!this.follow && !m.mine) {
      this.atEnd.value = false;
      return;
    }
    this.hang(m);
  }

  /** Brings the state of a message that was changed to the screen. */
  restate(state: MessageState): void {
    this.early = this.early.map((m) => (m.seq === state.seq ? applyState(m, state) : m));
    this.alter(state.seq, (m) => applyState(m, state));
  }

  /** Shows a message otherwise than it was. */
  alter(seq: number, change: (m: Message) => Message): void {
    const shown = this.messages.value;
    const at = shown.findIndex((m) => m.seq === seq);
    const before = shown[at];
    const after = before && change(before);
    if (after && after !== before) this.messages.value = shown.with(at, after);
  }

  /** Reads what is on screen again: something of it may have been missed. */
  async again(): Promise<void> {
    const first = this.messages.value[0]?.seq;
    const last = this.messages.value.at(-1)?.seq;
    if (first === undefined || last === undefined) return;
    const page = await this.source.page(this.of, { before: last + 1, limit: Math.min(MOST, last - first + 1) }).catch(() => undefined);
    if (this.closed || !page) return;
    batch(() => {
      for (const m of page.messages) this.alter(m.seq, (old) => ((m.rev ?? 0) > (old.rev ?? 0) ? { ...m, ...(old.key ? { key: old.key } : {}) } : old));
    });
  }

  /** Puts a message behind the last one. */
  private hang(m: Message): void {
    batch(() => {
      const all = merge(this.messages.value, [m]);
      if (all.length > MOST) this.atBegin.value = false;
      this.messages.value = all.slice(-MOST);
    });
  }

  /** Puts a message among those that are shown, or in the place of one. */
  private put(m: Message): void {
    const shown = this.messages.value;
    if (m.seq < (shown[0]?.seq ?? 0)) return;
    this.messages.value = merge(shown, [m]);
    this.holes.value = this.holes.value.flatMap((h) => without(h, m.seq));
  }

  /** Notes numbers that cannot be had. */
  hole(h: Hole): void {
    this.holes.value = [...this.holes.value.filter((o) => o.to < h.from || o.from > h.to), h].sort((a, b) => a.from - b.from);
  }

  /** Asks once more for what was given up. */
  async fill(h: Hole): Promise<void> {
    const page = await this.source.page(this.of, { after: h.from - 1, limit: Math.min(STEP, h.to - h.from + 1) }).catch(() => undefined);
    if (this.closed || !page) return;
    batch(() => {
      for (const m of page.messages) if (m.seq <= h.to) this.put(m);
    });
  }

  /** Takes the state of one's own message that is on its way. */
  send(o: Outgoing): void {
    const rest = this.outgoing.value.filter((other) => other.key !== o.key);
    const known = rest.length !== this.outgoing.value.length;
    if (o.state === 'stored') this.outgoing.value = rest;
    else if (known) this.outgoing.value = this.outgoing.value.map((other) => (other.key === o.key ? o : other));
    else this.outgoing.value = [...rest, o];
  }

  /** Takes away a message that failed and was discarded. */
  discard(key: string): void {
    this.outgoing.value = this.outgoing.value.filter((o) => o.key !== key);
  }

  /** Nobody looks any more: answers that come late change nothing. */
  close(): void {
    this.closed = true;
  }

  private async replace<P extends Page>(what: 'open', load: () => Promise<P>, then: (page: P) => void): Promise<void> {
    const mine = ++this.work;
    this.busy.value = what;
    this.failed.value = '';
    try {
      const page = await load();
      if (this.closed || mine !== this.work) return;
      batch(() => {
        this.messages.value = page.messages;
        this.absences(page);
        then(page);
        this.busy.value = '';
        for (const m of this.early.splice(0)) this.take(m);
      });
    } catch {
      if (!this.closed && mine === this.work) batch(() => ((this.busy.value = ''), (this.failed.value = what)));
    }
  }

  private async extend(what: 'older' | 'newer', load: () => Promise<Page>, then: (page: Page) => void): Promise<void> {
    const mine = this.work;
    this.busy.value = what;
    this.failed.value = '';
    try {
      const page = await load();
      if (this.closed || mine !== this.work) return;
      batch(() => {
        then(page);
        this.absences(page);
        this.busy.value = '';
        if (this.atEnd.value) for (const m of this.early.splice(0)) if (m.seq > (this.messages.value.at(-1)?.seq ?? 0)) this.hang(m);
      });
    } catch {
      if (!this.closed && mine === this.work) batch(() => ((this.busy.value = ''), (this.failed.value = what)));
    }
  }

  /** The times when the account was no member, where a page tells of them. */
  private absences(page: Page): void {
    const windows = page.windows;
    if (!windows) return;
    for (let i = 1; i < windows.length; i++) {
      const until = windows[i - 1]?.until;
      const after = windows[i]?.after;
      if (until !== undefined && after !== undefined && after > until) this.hole({ from: until + 1, to: after, kind: 'absent' });
    }
  }
}

/** Two lists in the order of seq as one; where both have a number, the second one counts. */
function merge(a: readonly Message[], b: readonly Message[]): Message[] {
  const lastA = a.at(-1)?.seq ?? 0;
  if ((b[0]?.seq ?? Infinity) > lastA) return [...a, ...b];
  const all = new Map(a.map((m) => [m.seq, m]));
  for (const m of b) all.set(m.seq, m);
  return [...all.values()].sort((x, y) => x.seq - y.seq);
}

/** What is left of a hole when one of its numbers is there. */
function without(h: Hole, seq: number): Hole[] {
  if (seq < h.from || seq > h.to) return [h];
  const parts: Hole[] = [];
  if (seq > h.from) parts.push({ ...h, to: seq - 1 });
  if (seq < h.to) parts.push({ ...h, from: seq + 1 });
  return parts;
}
