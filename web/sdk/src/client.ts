import { Changes } from './changes.ts';
import type { Conversation } from './conversation.ts';
import { ClientError, closed, codeOf, Goodbye, Refusal, retryAfterOf } from './errors.ts';
import { Listeners, pickMessage } from './events.ts';
import { Code, GoodbyeCode, Msgid } from './frames.ts';
import type { NoticeFrame, LoginAnswer, LoginRequest, ServerFrame } from './frames.ts';
import type { Options, Settings } from './options.ts';
import { settings } from './options.ts';
import { Outbox } from './outbox.ts';
import { Receiver } from './receiver.ts';
import { Requests } from './requests.ts';
import { Sender } from './sender.ts';
import { goodbye, Session } from './session.ts';
import { Dispatcher } from './dispatcher.ts';
import { toFriend, toGroup, toSettings } from './decode.ts';
import { MemoryStore } from './store.ts';
import { bounded, now, pause } from './time.ts';
import type { Chat } from './chat.ts';
import type { Change, Event, EventOf, Message, Outgoing, Receipt, State, User } from './types.ts';

/** A takeover so soon after the start is most likely by a late login of an earlier run that died; at most so many. */
const ghostTime = 30_000;
const mostGhosts = 3;

/** One device of one account, over one connection at a time. */
export class Client extends Requests implements Chat {
  readonly options: Settings;
  /** @internal */ readonly outbox: Outbox;
  /** @internal */ readonly receiver: Receiver;
  /** @internal */ readonly sender: Sender;
  /** @internal */ readonly dispatcher: Dispatcher;
  /** @internal */ readonly changes: Changes;
  /** @internal The logged-in session. */
  session: Session | undefined;
  /** @internal How often the outbox stalled since the last answer. */
  stalls = 0;
  /** @internal The client will not come back. */
  over = false;
  /** @internal close was called. */
  closed = false;
  /** @internal A logout is under way. */
  leaving = false;
  /** @internal Is called when the store has everything that was handled: the leading tab tells the others. */
  saved?: (() => void) | undefined;
  self: User | undefined;
  device: string;
  state: State = { phase: 'idle' };

  private readonly listeners = new Listeners();
  private readonly abort = new AbortController();
  private readonly waiting = new Set<() => void>();
  private owner = 0;
  private log = '';
  private newLog = false;
  private token: string;
  private password: string;
  private loginCount = 0;
  private running: Promise<void> = Promise.resolve();
  private hurry: (() => void) | undefined;

  constructor(options: Options) {
    super();
    this.options = settings(options);
    this.token = options.token ?? '';
    this.password = options.password ?? '';
    this.device = options.device ?? '';
    this.outbox = new Outbox(this.options.window);
    this.receiver = new Receiver(this);
    this.sender = new Sender(this);
    this.dispatcher = new Dispatcher(this);
    this.changes = new Changes(this);
    const { onMessage } = options;
    if (onMessage) this.on('message', (e) => onMessage(e.message));
  }

  get durable(): boolean {
    return !(this.options.store instanceof MemoryStore);
  }

