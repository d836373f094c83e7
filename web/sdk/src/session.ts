import type { Client } from './client.ts';
import { codeOf, ClientError, Goodbye, interrupted, refusalOf, retryAfterOf, Refusal, advised } from './errors.ts';
import { Code, Limits, Msgid } from './frames.ts';
import type { AckFrame, Answers, ClientFrame, GoodbyeFrame, ServerFrame } from './frames.ts';
import { decode } from './decode.ts';
import { named } from './conversation.ts';
import type { Answer, Entry } from './outbox.ts';
import type { Conv } from './receiver.ts';
import { now, pause } from './time.ts';
import type { Transport } from './transport.ts';

/** A server that is busy says when to come back, and keeps a place until then; for longer, the client leaves and comes back. */
const longestStay = 20_000;
const mostStays = 10;

type Waiting = { resolve: (f: ServerFrame) => void; reject: (err: unknown) => void };

/** A request. */
export type Request = Extract<ClientFrame, { msgid: keyof Answers }>;
/** The frame that answers a request which is taken. */
export type AnswerTo<Q extends Request> = Answers[Q['msgid']];

/** One connection of a client. */
export class Session {
  /** Why it failed. */
  error: Error | undefined;
  /** Resolves when it has failed. */
  readonly ended: Promise<Error>;
  private readonly client: Client;
  private readonly transport: Transport;
  private end!: (err: Error) => void;
  private readonly calls = new Map<number, Waiting>();
  private rid = 0;

  // Before the login's answer was taken: who waits for a frame, and what came behind it.
  private waiting: Waiting | undefined;
  private inbox: ServerFrame[] = [];
  private begun = false;

  private pending: string[] = [];
  private writing = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;
  private interval = 30_000;
  private heardBy = Infinity;
  private beatAt = Infinity;
  /** When a stalled outbox goes on. */
  private retryAt = 0;
  /** The last chat frame or answer: the start of the wait for one. */
  private askedAt = 0;
  /** When to send frame 13; 0: nothing to tell. */
  private tellAt = 0;
  private tellNow = false;

  constructor(client: Client, transport: Transport) {
    this.client = client;
    this.transport = transport;
    this.ended = new Promise((resolve) => (this.end = resolve));
    transport.onframe = (text) => this.frame(text);
    transport.onclose = (why) => this.fail(why);
  }

  /** Ends the session; the first reason stays. */
  fail(err: Error): void {
    if (this.error) return;
    this.error = err;
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
    this.transport.close();
    this.waiting?.reject(err);
    for (const w of this.calls.values()) w.reject(interrupted(err));
    this.calls.clear();
    this.end(err);
  }

  private frame(text: string): void {
    if (this.error) return;
    let f: ServerFrame | undefined;
    try {
      f = decode(text);
    } catch (err) {
      this.fail(err as Error);
      return;
    }
    this.heard();
    if (f === undefined) return; // a newer server's
    if (this.begun) this.client.receive(this, f);
    else if (f.msgid === Msgid.Goodbye) this.fail(goodbye(f));
    else if (this.waiting) this.waiting.resolve(f);
    else this.inbox.push(f);
  }

  /** Sends a request and returns its answer: for what comes before the login's answer. It asks again while the server is busy. */
  async exchange<Q extends Request>(q: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    for (let stays = 0; ; stays++) {
      try {
        return await this.exchangeOnce(q, signal);
      } catch (err) {
        const wait = retryAfterOf(err);
        if (codeOf(err) !== Code.Busy || wait <= 0 || wait > longestStay || stays === mostStays) throw err;
        await pause(wait, signal);
      }
    }
  }

