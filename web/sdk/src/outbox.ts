import { Code } from './frames.ts';
import type { Conversation } from './conversation.ts';
import { keyOf } from './conversation.ts';
import type { Change, Receipt } from './types.ts';
import { ClientError } from './errors.ts';

const maxUnacked = 256;

/** One message on its way. */
export interface Entry {
  conv: Conversation;
  text: string;
  /** What is to be done to a message; without it this is a new one. */
  change?: (Change & { seq: number }) | undefined;
  /** The name of this message here; see Outgoing.key. */
  key: string;
  /** In the store. */
  id: number;
  /** send_seq, 0 until it is first put on the wire. */
  seq: number;
  /** The store knows the number. */
  kept: boolean;
  answered: boolean;
  /** A failure stays until it is retried or discarded. */
  lasting: boolean;
  /** Gets the outcome, once. */
  done?: (r: Receipt | undefined, err?: Error) => void;
}

/** What an answer asks of who drives the outbox. */
export interface Answer {
  /** The entry that has its final answer: stored, or refused for good. */
  entry?: Entry;
  /** Sending stops with this answer: call resume after a delay. */
  begun?: boolean;
}

/**
 * The sender's half of the delivery contract: numbers, the window, and what each answer means. A state
 * machine without I/O and clocks.
 *
 * Messages get their number when they are first put on the wire. Those with a number stand at the front,
 * without holes, until they are answered; an answered one stays in its place until everything before it
 * is answered too.
 */
export class Outbox {
  entries: Entry[] = [];
  /** How many entries, from the front, have a number. */
  private numbered = 0;
  /** The entry to put on the wire next. */
  private cursor = 0;
  /** The number for the next message that has none; 0 before the first login. */
  next = 0;
  /** The first number that this outbox gave out, 0 for none yet. */
  first = 0;

  // Of the session under way:

  /** How many frames wait for their answer. Every frame gets one. */
  onWire = 0;
  /**
   * Something was refused for now, or out of step. Nothing is sent until every frame on the wire has its
   * answer and resume was called; then from the front.
   */
  stalled = false;
  /** Asks for a new login: the server waits for a number that was answered long ago. */
  renew = false;

  private readonly window: number;

  constructor(window: number) {
    this.window = Math.min(window || maxUnacked, maxUnacked);
  }

  add(e: Entry): void {
    this.entries.push(e);
  }

  /** Takes out an entry that has no number yet and reports whether it could. */
  drop(e: Entry): boolean {
    const i = this.entries.indexOf(e);
    if (i < this.numbered) return false;
    this.entries.splice(i, 1);
    return true;
  }

  /** What the login says: the oldest number without an answer. 0 says nothing: this outbox has never numbered anything. */
  get sendNext(): number {
    return this.numbered > 0 ? (this.entries[0] as Entry).seq : this.next;
  }

  /**
   * Begins a session. last is the last number that the server has stored for this device. unbroken says that
   * no other program can have used the device since the session before. The entries it returns have an unknown
   * outcome: another program used their numbers, so that an ack for them could be for its message.
   */
  login(last: number, unbroken: boolean): Entry[] {
    this.onWire = 0;
    this.stalled = this.renew = false;
    if (this.next === 0) this.next = last + 1;
    if (last >= this.next) unbroken = false; // these numbers were never given out here
    let doubtful: Entry[] = [];
    if (!unbroken && this.numbered > 0 && (this.entries[0] as Entry).seq <= last) doubtful = this.takeUpTo(last);
    if (last >= this.next) this.next = last + 1;
    this.cursor = 0;
    return doubtful;
  }

  /** Returns the next entry to put on the wire, undefined if there is none or it may not be sent now. */
  take(): Entry | undefined {
    if (this.stalled || this.renew || this.next === 0) return undefined;
    while (this.entries[this.cursor]?.answered) this.cursor++;
    const e = this.entries[this.cursor];
    if (!e || this.cursor >= this.window || this.onWire >= this.window) return undefined;
    if (e.seq === 0) {
      e.seq = this.next++;
      this.numbered++;
      this.first ||= e.seq;
    }
    this.cursor++;
    this.onWire++;
    return e;
  }