  /** @internal */
  get selfId(): number {
    return this.self?.id ?? 0;
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

  /** @internal */
  emit(e: Event): Promise<void> {
    return this.listeners.emit(e);
  }

  /**
   * Connects and logs in. From then on the client comes back by itself. When the first login fails, its error
   * is thrown (a Refusal where the server refused) and the client is closed. Call it, or start, once.
   */
  async login(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      this.go((err) => {
        signal?.removeEventListener('abort', stop);
        if (err) reject(err);
        else resolve();
      }).catch(reject);
    }).catch(async (err: unknown) => {
      await this.close();
      throw err;
    });
  }

  /**
   * Connects in the background and goes on trying until it could log in, or was refused for good. It resolves when
   * what the store has kept is loaded. Messages may be sent then; they leave after the login.
   */
  async start(): Promise<void> {
    await this.go();
  }

  private async go(first?: (err?: Error) => void): Promise<void> {
    if (this.over) throw closed();
    if (this.state.phase !== 'idle') throw new ClientError('argument', 'login or start was called before');
    this.become({ phase: 'connecting' });
    try {
      await this.restore();
    } catch (err) {
      this.finish(err as Error);
      throw err;
    }
    this.running = this.run(first);
  }

  /** Takes over what an earlier run has kept. */
  private async restore(): Promise<void> {
    const saved = await this.options.store.load();
    this.token ||= saved.token;
    if (!this.token && !this.password) throw new ClientError('argument', 'a password or token is needed to log in');
    if (saved.self) {
      this.self = saved.self;
      this.owner = saved.self.id;
    }
    this.log = saved.log;
    for (const p of saved.positions) {
      this.receiver.restore(p.conversation, p.seq);
      this.changes.restore(p.conversation, 0);
    }
    for (const r of saved.revs ?? []) this.changes.restore(r.conversation, r.rev);
    this.sender.restore(saved.outbox, saved.sendNext);
    if (saved.list) this.list = saved.list;
  }

  /** Connects again and again until the client is closed or refused for good. */
  private async run(first?: (err?: Error) => void): Promise<void> {
    let failures = 0;
    let ghosts = 0;
    const started = now();
    for (;;) {
      const began = now();
      const err = await this.connection(first);
      this.session = undefined;
      if (this.leaving || this.closed) return this.finish(closed());
      const ghost = err instanceof Goodbye && err.code === GoodbyeCode.TakenOver && this.options.device !== undefined && ghosts < mostGhosts && now() - started <= ghostTime && this.owner !== 0;
      if (ghost) ghosts++;
      if ((this.isFinal(err) && !ghost) || (first && this.loginCount === 0)) {
        this.finish(err);
        first?.(err);
        return;
      }
      if (now() - began > this.options.maxBackoff) failures = 0;
      const wait = this.backoff(failures++, err);
      this.become({ phase: 'waiting', retryAt: now() + wait, error: err });
      this.dispatcher.push({ type: 'disconnected', error: err, retry: wait });
      const skip = new AbortController();
      this.hurry = () => skip.abort();
      const b = bounded([this.abort.signal, skip.signal], Infinity, () => undefined);
      await pause(wait, b.signal).catch(() => undefined);
      b.done();
      this.hurry = undefined;
      if (this.closed) return this.finish(closed());
      this.become({ phase: 'connecting', error: err });
    }
  }

  /** How long to wait before the next attempt: full jitter over an exponential bound, on top of what the server asked for. */
  private backoff(failures: number, err: Error): number {
    const { minBackoff, maxBackoff } = this.options;
    const bound = Math.min(maxBackoff, minBackoff * 2 ** Math.min(failures, 20));
    return Math.random() * bound + (err instanceof Goodbye ? err.after : 0) + retryAfterOf(err);
  }

  /** One connection's life: connect, log in, serve. It returns why it ended. */
  private async connection(first?: (err?: Error) => void): Promise<Error> {
    let s: Session | undefined;
    try {
      s = await this.open();
      const { reply, unbroken } = await this.logIn(s);
      await this.keepLogin(reply);
      if (s.error) return s.error;
      if (this.closed) throw closed();
      this.begin(s, reply, unbroken);
      if (this.loginCount === 1) first?.();
      return await s.ended;
    } catch (err) {
      const why = err instanceof Error ? err : new ClientError('connection', String(err));
      s?.fail(why);
      return s?.error ?? why;
    }
  }

  /** @internal Connects. */
  async open(): Promise<Session> {
    const o = this.options;
    const late = (): Error => new ClientError('timeout', `cannot connect to ${o.server} within ${o.connectTimeout / 1000} s`);
    const b = bounded([this.abort.signal], o.connectTimeout, late);
    try {
      const t = await o.connect(o.server, b.signal);
      if (!t.confidential && !o.allowPlaintext) {
        t.close();
        throw new ClientError('plaintext', `everybody on the way to ${o.server} could read the password: connect with wss:// (TLS), or allow it (allowPlaintext)`);
      }
      return new Session(this, t);
    } finally {
      b.done();
    }
  }

  /**
   * Logs in by the token if there is one, and by the password where the token is refused or missing. unbroken
   * is false when the token was refused: another program may have used the device since.
   */
  private async logIn(s: Session): Promise<{ reply: LoginAnswer; unbroken: boolean }> {
    const { token, password } = this;
    if (token) {
      try {
        return { reply: await s.exchange(this.loginFrame(token, ''), this.abort.signal), unbroken: true };
      } catch (err) {
        if (codeOf(err) !== Code.BadCredentials || !password) throw err;
      }
    }
    return { reply: await s.exchange(this.loginFrame(token, password), this.abort.signal), unbroken: token === '' };
  }

  private loginFrame(token: string, pwd: string): LoginRequest {
    const { userId, name, device, label } = this.options;
    const sendNext = this.outbox.sendNext;
    return {
      msgid: Msgid.Login,
      ...(userId && { id: userId }),
      ...(name && { name }),
      ...(token && { token }),
      ...((pwd || !token) && { pwd }), // a token beside it shows that this device has been in before
      ...(device && { device }),
      ...(label && { label }),
      ...(sendNext && { send_next: sendNext }),
      changes: true,
    } as LoginRequest;
  }

  /** Sees to it that this is the account that the store belongs to, and keeps the token before anything is sent by it. */
  private async keepLogin(reply: LoginAnswer): Promise<void> {
    const { store } = this.options;
    const id = reply.id ?? 0;
    if (this.owner && this.owner !== id) {
      throw new ClientError('other-account', `the store belongs to user ${this.owner}, and user ${id} has logged in: use one for each account, server and device`);
    }
    try {
      if (reply.token) {
        this.token = reply.token;
        await store.keepToken(reply.token);
      }
      const { log } = reply;
      if (log && log !== this.log) {
        if (this.log) {
          // A server that was set back to an older state: its numbers mean other messages, and nothing that
          // is known of conversations is true any more. Only the outbox goes on.
          this.newLog = true;
          this.receiver.forgetAll();
          this.dispatcher.forgetAll();
          this.changes.forgetAll();
        }
        await store.save({ log });
        this.log = log;
      }
      if (!this.owner) {
        await store.save({ self: { id, name: reply.name ?? '' } });
        this.owner = id;
      }
    } catch (err) {
      throw err instanceof ClientError ? err : new ClientError('store', 'the login could not be kept', err);
    }
  }

  /** Makes s the client's session. */
  private begin(s: Session, reply: LoginAnswer, unbroken: boolean): void {
    const user: User = { id: reply.id ?? 0, name: reply.name ?? '' };
    this.self = user;
    this.device = reply.device ?? '';
    for (const e of this.outbox.login(reply.last_send_seq ?? 0, unbroken)) {
      this.sender.settle(e, undefined, new ClientError('unknown-outcome', 'another program used this device meanwhile; whether the message was stored is unknown, look into the history'));
    }
    this.loginCount++;
    this.session = s;
    this.changes.known = reply.changes === true;
    this.sender.refuseChanges();
    this.become({ phase: 'online' });
    this.dispatcher.push({
      type: 'connected', user, device: this.device, again: this.loginCount > 1, newLog: this.newLog,
      friends: (reply.friends ?? []).map(toFriend), groups: (reply.groups ?? []).map(toGroup),
    });
    this.newLog = false;
    s.begin(reply.heartbeat_ms);
    if (this.receiver.dirty.size > 0) s.tell(false);
    for (const wake of this.waiting) wake();
    this.receiver.fill();
    this.changes.pull();
  }

  /** @internal Handles one frame of a logged-in session. */
  receive(s: Session, f: ServerFrame): void {
    switch (f.msgid) {
      case Msgid.Chat:
      case Msgid.GroupChat:
        return this.receiver.delivered(f);
      case Msgid.Ack:
        if (f.re === Msgid.Chat || f.re === Msgid.GroupChat || (f.re === Msgid.Change && f.rid === undefined)) this.sender.answered(s, f);
        else s.resolve(f);
        return;
      case Msgid.Changed:
        return this.changes.changed(f);
      case Msgid.Settings:
        return this.dispatcher.push({ type: 'settings', conversation: f.gid ? { gid: f.gid } : { with: f.with as number }, settings: toSettings(f) });
      case Msgid.Presence:
        return this.dispatcher.push({ type: 'presence', user: { id: f.id, name: f.name }, online: f.state === 'online' });
      case Msgid.Notice:
        return this.changed(f);
      case Msgid.Read:
        return this.dispatcher.push({ type: 'read', conversation: f.gid ? { gid: f.gid } : { with: f.with as number }, seq: f.seq });
      case Msgid.Goodbye:
        return s.fail(goodbye(f));
      default:
        s.resolve(f);
    }
  }

  private changed(f: NoticeFrame): void {
    if (f.id === this.selfId && f.gid) {
      if (f.what === 'member_left' || f.what === 'member_removed') this.receiver.leave({ gid: f.gid });
      else if (f.what === 'member_joined') this.receiver.joined({ gid: f.gid }, f.seq ?? 0);
    }
    const e: EventOf<'change'> = { type: 'change', what: f.what, user: { id: f.id, name: f.name } };
    if (f.state !== undefined) e.online = f.state === 'online';
    if (f.gid) e.gid = f.gid;
    if (f.gname !== undefined) e.group = f.gname;
    this.dispatcher.push(e);
  }

  /** Reports whether a failed connection or login is not to be tried again. */
  private isFinal(err: Error): boolean {
    if (err instanceof ClientError) return ['other-account', 'plaintext', 'pin', 'argument'].includes(err.reason);
    if (err instanceof Goodbye) return !err.reconnect;
    if (!(err instanceof Refusal)) return false;
    // Our own last session may not be found dead yet.
    if (err.code === Code.AlreadyOnline) return this.loginCount === 0;
    return !passing.has(err.code);
  }

  /** @internal Returns the session, or waits for one. */
  async connected(signal: AbortSignal): Promise<Session> {
    for (;;) {
      if (this.over) throw this.state.error ?? closed();
      if (this.state.phase === 'idle') throw new ClientError('not-started', 'not logged in: call login or start first');
      if (this.session && !this.session.error) return this.session;
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  /**
   * Asks the server at once for a sign of life, and connects anew without an answer in 5 s; without a connection
   * it tries now. To be called when a machine or page wakes up.
   */
  wake(): void {
    if (this.session) this.session.probe(5000);
    else this.hurry?.();
  }

  send(to: Conversation, text: string, signal?: AbortSignal): Promise<Receipt> {
    return this.sender.send(to, text, signal);
  }

  post(to: Conversation, text: string, key?: string): Promise<Outgoing> {
    return this.sender.post(to, text, key);
  }

  change(of: Conversation, seq: number, what: Change, signal?: AbortSignal): Promise<Receipt> {
    return this.sender.send(of, '', signal, { ...what, seq });
  }

  retry(key: string): Promise<Outgoing> {
    return this.sender.retry(key);
  }

  discard(key: string): Promise<void> {
    return this.sender.discard(key);
  }

  outgoing(): Outgoing[] {
    return [...this.sender.outgoing.values()];
  }

  async flush(signal?: AbortSignal): Promise<void> {
    await this.sender.flush(signal ?? new AbortController().signal);
  }

  async logout(signal?: AbortSignal): Promise<void> {
    await this.leave(false, signal);
  }

  async signOut(signal?: AbortSignal): Promise<void> {
    try {
      await this.leave(true, signal);
    } finally {
      this.token = '';
      await this.options.store.keepToken('');
    }
  }

  private async leave(revoke: boolean, signal?: AbortSignal): Promise<void> {
    const b = bounded([signal], this.options.requestTimeout, () => new ClientError('timeout', 'the server did not answer the logout in time'));
    this.dispatcher.silence();
    try {
      await Promise.race([this.dispatcher.rest(), new Promise((resolve) => b.signal.addEventListener('abort', resolve))]);
      const s = this.session;
      if (!s || s.error) throw new ClientError('offline', 'there is no connection, so the server could not be told');
      this.leaving = true;
      s.tellAll();
      try {
        await s.call({ msgid: Msgid.Logout, ...(revoke && { revoke }) }, b.signal);
      } catch (err) {
        // A goodbye is an answer to a logout as well.
        if (revoke || !((s.error as unknown) instanceof Goodbye)) throw err;
      }
    } finally {
      b.done();
      await this.close();
    }
  }

  /** @internal The password was changed. */
  async keepPassword(password: string, token: string | undefined): Promise<void> {
    if (this.password) this.password = password;
    this.token = token ?? '';
    await this.options.store.keepToken(this.token);
  }

  /**
   * Ends the connection at once, and resolves when nothing of the client runs. Messages without an ack are kept by
   * the store for the next run. The store stays open: who opened it closes it.
   */
  async close(): Promise<void> {
    this.closed = true;
    this.abort.abort(closed());
    this.session?.fail(closed());
    this.finish(closed());
    await this.running;
  }

  /** Makes err the client's end. */
  private finish(err: Error): void {
    if (this.over) return;
    this.over = true;
    this.session = undefined;
    this.receiver.stop();
    this.become({ phase: 'ended', error: err });
    this.sender.end(err);
    if (!this.closed && !this.leaving) this.dispatcher.push({ type: 'ended', error: err });
    for (const wake of this.waiting) wake();
  }

  private become(state: State): void {
    this.state = state;
    this.dispatcher.push({ type: 'state', state });
  }
}

/** Refusals of a login after which it may be tried again. */
const passing: ReadonlySet<number> = new Set([
  Code.Busy, Code.Unavailable, Code.StoreFull, Code.RateLimited, Code.Internal, Code.SessionEnded, Code.LoggedIn, Code.NotLoggedIn,
]);

/** Makes an account, over a connection of its own, and returns its id. */
export async function register(options: Options, signal?: AbortSignal): Promise<User> {
  const { name, password, invite } = options;
  if (!name || !password) throw new ClientError('argument', 'registering needs a name and a password');
  const s = await new Client(options).open();
  try {
    const reply = await s.exchange({ msgid: Msgid.Register, name, pwd: password, ...(invite && { invite }) }, signal ?? new AbortController().signal);
    return { id: reply.id ?? 0, name: reply.name ?? name };
  } finally {
    s.fail(closed());
  }
}