  private async exchangeOnce<Q extends Request>(q: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    const timeout = this.client.options.connectTimeout;
    const f = await new Promise<ServerFrame>((resolve, reject) => {
      if (this.error) return reject(this.error);
      const done = (): void => {
        this.waiting = undefined;
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      const timer = setTimeout(() => this.fail(new ClientError('timeout', `the server did not answer within ${timeout / 1000} s`)), timeout);
      const stop = (): void => this.fail(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      this.waiting = {
        resolve: (f) => {
          // Others are notices that came early.
          if (f.msgid !== Msgid.Ack && f.msgid !== Msgid.RegisterAnswer && f.msgid !== Msgid.LoginAnswer) return;
          done();
          resolve(f);
        },
        reject: (err) => {
          done();
          reject(err);
        },
      };
      this.transport.send(JSON.stringify(q));
    });
    const refused = refusalOf(f as AckFrame);
    if (refused) throw refused;
    return f as AnswerTo<Q>;
  }

  /** Makes this the client's session: from now on its frames go to the client. */
  begin(heartbeat: number | undefined): void {
    this.begun = true;
    this.interval = heartbeat && heartbeat > 0 ? heartbeat : 30_000;
    this.beatAt = now() + this.interval;
    this.heard();
    for (const f of this.inbox.splice(0)) if (!this.error) this.client.receive(this, f);
    this.wake();
  }

  /** The server was heard: it has two and a half intervals until the next time. */
  private heard(): void {
    this.heardBy = now() + this.interval * 2.5;
    if (this.begun && !this.quiet) this.listen(this.interval * 2.5);
  }

  private listen(wait: number): void {
    this.quiet = setTimeout(() => {
      const left = this.heardBy - now();
      if (left > 0) this.listen(left);
      else this.fail(new ClientError('silent', 'the server has fallen silent'));
    }, wait);
  }

  /** Asks the server at once for a sign of life, and gives it so many milliseconds. */
  probe(wait: number): void {
    this.beatAt = 0;
    this.heardBy = Math.min(this.heardBy, now() + wait);
    clearTimeout(this.quiet);
    this.listen(this.heardBy - now());
    this.wake();
  }

  /** Sees to it that what is to be written is written. */
  wake(): void {
    if (this.writing || this.error || !this.begun) return;
    this.writing = true;
    queueMicrotask(() => void this.write());
  }

  private async write(): Promise<void> {
    for (;;) {
      clearTimeout(this.timer);
      const out = this.pending.splice(0);
      const fresh: Entry[] = [];
      const wait = this.gather(out, fresh);
      if (this.error) return;
      if (out.length === 0) {
        this.writing = false;
        this.timer = setTimeout(() => this.wake(), Math.min(wait, 2 ** 31 - 1));
        return;
      }
      if (fresh.length > 0) {
        // What happens to this program, these numbers will never be given to other messages.
        try {
          await this.client.options.store.number(fresh.map((e) => e.id), (fresh[0] as Entry).seq);
        } catch (err) {
          this.fail(new ClientError('store', 'the numbers of messages could not be kept, so they are not sent yet', err));
          return;
        }
        for (const e of fresh) e.kept = true;
        if (this.error) return;
      }
      for (const f of out) this.transport.send(f);
    }
  }

  /** Collects what is to be written now, and returns how long to wait for the next thing that time alone brings. */
  private gather(out: string[], fresh: Entry[]): number {
    const t = now();
    if (t >= this.beatAt) {
      this.beatAt = t + this.interval;
      out.push(`{"msgid":${Msgid.Heartbeat}}`);
    }
    this.gatherChat(t, out, fresh);
    this.gatherReceived(t, out);
    let wake = this.beatAt;
    for (const at of [this.resumeAt, this.tellAt, this.unansweredAt]) if (at > 0 && at < wake) wake = at;
    return Math.max(0, wake - t);
  }

  private gatherChat(t: number, out: string[], fresh: Entry[]): void {
    const b = this.client.outbox;
    const late = this.unansweredAt;
    if (late > 0 && t >= late) {
      this.fail(new ClientError('silent', 'the server left a chat frame without an answer for too long'));
      return;
    }
    if (b.stalled && b.drained && t >= this.retryAt) {
      this.retryAt = 0;
      b.resume();
    }
    for (let e = b.take(); e; e = b.take()) {
      if (!e.kept) fresh.push(e);
      out.push(chatFrame(e));
      this.askedAt = t;
    }
  }

  private get resumeAt(): number {
    const b = this.client.outbox;
    return b.stalled && b.drained ? Math.max(this.retryAt, 1) : 0;
  }

  private get unansweredAt(): number {
    return this.client.outbox.onWire === 0 ? 0 : this.askedAt + this.client.options.answerTimeout;
  }

  /** Tells the server what was displayed, when it is time to. */
  private gatherReceived(t: number, out: string[]): void {
    const all = this.tellAt > 0 && t >= this.tellAt;
    if (!all && !this.tellNow) return;
    this.tellNow = false;
    const { receivedAfter } = this.client.options;
    this.client.receiver.takeDirty((v) => all || v.untold >= receivedAfter, (v) => out.push(receivedFrame(v)));
    if (this.client.receiver.dirty.size === 0) this.tellAt = 0;
  }

  /** Queues frame 13 for everything that was displayed: before a logout. */
  tellAll(): void {
    this.client.receiver.takeDirty(() => true, (v) => this.pending.push(receivedFrame(v)));
  }

  /** There is something to tell: within the usual time, or (now) at once. */
  tell(at: boolean): void {
    if (this.tellAt === 0) this.tellAt = now() + this.client.options.receivedEvery;
    this.tellNow ||= at;
    this.wake();
  }

  /** Takes the answer to a chat frame: starts the wait anew, and the pause of a stall. */
  answered(a: Answer, f: AckFrame): void {
    this.askedAt = now();
    if (this.client.outbox.stalled) this.stall(a.begun ?? false, advised(f.retry_after_ms), f.erron);
    this.wake();
  }

  /** Makes the outbox wait: as long as the server says, or a growing while. */
  private stall(begun: boolean, delay: number, code: number): void {
    const c = this.client;
    if (begun) {
      if (delay === 0 && (code !== Code.SendSeqGap || c.stalls > 0)) {
        delay = Math.min(c.options.maxRetryDelay, c.options.retryDelay * 2 ** Math.min(c.stalls, 16));
        delay = delay / 2 + Math.random() * (delay / 2);
      }
      c.stalls++;
    }
    if (delay > 0) this.retryAt = Math.max(this.retryAt, now() + delay);
  }

  /** Sends a request and returns its answer; a refusal is thrown. */
  async call<Q extends Request>(q: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    signal.throwIfAborted();
    if (this.error) throw interrupted(this.error);
    const rid = ++this.rid;
    const frame = JSON.stringify({ ...q, rid });
    if (bytes(frame) > Limits.defaultMaxFrame) throw new Refusal(Code.FrameTooLong, 'the request is too long to be sent; shorten its texts');
    const answer = await new Promise<ServerFrame>((resolve, reject) => {
      const stop = (): void => {
        this.calls.delete(rid);
        reject(signal.reason);
      };
      const done = (): void => signal.removeEventListener('abort', stop);
      signal.addEventListener('abort', stop, { once: true });
      this.calls.set(rid, {
        resolve: (f) => (done(), resolve(f)),
        reject: (err) => (done(), reject(err)),
      });
      this.pending.push(frame);
      this.wake();
    });
    const refused = answer.msgid === Msgid.Ack ? refusalOf(answer) : undefined;
    if (refused) throw refused;
    return answer as AnswerTo<Q>;
  }

  /** Hands an answer to the call that waits for it. */
  resolve(f: ServerFrame): void {
    const rid = 'rid' in f && typeof f.rid === 'number' ? f.rid : 0;
    const waiting = this.calls.get(rid);
    this.calls.delete(rid);
    waiting?.resolve(f);
  }
}

/** Returns the length of a text in bytes of UTF-8. */
export const bytes = (text: string): number => new TextEncoder().encode(text).length;

export const goodbye = (f: GoodbyeFrame): Goodbye => new Goodbye(f.code, f.reason, f.reconnect, f.after_ms);

/** Returns an outbox entry as a frame. */
export const chatFrame = (e: Entry): string =>
  JSON.stringify(
    e.change
      ? changeFrame(e.change, e)
      : e.conv.gid
        ? { msgid: Msgid.GroupChat, gid: e.conv.gid, msg: e.text, send_seq: e.seq }
        : { msgid: Msgid.Chat, to: e.conv.with, msg: e.text, send_seq: e.seq },
  );

const changeFrame = (c: NonNullable<Entry['change']>, e: Entry): object => ({
  msgid: Msgid.Change, ...named(e.conv), seq: c.seq, op: c.op, ...('text' in c && { msg: c.text }), ...('emoji' in c && { emoji: c.emoji }), send_seq: e.seq,
});

const receivedFrame = (v: Conv): string => JSON.stringify({ msgid: Msgid.Received, ...named(v.name), seq: v.displayed });
