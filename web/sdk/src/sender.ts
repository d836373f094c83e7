import type { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { checkNumber } from './conversation.ts';
import type { ParleyError } from './errors.ts';
import { ClientError, closed, fromPlain, isReason, Refusal, refusalOf, toPlain } from './errors.ts';
import { Code, Limits } from './frames.ts';
import type { AckFrame } from './frames.ts';
import type { Entry } from './outbox.ts';
import type { Session } from './session.ts';
import { bytes, chatFrame } from './session.ts';
import type { Queued } from './store.ts';
import { now } from './time.ts';
import type { Change, Message, Outgoing, Receipt } from './types.ts';

type ChangeOf = Change & { seq: number };

/** The sender's half of the client: what goes into the outbox, and what comes of it. */
export class Sender {
  /** Messages of this device that are pending or have failed, by key, in the order of writing. */
  readonly outgoing = new Map<string, Outgoing>();
  /** The largest id of the store's outbox that is known. */
  private lastId = 0;
  private held = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly flushing: (() => void)[] = [];
  /** What goes into the outbox goes in the store's order. */
  private queueing: Promise<unknown> = Promise.resolve();
  private readonly failedIds = new Map<string, number>();
  private readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** Takes over the outbox of an earlier run. */
  restore(rows: Queued[], sendNext: number): void {
    this.client.outbox.restore(this.failed(rows).map((q) => this.earlier(q)), sendNext);
  }

  /** Takes over what other tabs have put into the store's outbox. */
  async takeNew(): Promise<void> {
    await this.queued(async () => {
      const rows = await this.client.options.store.outbox(this.lastId);
      for (const q of this.failed(rows.filter((q) => !q.failed && q.id > this.lastId))) {
        this.add(this.earlier(q));
        this.tell(this.outgoing.get(q.key) as Outgoing);
      }
    });
  }

  /** Notes messages that have failed, and returns the others. */
  private failed(rows: Queued[]): Queued[] {
    const open = rows.filter((q) => !q.failed);
    for (const q of rows) {
      if (!q.failed) continue;
      if (open.some((o) => o.key === q.key)) this.unqueue(q.id); // it was sent anew
      else {
        this.failedIds.set(q.key, q.id);
        this.outgoing.set(q.key, { ...outgoingOf(q), state: 'failed', error: fromPlain(q.failed) as ParleyError });
      }
    }
    return open;
  }

  private earlier(q: Queued): Entry {
    this.lastId = Math.max(this.lastId, q.id);
    this.held++;
    this.outgoing.set(q.key, outgoingOf(q));
    return { conv: q.to, text: q.text, key: q.key, change: q.change, id: q.id, seq: q.sendSeq, kept: q.sendSeq !== 0, answered: false, lasting: true };
  }

  /** See Chat.send, and Chat.change. */
  async send(to: Conversation, text: string, signal?: AbortSignal, change?: ChangeOf): Promise<Receipt> {
    check(to, text, change);
    signal?.throwIfAborted();
    while (this.held >= this.client.options.outbox) await this.slot(signal);
    return new Promise<Receipt>((resolve, reject) => {
      let settled = false;
      const stop = (): void => void this.withdraw(e, signal?.reason).then((taken) => {
        if (!taken && !settled) reject(new ClientError('on-its-way', 'no ack yet; the message is on its way and may still be stored', signal?.reason));
      });
      const e = this.entry(to, text, newKey(), (r, err) => {
        settled = true;
        signal?.removeEventListener('abort', stop);
        if (r) resolve(r);
        else reject(err);
      }, change);
      signal?.addEventListener('abort', stop, { once: true });
      this.enqueue(e, Date.now()).catch((err: Error) => {
        settled = true;
        signal?.removeEventListener('abort', stop);
        reject(err);
      });
    });
  }

  /** See Chat.post. */
  async post(to: Conversation, text: string, key: string = newKey()): Promise<Outgoing> {
    check(to, text);
    if (this.held >= this.client.options.outbox) throw new ClientError('outbox-full', 'too many messages wait for their acks');
    return this.enqueue(this.entry(to, text, key), Date.now());
  }

  /** See Chat.retry. */
  async retry(key: string): Promise<Outgoing> {
    const o = this.outgoing.get(key);
    const old = this.failedIds.get(key);
    if (!o || o.state !== 'failed' || old === undefined) throw new ClientError('argument', 'there is no failed message with this key');
    this.failedIds.delete(key);
    try {
      return await this.enqueue(this.entry(o.conversation, o.text, key), o.time, old);
    } catch (err) {
      this.failedIds.set(key, old);
      throw err;
    }
  }

  /** See Chat.discard. */
  async discard(key: string): Promise<void> {
    const o = this.outgoing.get(key);
    const id = this.failedIds.get(key);
    if (o && id !== undefined) {
      await this.client.options.store.save({ settled: [id] });
      this.failedIds.delete(key);
    } else {
      const e = this.client.outbox.entries.find((e) => e.key === key && !e.answered);
      if (!o || !e || !(await this.withdraw(e, closed()))) throw new ClientError('argument', 'the message is on its way, or there is none with this key');
      return;
    }
    this.outgoing.delete(key);
    this.client.dispatcher.push({ type: 'discarded', key, conversation: o.conversation });
  }

  /** Takes the answer to a chat frame. */
  answered(s: Session, f: AckFrame): void {
    const c = this.client;
    const a = c.outbox.answer(f.send_seq ?? 0, f.erron, f.send_next ?? 0);
    if (c.outbox.renew) {
      s.fail(new ClientError('protocol', 'the server waits for a number that was answered before; logging in anew'));
      return;
    }
    s.answered(a, f);
    const e = a.entry;
    if (!e) return;
    c.stalls = 0;
    const refused = refusalOf(f);
    if (refused) {
      this.settle(e, undefined, refused);
      return;
    }
    const r: Receipt = { conversation: e.conv, seq: f.seq ?? 0, sendSeq: e.seq, time: f.time ? Date.parse(f.time) : NaN };
    if (e.change) {
      this.settle(e, { ...r, seq: e.change.seq, rev: f.rev ?? 0 });
      return;
    }
    this.settle(e, r);
    if (r.seq === 0 || !c.self) return;
    const m: Message = { conversation: e.conv, seq: r.seq, from: c.self, text: e.text, time: r.time, mine: true, sendSeq: e.seq, key: e.key };
    if (c.device) m.device = c.device;
    c.receiver.acked(m);
  }

  /** Tells the outcome of a message, and who waits in flush when it was the last. */
  settle(e: Entry, r: Receipt | undefined, err?: Error): void {
    this.release(e, r, err);
    e.done?.(r, err);
    if (this.client.outbox.unacked === 0) for (const done of this.flushing.splice(0)) done();
  }

  /** Ends everything that waits; with a store the next run goes on. */
  end(err: Error): void {
    for (const e of this.client.outbox.takeAll()) this.settle(e, undefined, new ClientError('kept', 'no ack yet; the message is kept and will be sent by the next run', err));
    for (const wake of this.waiting.splice(0)) wake();
    for (const done of this.flushing.splice(0)) done();
  }

  /** Resolves when every message has its answer. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.client.outbox.unacked > 0) {
      await new Promise<void>((resolve, reject) => {
        this.flushing.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    }
    if (this.client.over && this.held > 0) throw this.client.state.error ?? closed();
  }

  /** Makes an entry, and takes a slot for it. With done, who sends is told; without, a failure stays until it is retried or discarded. */
  private entry(conv: Conversation, text: string, key: string, done?: Entry['done'], change?: ChangeOf): Entry {
    this.held++;
    return { conv, text, key, change, id: 0, seq: 0, kept: false, answered: false, lasting: !done, ...(done && { done }) };
  }

  /** Gives an entry's slot back and notes what became of it. */
  private release(e: Entry, r: Receipt | undefined, err: Error | undefined): void {
    if (isReason(err, 'kept')) return;
    this.held--;
    this.waiting.shift()?.();
    const o = this.outgoing.get(e.key);
    if (!o) return;
    if (r) {
      this.unqueue(e.id);
      this.outgoing.delete(e.key);
      this.tell({ ...o, state: 'stored', receipt: r });
    } else if (e.lasting && err) {
      this.client.dispatcher.note((b) => (b.failed ??= []).push({ id: e.id, error: toPlain(err) }));
      this.failedIds.set(e.key, e.id);
      const failed: Outgoing = { ...o, state: 'failed', error: err as ParleyError };
      this.outgoing.set(e.key, failed);
      this.tell(failed);
    } else {
      this.unqueue(e.id);
      this.outgoing.delete(e.key);
      this.client.dispatcher.push({ type: 'discarded', key: e.key, conversation: e.conv });
    }
  }

  private tell(outgoing: Outgoing): void {
    this.client.dispatcher.push({ type: 'outgoing', outgoing });
  }

  private unqueue(id: number): void {
    this.client.dispatcher.note((b) => (b.settled ??= []).push(id));
  }

  /** Puts an entry, for which a slot is held, into the store and the outbox, and gives the slot back if it cannot. */
  private async enqueue(e: Entry, time: number, instead?: number): Promise<Outgoing> {
    const { store } = this.client.options;
    const o = outgoingOf({ key: e.key, to: e.conv, text: e.text, time, ...(e.change && { change: e.change }) });
    try {
      await this.queued(async () => {
        this.closedTo();
        try {
          e.id = await store.queue(e.conv, e.text, e.key, time, e.change);
          if (instead !== undefined) await store.save({ settled: [instead] });
        } catch (err) {
          throw new ClientError('store', 'the message could not be kept, so it is not sent', err);
        }
        // If the client has ended meanwhile, the next run sends it.
        if (this.client.over) throw new ClientError('kept', 'the message is kept and will be sent by the next run');
        this.lastId = Math.max(this.lastId, e.id);
        this.outgoing.set(e.key, o);
        this.tell(o);
        this.add(e);
      });
    } catch (err) {
      this.held--;
      this.waiting.shift()?.();
      throw err;
    }
    return o;
  }

  private add(e: Entry): void {
    this.client.outbox.add(e);
    this.refuseChanges();
    this.client.session?.wake();
  }

  /** Ends changes that no server was asked for yet, where the one that is there knows of none. */
  refuseChanges(): void {
    const c = this.client;
    if (!c.session || c.changes.known) return;
    for (const e of c.outbox.entries.filter((o) => o.change && c.outbox.drop(o))) {
      this.settle(e, undefined, new Refusal(Code.OlderNode, 'the server does not know changes of messages: try again when it is upgraded'));
    }
  }

  private queued<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queueing.then(work);
    this.queueing = turn.catch(() => undefined);
    return turn;
  }

  /** Throws why nothing may be sent. */
  private closedTo(): void {
    const c = this.client;
    if (c.over) throw c.state.error ?? closed();
    if (c.state.phase === 'idle') throw new ClientError('not-started', 'not logged in: call login or start first');
    if (c.leaving) throw closed();
  }

  /** Takes back what has never been on the wire, and reports whether it could. */
  private async withdraw(e: Entry, why: unknown): Promise<boolean> {
    await this.queueing;
    if (!this.client.outbox.entries.includes(e) || !this.client.outbox.drop(e)) return false;
    // It is not to be sent by the next run either; if the store cannot forget it now, the dispatcher tries again.
    await this.client.options.store.save({ settled: [e.id] }).catch(() => undefined);
    e.lasting = false;
    this.settle(e, undefined, why instanceof Error ? why : new ClientError('closed', 'the message was taken back', why));
    return true;
  }

  private async slot(signal?: AbortSignal): Promise<void> {
    this.closedTo();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.waiting.splice(this.waiting.indexOf(wake), 1);
        reject(signal?.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      this.waiting.push(wake);
      signal?.addEventListener('abort', stop, { once: true });
    });
    this.closedTo();
  }
}

