import type { Message } from './types.ts';

/**
 * Puts the messages of one conversation in order. It is a state machine without I/O and clocks: it is
 * told what arrived and returns what to show. When to ask for what is missing, and when to give up, is
 * decided by who drives it.
 */
export class Order {
  /** The seq to show next; 0 while the start is not known. */
  next = 0;
  /** The highest seq heard of, held or not. */
  highest = 0;
  /** Arrived before their turn, ascending by seq. */
  early: Message[] = [];
  /** What lies below was shown before the start was forgotten. */
  private past = 0;
  private readonly limit: number;

  /** limit: how many messages may wait in `early`. */
  constructor(limit: number, past = 0) {
    this.limit = limit;
    this.past = past;
  }

  /** Returns an order that starts anew and still knows what was shown. */
  again(): Order {
    return new Order(this.limit, Math.max(this.past, this.next));
  }

  /** Reports whether a message was shown, or given up, before. */
  shown(seq: number): boolean {
    return seq < this.next || seq < this.past;
  }

  /** Reports whether the start of the conversation is known. */
  get started(): boolean {
    return this.next !== 0;
  }

  /**
   * Takes a message that the server delivered. The server delivers in order from the device's cursor on,
   * so the first one starts the conversation; acked messages of one's own that wait below it belong to it
   * too, because everything of others below would have come first.
   */
  deliver(m: Message): Message[] {
    if (this.shown(m.seq)) return [];
    return this.accept(m, this.startAt(m.seq));
  }

  /** Takes a message of one's own that was acked. It starts no conversation, unless it is the very first there. */
  acked(m: Message): Message[] {
    if (!this.started && m.seq === 1) this.next = 1;
    return this.accept(m, []);
  }

  /** Sets the first seq to show, if the start is not known yet. Own messages that wait below it are shown as well. */
  startAt(seq: number): Message[] {
    if (this.started) return [];
    this.next = Math.max(seq, this.past);
    const first = this.early[0];
    if (first && first.seq < seq) this.next = first.seq;
    return this.release([]);
  }

  /**
   * Has the conversation go on after a seq: what is missing up to there is not to be seen any more. Messages
   * that wait below it are shown. It does nothing if the conversation has gone on already.
   */
  rejoin(after: number): Message[] {
    if (this.next > after) return [];
    const show: Message[] = [];
    while (this.early[0] && this.early[0].seq <= after) {
      const m = this.early.shift() as Message;
      if (!this.shown(m.seq)) show.push(m);
    }
    this.next = Math.max(after + 1, this.past);
    return this.release(show);
  }

  /**
   * Has the conversation go on, with what was shown last, to a seq that is beyond it: what lies between is
   * missing, or not to be seen. It returns false if there is nothing between.
   */
  joinedAgain(after: number): boolean {
    if (!this.started) this.next = this.past;
    if (this.next === 0 || this.next > after) return false;
    this.highest = Math.max(this.highest, after);
    return true;
  }

  /** `deliver` for a message that there is no room to take: it counts as a gap. */
  overlook(m: Message): Message[] {
    const show = this.startAt(m.seq);
    this.highest = Math.max(this.highest, m.seq);
    return show;
  }

  /** Reports whether something is missing: messages, or the start. */
  gappy(): boolean {
    return this.next <= this.highest && (this.started || this.early.length > 0);
  }

  /** Returns the first gap, from and to included; undefined when there is none. */
  missing(): { from: number; to: number } | undefined {
    if (!this.started || this.next > this.highest) return undefined;
    const first = this.early[0];
    return { from: this.next, to: first ? first.seq - 1 : this.highest };
  }

  /** Gives the first gap up, up to and including a seq, and returns what follows it. */
  skip(to: number): Message[] {
    if (!this.started || to < this.next) return [];
    this.next = to + 1;
    return this.release([]);
  }

  private accept(m: Message, show: Message[]): Message[] {
    this.highest = Math.max(this.highest, m.seq);
    if (this.shown(m.seq)) return show;
    if (m.seq !== this.next) {
      this.hold(m);
      return show;
    }
    this.next++;
    show.push(m);
    return this.release(show);
  }

  /**
   * Keeps an early message. When there is no room the latest one goes: it is asked for again when its turn
   * comes, because `highest` remembers it.
   */
  private hold(m: Message): void {
    let i = this.early.length;
    while (i > 0 && (this.early[i - 1] as Message).seq >= m.seq) i--;
    if (this.early[i]?.seq === m.seq) return;
    if (this.early.length >= this.limit) {
      if (i === this.early.length) return;
      this.early.pop();
    }
    this.early.splice(i, 0, m);
  }

  /** Appends to show what waited for its turn. */
  private release(show: Message[]): Message[] {
    let n = 0;
    for (const m of this.early) {
      if (m.seq > this.next) break;
      if (m.seq === this.next) {
        this.next++;
        show.push(m);
      }
      n++;
    }
    if (n > 0) this.early.splice(0, n);
    return show;
  }
}