  /** Takes the answer to a chat frame. */
  answer(seq: number, code: number, sendNext: number): Answer {
    if (this.onWire > 0) this.onWire--;
    const e = this.find(seq);
    if (code === Code.SendSeqGap) {
      // What is asked for is at the front, unless it was answered in a session before; then only a new
      // login can tell the server where this device stands.
      const front = this.numbered > 0 ? (this.entries[0] as Entry).seq : this.next;
      if (sendNext && sendNext < front) this.renew = true;
      return this.stall();
    }
    if (refusedForNow(code)) return this.stall();
    if (!e || e.answered) return {};
    e.answered = true;
    this.advance();
    return { entry: e };
  }

  /** Returns the numbered entry with this number. */
  find(seq: number): Entry | undefined {
    const first = this.entries[0];
    const i = this.numbered > 0 && first ? seq - first.seq : -1;
    return i >= 0 && i < this.numbered ? this.entries[i] : undefined;
  }

  /** Reports whether a message to a conversation has a number and no answer. */
  underWay(to: Conversation): boolean {
    const key = keyOf(to);
    for (let i = 0; i < this.numbered; i++) {
      const e = this.entries[i] as Entry;
      if (!e.answered && keyOf(e.conv) === key) return true;
    }
    return false;
  }

  /** Reports whether a stall may end: no frame waits for its answer. */
  get drained(): boolean {
    return this.onWire === 0;
  }

  /** Sends again from the front. */
  resume(): void {
    this.stalled = false;
    this.cursor = 0;
  }

  /** Empties the outbox and returns what has no answer. */
  takeAll(): Entry[] {
    const open = this.entries.filter((e) => !e.answered);
    this.entries = [];
    this.numbered = this.cursor = 0;
    return open;
  }

  /** Returns how many entries have no answer. */
  get unacked(): number {
    let n = 0;
    for (const e of this.entries) if (!e.answered) n++;
    return n;
  }

  /**
   * Fills an outbox that is new with what an earlier run has kept. Entries with a number stand first, and
   * numbers grow; what is missing between them was answered, and gets a place that says so.
   */
  restore(entries: Entry[], next: number): void {
    this.next = this.first = next;
    const waiting = entries.filter((e) => e.seq === 0);
    for (const e of entries) {
      if (e.seq === 0) continue;
      if (this.numbered === 0) this.first = e.seq;
      const due = this.first + this.numbered;
      if (e.seq < due || e.seq >= next || e.seq - due > maxUnacked) {
        throw new ClientError('store', `the outbox kept in the store is damaged: number ${e.seq} stands where ${due} was due`);
      }
      this.fillUpTo(e.seq);
      this.entries.push(e);
      this.numbered++;
    }
    if (this.numbered > 0) {
      if (next - this.first > 2 * maxUnacked) {
        throw new ClientError('store', `the outbox kept in the store is damaged: numbers ${this.first} to ${next - 1} are under way`);
      }
      this.fillUpTo(next);
    }
    this.entries.push(...waiting);
  }

  private stall(): Answer {
    const begun = !this.stalled;
    this.stalled = true;
    return { begun };
  }

  /** Takes the numbered entries up to seq out and returns those without an answer. */
  private takeUpTo(seq: number): Entry[] {
    let n = 0;
    while (n < this.numbered && (this.entries[n] as Entry).seq <= seq) n++;
    return this.letGo(n).filter((e) => !e.answered);
  }

  /** Lets go of answered entries at the front. */
  private advance(): void {
    let n = 0;
    while (n < this.numbered && (this.entries[n] as Entry).answered) n++;
    this.letGo(n);
  }

  private letGo(n: number): Entry[] {
    this.numbered -= n;
    this.cursor = Math.max(0, this.cursor - n);
    return this.entries.splice(0, n);
  }

  /** Adds answered entries up to number seq, not included. */
  private fillUpTo(seq: number): void {
    for (let n = this.first + this.numbered; n < seq; n++) {
      this.entries.push({ conv: { with: 0 }, text: '', key: '', id: 0, seq: n, kept: true, answered: true, lasting: false });
      this.numbered++;
    }
  }
}

/** Reports whether a refusal leaves the number unused, so that the same frame is to be sent again later. */
export const refusedForNow = (code: number): boolean => forNow.has(code);

const forNow: ReadonlySet<number> = new Set([
  Code.Busy, Code.Unavailable, Code.Behind, Code.StoreFull,
  Code.RateLimited, Code.TooManyUnacked, Code.SessionEnded, Code.NotLoggedIn,
]);