/** Refuses what would make the server end the connection. */
export function check(to: Conversation, text: string, change?: ChangeOf): void {
  if (!to.with === !to.gid) throw new ClientError('argument', 'a message needs one receiver: a user or a group');
  checkNumber((to.gid ?? to.with) as number, to.gid ? 'a group' : 'a user');
  if (change) {
    checkNumber(change.seq, 'a seq');
    text = textOf(change);
  }
  if (/[\uD800-\uDFFF]/u.test(text)) throw new Refusal(Code.BadText, 'the text has half of a surrogate pair, which is not Unicode');
  const envelope = 512;
  if (text.length * 6 + envelope <= Limits.defaultMaxFrame) return;
  const e: Entry = { conv: to, text, key: '', id: 0, seq: 0, kept: false, answered: false, lasting: false };
  if (bytes(chatFrame(e)) + envelope > Limits.defaultMaxFrame) throw new Refusal(Code.TextTooLong, 'the text is too long for one message; send it in pieces');
}

const textOf = (c: ChangeOf): string => ('text' in c ? c.text : 'emoji' in c ? c.emoji : '');

/** Returns what is in the outbox as the program sees it. */
export const outgoingOf = (q: Pick<Queued, 'key' | 'to' | 'text' | 'time' | 'change'>): Outgoing => ({
  key: q.key, conversation: q.to, text: q.change ? textOf(q.change) : q.text, time: q.time, state: 'pending', ...(q.change && { change: q.change }),
});

/** Returns a name that no other message has. */
export const newKey = (): string => `${Math.floor(now()).toString(36)}${Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('')}`;
