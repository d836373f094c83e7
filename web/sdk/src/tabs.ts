import type { Chat } from './chat.ts';
import { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { keyOf } from './conversation.ts';
import type { PlainError } from './errors.ts';
import { ClientError, closed, fromPlain, interrupted, isReason, toPlain } from './errors.ts';
import { Listeners, pickMessage } from './events.ts';
import type { Method, Note } from './notes.ts';
import { harmless, methods, pack, unpack } from './notes.ts';
import type { Options } from './options.ts';
import { Remote } from './remote.ts';
import { check, newKey, outgoingOf as plainOf } from './sender.ts';
import type { Queued, Store } from './store.ts';
import { bounded } from './time.ts';
import type { Change, ConversationInfo, Event, EventOf, Message, Outgoing, Receipt, State, User } from './types.ts';

/** What browsers have and tests bring: who leads, and how tabs hear each other. */
export interface Browser {
  locks: Pick<LockManager, 'request'>;
  channel: (name: string) => BroadcastChannel;
}

/** Options of tabs: those of a client, with a name and a store that all tabs of the account share. */
export interface TabsOptions extends Omit<Options, 'onMessage'> {
  /** The name of the lock and the channel: one for each store. */
  shared: string;
  store: Store;
  browser?: Browser;
}

interface Call {
  method: Method;
  args: unknown[];
  resolve: (value: never) => void;
  reject: (err: unknown) => void;
}

/**
 * A Chat over the one connection that all tabs of a browser share. One tab leads (Web Locks): it has the client. The others
 * follow it: they read the same store, put their messages into the same outbox, and hear events over a BroadcastChannel. When
 * the leading tab ends, the next one takes over with everything the store has, and every tab shows each message once.
 */
export class Tabs extends Remote implements Chat {
  readonly durable = true;
  self: User | undefined;
  device: string;
  state: State = { phase: 'idle' };

  private readonly options: TabsOptions;
  private readonly store: Store;
  private readonly listeners = new Listeners();
  private readonly id = newKey();
  private channel: BroadcastChannel | undefined;
  private readonly abort = new AbortController();
  private client: Client | undefined;
  private leader = '';
  private readonly calls = new Map<number, Call>();
  private lastCall = 0;
  /** Messages that are pending or have failed. */
  private readonly out = new Map<string, Outgoing>();
  /** Of messages that this tab has sent: who waits for the outcome. */
  private readonly receipts = new Map<string, (o: Outgoing) => void>();
  /** How far this tab has shown conversations. */
  private readonly shown = new Map<string, number>();
  private list: ConversationInfo[] = [];
  /** In the leading tab: events that the others hear when the store has the messages among them. */
  private unsaved: Event[] = [];
  /** Events of the leader, one after the other. */
  private hearing: Promise<unknown> = Promise.resolve();
  private over = false;
  private leading: Promise<void> = Promise.resolve();
  private first: ((err?: Error) => void) | undefined;
  private unlisten: () => void = () => undefined;

  constructor(options: TabsOptions) {
    super();
    this.options = options;
    this.store = options.store;
    this.device = options.device ?? '';
  }

  on<T extends Event['type']>(type: T | '*', listener: (e: EventOf<T>) => unknown): () => void {
    return this.listeners.on(type, listener);
  }

  events(signal?: AbortSignal): AsyncIterableIterator<Event> {
    return this.listeners.iterate((e) => e, signal);
  }

  messages(signal?: AbortSignal): AsyncIterableIterator<Message> {
    return this.listeners.iterate(pickMessage, signal);
  }

  /** Loads what the store has, and joins the tabs that are there, or leads. It resolves when what is kept can be read. */
  async start(): Promise<void> {
    if (this.state.phase !== 'idle') throw new ClientError('argument', 'login or start was called before');
    this.state = { phase: 'connecting' };
    await this.load();
    const browser = this.options.browser ?? { locks: navigator.locks, channel: (name) => new BroadcastChannel(name) };
    this.channel = browser.channel(this.options.shared);
    this.channel.onmessage = (e) => this.heard(e.data as Note);
    this.unlisten = onWake(() => this.wake());
    this.tell({ t: 'hello' });
    this.leading = browser.locks
      .request(this.options.shared, { signal: this.abort.signal }, () => this.lead())
      .then(() => undefined, (err: unknown) => void (this.over || this.end(err instanceof Error ? err : closed())));
  }

  /** start, and waits for the first login; where another tab leads, for what it says. When the login fails, its error is thrown and the tab is closed. */
  async login(signal?: AbortSignal): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.first = (err) => (err ? reject(err) : resolve());
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        this.start().catch(reject);
      });
    } catch (err) {
      await this.close();
      throw err;
    } finally {
      this.first = undefined;
    }
  }

  private async load(): Promise<void> {
    const saved = await this.store.load();
    this.self = saved.self;
    this.list = saved.list ?? [];
    for (const p of saved.positions) this.shown.set(keyOf(p.conversation), p.seq);
    for (const q of saved.outbox) this.out.set(q.key, outgoingOf(q));
  }

  /** Leads, until the client ends. It runs while the lock is held. */
  private async lead(): Promise<void> {
    if (this.over) return;
    await this.catchUp();
    const client = new Client(this.options);
    this.client = client;
    client.on('*', (e) => this.led(e));
    client.saved = () => this.relay();
    const ended = new Promise<void>((resolve) => {
      client.on('state', (e) => e.state.phase === 'ended' && resolve());
    });
    try {
      await client.start();
    } catch (err) {
      this.first?.(err as Error);
      return this.end(err as Error);
    }
    this.leader = this.id;
    this.announce(true);
    for (const id of this.calls.keys()) this.perform(id);
    await ended;
    this.relay();
  }

  /** In the leading tab: takes an event of the client. */
  private async led(e: Event): Promise<void> {
    this.unsaved.push(e);
    await this.take(e);
    if (!this.unsaved.some((u) => u.type === 'message')) this.relay();
  }

  /** Tells the others what the store has: a message that was told to them, but is not kept, could come again from the next leader. */
  private relay(): void {
    for (const event of this.unsaved.splice(0)) this.tell({ t: 'event', event: pack(event) });
  }

  private announce(began: boolean): void {
    this.tell({ t: 'leader', leader: this.id, state: pack({ type: 'state', state: this.state }).state, self: this.self, device: this.device, began });
  }

  private tell(n: Note): void {
    this.channel?.postMessage(n);
  }

  private heard(n: Note): void {
    if (this.over) return;
    switch (n.t) {
      case 'hello':
        if (this.client) this.announce(false);
        return;
      case 'leader':
        return this.follow(n);
      case 'event':
        this.inTurn(() => this.hear(unpack(n.event)));
        return;
      case 'queued':
        void this.client?.sender.takeNew();
        return;
      case 'wake':
        this.client?.wake();
        return;
      case 'call':
        if (this.client) void this.serve(n.from, n.call, n.method, n.args);
        return;
      case 'answer':
        if (n.to === this.id) this.answered(n.call, n.value, n.error);
    }
  }

  /** There is a leader. If it is a new one, what was under way is asked of it, and what the old one did not tell is read. */
  private follow(n: Extract<Note, { t: 'leader' }>): void {
    const another = n.leader !== this.leader;
    const followed = this.leader !== '';
    this.leader = n.leader;
    this.self = n.self ?? this.self;
    this.device = n.device;
    if (another) {
      for (const [id, call] of this.calls) {
        if (n.began && this.asked.has(id) && !(harmless.has(call.method) || (call.args[1] as { repeat?: boolean } | undefined)?.repeat)) this.answered(id, undefined, toPlain(interrupted()));
        else this.perform(id);
      }
    }
    this.inTurn(async () => {
      if (another) {
        await this.catchUp();
        // What was done to messages is in the store, but was perhaps not told.
        if (followed) await this.take({ type: 'missed' });
      }
      const state = unpack({ type: 'state', state: n.state });
      await this.take(state);
    });
  }

  private inTurn(work: () => Promise<unknown>): void {
    this.hearing = this.hearing.then(work).catch((err: unknown) => this.take({ type: 'unkept', error: err as Error }));
  }

  /** Takes an event of the leader. */
  private async hear(e: Event): Promise<void> {
    if (e.type === 'message') await this.hearMessage(e.message);
    else await this.take(e);
  }

  /** Takes a message of the leader: what this tab has missed before it is read from the store. */
  private async hearMessage(m: Message): Promise<void> {
    const at = this.shown.get(keyOf(m.conversation));
    if (at !== undefined && m.seq <= at) return;
    if (at !== undefined && m.seq > at + 1) await this.read(m.conversation, at, m.seq);
    await this.take({ type: 'message', message: m });
  }

  /** Shows what the store has of a conversation after a seq that was shown, before another. */
  private async read(of: Conversation, after: number, before: number): Promise<void> {
    const pages: Message[][] = [];
    for (let end = before; end > after + 1; ) {
      const { messages } = await this.store.messages(of, end, 200);
      const fresh = messages.filter((m) => m.seq > after);
      const first = fresh[0];
      if (!first) break;
      pages.push(fresh);
      end = first.seq;
    }
    for (const page of pages.reverse()) for (const message of page) await this.take({ type: 'message', message });
  }

  /** Shows what a leader has kept and not told, and what became of the outbox. */
  private async catchUp(): Promise<void> {
    const saved = await this.store.load();
    for (const { conversation, seq } of saved.positions) {
      const at = this.shown.get(keyOf(conversation));
      if (at === undefined) this.shown.set(keyOf(conversation), seq);
      else if (seq > at) await this.read(conversation, at, seq + 1);
    }
    const there = new Map(saved.outbox.map((q) => [q.key, outgoingOf(q)]));
    for (const [key, o] of this.out) {
      if (there.has(key) || this.queueing.has(key)) continue;
      // It left the outbox: the server has it. Where it stands was told to a tab that is gone.
      await this.take({ type: 'outgoing', outgoing: { ...o, state: 'stored', receipt: { conversation: o.conversation, seq: 0, sendSeq: 0, time: NaN } } });
    }
    for (const o of there.values()) if (this.out.get(o.key)?.state !== o.state) await this.take({ type: 'outgoing', outgoing: o });
  }

  /** Notes what an event changes, and hands it to this tab's listeners. */
  private async take(e: Event): Promise<void> {
    switch (e.type) {
      case 'message':
        this.shown.set(keyOf(e.message.conversation), e.message.seq);
        break;
      case 'outgoing':
        if (!this.takeOutgoing(e.outgoing)) return;
        break;
      case 'discarded':
        this.out.delete(e.key);
        this.receipts.get(e.key)?.({ key: e.key, conversation: e.conversation, text: '', time: 0, state: 'failed', error: closed() });
        break;
      case 'connected':
        this.self = e.user;
        this.device = e.device;
        if (e.newLog) this.shown.clear();
        this.first?.();
        break;
      case 'state':
        this.state = e.state;
        if (e.state.phase === 'online' && !this.client) this.first?.();
        if (e.state.phase === 'ended') return this.end(e.state.error ?? closed());
        break;
      case 'ended':
        this.first?.(e.error);
        break;
    }
    await this.listeners.emit(e);
  }

  /** Reports whether it is news. */
  private takeOutgoing(o: Outgoing): boolean {
    if (o.state === 'stored') this.out.delete(o.key);
    else if (this.out.get(o.key)?.state === o.state) return false;
    else this.out.set(o.key, o);
    if (o.state !== 'pending') this.receipts.get(o.key)?.(o);
    return true;
  }

  /** Ends this tab. */
  private end(err: Error): void {
    if (this.over) return;
    this.over = true;
    this.state = { phase: 'ended', error: err };
    this.first?.(err);
    void this.listeners.emit({ type: 'state', state: this.state });
    for (const id of this.calls.keys()) this.answered(id, undefined, toPlain(err));
    for (const done of this.receipts.values()) done({ key: '', conversation: { with: 0 }, text: '', time: 0, state: 'failed', error: new ClientError('kept', 'the message is kept and will be sent by the next run', err) });
    this.abort.abort(closed());
    this.unlisten();
    // The others still have to hear what was told last.
    const { channel } = this;
    setTimeout(() => channel?.close());
  }

  // Calls: this tab's own client performs them if it leads, else the leader.

  private readonly asked = new Set<number>();

  protected async call<T>(method: Method, signal: AbortSignal | undefined, ...args: unknown[]): Promise<T> {
    if (this.over) throw this.state.error ?? closed();
    if (this.state.phase === 'idle') throw new ClientError('not-started', 'not logged in: call login or start first');
    const ms = this.options.requestTimeout ?? 15_000;
    // A little longer than the leader takes, so that its own word for it arrives.
    const b = bounded([signal], signal ? Infinity : ms + 1000, () => new ClientError('timeout', `no answer within ${ms / 1000} s`));
    const id = ++this.lastCall;
    try {
      return await new Promise<T>((resolve, reject) => {
        b.signal.addEventListener('abort', () => reject(b.signal.reason), { once: true });
        if (b.signal.aborted) return reject(b.signal.reason);
        this.calls.set(id, { method, args, resolve: resolve as (value: never) => void, reject });
        if (this.leader) this.perform(id);
      });
    } finally {
      this.calls.delete(id);
      this.asked.delete(id);
      b.done();
    }
  }

  /** Has the leader, which may be this tab, perform a call. */
  private perform(id: number): void {
    const call = this.calls.get(id);
    if (!call) return;
    this.asked.add(id);
    if (!this.client) return this.tell({ t: 'call', from: this.id, call: id, method: call.method, args: call.args });
    invoke(this.client, call.method, call.args).then((value) => call.resolve(value as never), call.reject);
  }

  /** In the leading tab: performs the call of another. */
  private async serve(from: string, call: number, method: Method, args: unknown[]): Promise<void> {
    if (!this.client || !methods.has(method)) return;
    try {
      const value = await invoke(this.client, method, args);
      this.tell({ t: 'answer', to: from, call, value });
    } catch (err) {
      this.tell({ t: 'answer', to: from, call, error: toPlain(err) });
    }
  }

  private answered(id: number, value: unknown, error?: PlainError): void {
    const call = this.calls.get(id);
    if (error) call?.reject(fromPlain(error));
    else call?.resolve(value as never);
  }

  // Sending goes through the store's outbox, whoever leads.

  /** Keys of messages that are on their way into the store. */
  private readonly queueing = new Set<string>();

  post(to: Conversation, text: string, key: string = newKey()): Promise<Outgoing> {
    return this.put(to, text, key);
  }

  private async put(to: Conversation, text: string, key: string, change?: Queued['change']): Promise<Outgoing> {
    check(to, text, change);
    if (this.over) throw this.state.error ?? closed();
    if (this.state.phase === 'idle') throw new ClientError('not-started', 'not logged in: call login or start first');
    if (this.client && !change) return this.client.post(to, text, key);
    if (this.out.size >= (this.options.outbox ?? 1024)) throw new ClientError('outbox-full', 'too many messages wait for their acks');
    const o = plainOf({ key, to, text, time: Date.now(), ...(change && { change }) });
    this.queueing.add(key);
    try {
      await this.store.queue(to, text, key, o.time, change);
    } catch (err) {
      throw err instanceof ClientError ? err : new ClientError('store', 'the message could not be kept, so it is not sent', err);
    } finally {
      this.queueing.delete(key);
    }
    if (this.takeOutgoing(o)) void this.listeners.emit({ type: 'outgoing', outgoing: o });
    this.tell({ t: 'queued' });
    const lead = this.client as Client | undefined; // this tab may lead by now
    void lead?.sender.takeNew();
    return o;
  }

  send(to: Conversation, text: string, signal?: AbortSignal): Promise<Receipt> {
    return this.sent(to, text, signal);
  }

  change(of: Conversation, seq: number, what: Change, signal?: AbortSignal): Promise<Receipt> {
    return this.sent(of, '', signal, { ...what, seq });
  }

  private async sent(to: Conversation, text: string, signal?: AbortSignal, change?: Queued['change']): Promise<Receipt> {
    signal?.throwIfAborted();
    const key = newKey();
    try {
      return await new Promise<Receipt>((resolve, reject) => {
        this.receipts.set(key, (o) => (o.receipt ? resolve(o.receipt) : reject(o.error)));
        signal?.addEventListener('abort', () => {
          this.discard(key).then(
            () => reject(signal.reason),
            () => reject(new ClientError('on-its-way', 'no ack yet; the message is on its way and may still be stored', signal.reason)),
          );
        }, { once: true });
        this.put(to, text, key, change).catch(reject);
      });
    } catch (err) {
      // Who sends is told, so a failure does not stay.
      if (this.out.get(key)?.state === 'failed') await this.discard(key).catch(() => undefined);
      throw err;
    } finally {
      this.receipts.delete(key);
    }
  }

  outgoing(): Outgoing[] {
    return [...this.out.values()];
  }

  async conversations(signal?: AbortSignal): Promise<ConversationInfo[]> {
    return (this.list = await this.call<ConversationInfo[]>('conversations', signal));
  }

  recallConversations(): ConversationInfo[] {
    return this.list;
  }

  wake(): void {
    if (this.client) this.client.wake();
    else this.tell({ t: 'wake' });
  }

  /** Ends the session, and with it all tabs. */
  async logout(signal?: AbortSignal): Promise<void> {
    await this.signOff('logout', signal);
  }

  /** Ends the session and its token, and with it all tabs. */
  async signOut(signal?: AbortSignal): Promise<void> {
    await this.signOff('signOut', signal);
  }

  private async signOff(method: 'logout' | 'signOut', signal?: AbortSignal): Promise<void> {
    try {
      await this.call(method, signal);
    } catch (err) {
      if (!isReason(err, 'closed')) throw err; // the leader's end was heard before its answer
    } finally {
      await this.close();
    }
  }

  /** Ends this tab; the others go on. */
  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (client && !client.over) {
      // Not the end of the others: the next one leads.
      client.saved = undefined;
      this.relay();
      const { channel } = this;
      this.channel = undefined;
      await client.close();
      channel?.close();
    }
    this.end(closed());
    await this.leading;
    await this.store.close();
  }
}

function invoke(client: Client, method: Method, args: unknown[]): Promise<unknown> {
  return Promise.resolve((client[method] as (...args: unknown[]) => unknown)(...args));
}

const outgoingOf = (q: Queued): Outgoing => ({ ...plainOf(q), ...(q.failed && { state: 'failed', error: fromPlain(q.failed) as NonNullable<Outgoing['error']> }) });

/** Calls back when the page or its network wakes up; returns what ends that. */
function onWake(wake: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const visible = (): void => void (document.visibilityState === 'visible' && wake());
  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', visible);
  return () => {
    removeEventListener('online', wake);
    removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', visible);
  };
}
