import { vi } from 'vitest';
import { Client } from '../src/client.ts';
import type { Conversation } from '../src/conversation.ts';
import { fromKey, keyOf, named } from '../src/conversation.ts';
import { apply } from '../src/decode.ts';
import { ClientError, codeOf, Goodbye } from '../src/errors.ts';
import { Msgid } from '../src/frames.ts';
import { MemoryStore } from '../src/store.ts';
import { ScriptedServer } from '../src/testing/index.ts';
import type { Peer, Sent } from '../src/testing/index.ts';
import type { Change, Message } from '../src/types.ts';

const stamp = '2026-01-02T03:04:05.006Z';

/** How many heartbeats and received cursors may come before the frame that a step waits for: fake time has no end. */
const mostBeats = 100;

type Fields = Record<string, unknown>;

/** One step of a dialogue: its one key says what it is. test/conformance/README.md says what each means. */
export type Step = Fields;

interface Place {
  of: string;
  seq: number;
}

interface History {
  of: string;
  after: number;
  messages: string[];
  more: boolean;
  windows?: unknown[];
}

/** One dialogue under way. */
export class Play {
  private readonly server = new ScriptedServer();
  private readonly store = new MemoryStore();
  private client!: Client;
  private peer: Peer | undefined;
  private asked: Sent[] = [];
  private readonly shown: string[] = [];
  private readonly outcomes: Fields = {};
  private ended: Error | undefined;
  /** What the program shows, each message as it is now. */
  private readonly view = new Map<string, Message>();
  private fetched: Message[] = [];

  async start(): Promise<void> {
    const c = new Client({ server: 'fake', connect: this.server.connect, name: 'alice', password: 'password', device: 'test', store: this.store, minBackoff: 10, maxBackoff: 10 });
    this.client = c;
    this.ended = undefined;
    c.on('message', ({ message: m }) => {
      this.shown.push(place(m.conversation, m.seq));
      this.view.set(place(m.conversation, m.seq), m);
    });
    c.on('changed', ({ conversation, state }) => {
      const at = place(conversation, state.seq);
      const m = this.view.get(at);
      if (m) this.view.set(at, apply(m, state));
    });
    c.on('gap', (e) => void this.shown.push(`gap ${keyOf(e.conversation)}:${e.from}-${e.to}`));
    c.on('not-member', (e) => void this.shown.push(`away ${keyOf(e.conversation)}:${e.from}-${e.to}`));
    c.on('outgoing', ({ outgoing: o }) => {
      if (o.change) {
        if (o.receipt) this.outcomes[nameOf(o.conversation, o.change)] = { rev: o.receipt.rev };
      } else if (o.receipt) this.outcomes[o.text] = { seq: o.receipt.seq };
      else if (o.error) this.outcomes[o.text] = o.error instanceof ClientError ? { reason: o.error.reason } : { code: codeOf(o.error) };
    });
    c.on('ended', (e) => void (this.ended = e.error));
    await c.start();
  }

  async end(): Promise<void> {
    await this.client.close();
  }

  /** Plays one step, and waits until the client has done what comes of it. */
  async step(s: Step): Promise<void> {
    const [kind, value, ...more] = Object.entries(s).flat();
    const play = this.kinds[kind as string];
    if (!play || more.length > 0) throw new Error(`a step that this runner does not know: ${JSON.stringify(s)}`);
    await settle();
    await play(value as never);
    await settle();
  }

  private readonly kinds: Record<string, (v: never) => unknown> = {
    login: async (v: { last_send_seq: number; plain?: boolean; log?: string; expect?: Fields; without?: string[]; same?: boolean }) => {
      if (!v.same) await this.accept();
      const f = await this.next();
      this.expect(f, { msgid: Msgid.Login, name: 'alice', device: 'test', ...v.expect });
      for (const k of v.without ?? []) if (k in f) throw new Error(`the login has "${k}"`);
      this.send({ msgid: Msgid.LoginAnswer, erron: 0, id: 1, name: 'alice', device: 'test', log: v.log ?? 'log', last_send_seq: v.last_send_seq, token: 'token', heartbeat_ms: 30_000, friends: [], groups: [], ...(!v.plain && { changes: true }) });
    },
    refuse_login: async (v: { code: number; retry_after_ms?: number }) => {
      await this.accept();
      this.expect(await this.next(), { msgid: Msgid.Login });
      this.send({ msgid: Msgid.LoginAnswer, erron: v.code, errinfo: 'refused', ...(v.retry_after_ms && { retry_after_ms: v.retry_after_ms }) });
    },
    post: (v: { to: string; text: string }) => this.client.post(fromKey(v.to), v.text),
    chat: async (v: { to: string; text: string; send_seq: number }) => {
      const to = fromKey(v.to);
      this.expect(await this.next(), { msgid: to.gid ? Msgid.GroupChat : Msgid.Chat, ...(to.gid ? { gid: to.gid } : { to: to.with }), msg: v.text, send_seq: v.send_seq });
    },
    change: (v: string) => {
      const { of, change } = parseChange(v);
      // A client that ends keeps it; the next run tells the outcome.
      this.client.change(of, change.seq, change).catch((err: unknown) => {
        if (!(err instanceof ClientError)) this.outcomes[v] = { code: codeOf(err) };
      });
    },
    changes: async (v: { change: string; send_seq: number }) => {
      const { of, change } = parseChange(v.change);
      const { op, seq } = change;
      this.expect(await this.next(), {
        msgid: Msgid.Change, ...named(of), op, seq, send_seq: v.send_seq, ...('text' in change && { msg: change.text }), ...('emoji' in change && { emoji: change.emoji }),
      });
    },
    states: async (v: { of: string; after: number; changes?: Fields[]; rev?: number; more?: boolean; code?: number }) => {
      const of = named(fromKey(v.of));
      const f = await this.next();
      this.expect({ ...f, rev: (f['rev'] as number | undefined) ?? 0 }, { msgid: Msgid.States, ...of, rev: v.after });
      if (v.code) this.send({ msgid: Msgid.Ack, re: Msgid.States, rid: f.rid, erron: v.code, errinfo: 'refused' });
      else this.send({ msgid: Msgid.StatesAnswer, rid: f.rid, ...of, changes: v.changes ?? [], more: v.more ?? false, ...(v.rev && { rev: v.rev }) });
    },
    present: (v: Fields) => this.sees(v, this.view.values()),
    kept: async (v: Fields) => {
      const of = new Set(Object.keys(v).map((at) => at.split(':')[0] as string));
      const all = await Promise.all([...of].map((key) => this.store.messages(fromKey(key), 0, 100)));
      this.sees(v, all.flatMap((page) => page.messages));
    },
    fetch: (v: string) => {
      void this.client.history(fromKey(v), { after: 0 }).then((page) => (this.fetched = page.messages));
    },
    fetched: (v: Fields) => this.sees(v, this.fetched),
    ack: (v: Fields) => this.send({ msgid: Msgid.Ack, re: Msgid.Chat, erron: 0, time: stamp, ...v }),
    refuse: ({ code, ...v }: Fields) => this.send({ msgid: Msgid.Ack, re: Msgid.Chat, erron: code, errinfo: 'refused', ...v }),
    deliver: (v: string[]) => this.send(...v.map(message)),
    frame: (v: unknown) => this.peer?.sendText(raw(v)),
    text: (v: string) => this.peer?.sendText(v),
    history: (v: History) => this.histories([v]),
    histories: (v: History[]) => this.histories(v),
    list: async (v: { of: string; delivered: number; last_seq: number }[]) => {
      const f = await this.next();
      this.expect(f, { msgid: Msgid.Conversations });
      const conversations = v.map(({ of, ...r }, i) => ({ key: i + 1, ...named(fromKey(of)), name: of, ...r, read: 0, unread: 0 }));
      this.send({ msgid: Msgid.ConversationsAnswer, rid: f.rid, conversations, more: false });
    },
    received: async (v: Place) => {
      const of = named(fromKey(v.of));
      for (let n = 0; n < mostBeats; n++) {
        const f = await this.any();
        if (f.msgid === Msgid.Heartbeat) this.send({ msgid: Msgid.HeartbeatAnswer, time: stamp });
        else if (f.msgid !== Msgid.Received) throw new Error(`the client sent ${JSON.stringify(f)} instead of a received cursor`);
        else if (differs(f, { ...of, seq: v.seq }) === undefined) return;
      }
      throw new Error(`the client does not say that ${v.of} is received up to ${v.seq}`);
    },
    nothing: () => {
      this.asked = [...this.asked, ...(this.peer?.waiting() ?? [])].filter((f) => f.msgid !== Msgid.Received && f.msgid !== Msgid.Heartbeat);
      if (this.asked.length > 0) throw new Error(`the client sent ${JSON.stringify(this.asked)}`);
    },
    cut: () => this.peer?.cut(),
    goodbye: ({ code, after_ms = 0 }: { code: number; after_ms?: number }) => {
      this.send({ msgid: Msgid.Goodbye, code, reason: 'goodbye', reconnect: code < 2000, after_ms });
      this.peer?.cut();
    },
    wait: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    down: (v: boolean) => void (this.server.down = v),
    dials: (n: number) => this.same(n, this.server.dials),
    restart: async () => {
      await this.client.close();
      await this.start();
    },
    shown: (v: string[]) => this.same(v, this.shown),
    outcome: (v: Fields) => {
      for (const [text, want] of Object.entries(v)) this.same(want, this.outcomes[text] ?? 'open');
    },
    ended: (v: unknown) => this.same(v, !this.ended ? false : this.ended instanceof Goodbye ? { goodbye: this.ended.code } : { code: codeOf(this.ended) }),
  };

  private sees(want: Fields, got: Iterable<Message>): void {
    const sorted = (all: Fields): Fields => Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    this.same(sorted(want), sorted(Object.fromEntries([...got].map((m) => [place(m.conversation, m.seq), viewOf(m)]))));
  }

  private same(want: unknown, got: unknown): void {
    const [a, b] = [JSON.stringify(want), JSON.stringify(got)];
    if (a !== b) throw new Error(`the dialogue says ${a}, the client ${b}`);
  }

  private expect(f: Sent, fields: Fields): void {
    const k = differs(f, fields);
    if (k !== undefined) throw new Error(`"${k}" of ${JSON.stringify(f)} should be ${JSON.stringify(fields[k])}`);
  }

  private send(...frames: Fields[]): void {
    this.peer?.send(...frames);
  }

  private async accept(): Promise<void> {
    // The client itself has to find out that the connection before is no good.
    this.peer = await within(this.server.accept(), 'a connection');
    this.asked = [];
  }

  /** Returns the client's next frame; heartbeats are answered, and received cursors passed over. */
  private async next(): Promise<Sent> {
    for (let n = 0; n < mostBeats; n++) {
      const f = await this.any();
      if (f.msgid === Msgid.Heartbeat) this.send({ msgid: Msgid.HeartbeatAnswer, time: stamp });
      else if (f.msgid !== Msgid.Received) return f;
    }
    throw new Error('the client sends heartbeats alone');
  }

  private any(): Promise<Sent> {
    const f = this.asked.shift();
    if (f) return Promise.resolve(f);
    if (!this.peer) throw new Error('there is no connection');
    return within(this.peer.next(), 'a frame');
  }

  /** Answers questions for the history, which may come in any order. */
  private async histories(all: History[]): Promise<void> {
    const open = [...all];
    while (open.length > 0) {
      const f = await this.next();
      const i = open.findIndex((h) => differs(f, { msgid: Msgid.History, ...named(fromKey(h.of)) }) === undefined);
      if (i < 0) throw new Error(`the client sent ${JSON.stringify(f)} instead of asking for a history`);
      const [h] = open.splice(i, 1) as [History];
      this.expect(f, { after: h.after });
      this.send({ msgid: Msgid.HistoryAnswer, rid: f.rid, ...named(fromKey(h.of)), messages: h.messages.map(message), more: h.more, ...(h.windows && { windows: h.windows }) });
      await settle();
    }
  }
}

const place = (of: Conversation, seq: number): string => `${keyOf(of)}:${seq}`;

/** A message as a program shows it: what applies, in the order of test/conformance/README.md. */
const viewOf = (m: Message): Fields => ({
  text: m.text, ...(m.rev && { rev: m.rev }), ...(m.edited !== undefined && { edited: true }), ...(m.recalled && { recalled: true }), ...(m.by && { by: m.by }),
  ...(m.reactions && { reactions: m.reactions.map((r) => `${r.emoji} ${r.count}`) }), ...(m.reacted && { mine: m.reacted }), ...(m.pinned && { pinned: true }),
});

/** Reads "edit u2:3 another text", "react u2:3 👍", "pin g7:1". */
function parseChange(text: string): { of: Conversation; change: Change & { seq: number } } {
  const [, op, key, seq, what = ''] = /^(\w+) (\w+):(\d+)(?: (.*))?$/.exec(text) as unknown as [string, Change['op'], string, string, string | undefined];
  const change = { op, seq: Number(seq), ...(op === 'edit' ? { text: what } : what && { emoji: what }) } as Change & { seq: number };
  return { of: fromKey(key), change };
}

const nameOf = (of: Conversation, c: Change & { seq: number }): string => [c.op, place(of, c.seq), 'text' in c ? c.text : 'emoji' in c ? c.emoji : ''].join(' ').trimEnd();

/** Lets everything that is due be done, without time passing. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(0);
}

/** Returns what comes within an hour of fake time. */
async function within<T>(p: Promise<T>, what: string): Promise<T> {
  const state = { done: false };
  const watched = p.finally(() => (state.done = true));
  watched.catch(() => undefined);
  for (let t = 0; !state.done && t < 3_600_000; t += 10) await vi.advanceTimersByTimeAsync(10);
  if (!state.done) throw new Error(`${what} did not come`);
  return watched;
}

/** Returns the first field that is another one. */
const differs = (f: Sent, fields: Fields): string | undefined => Object.keys(fields).find((k) => JSON.stringify(fields[k]) !== JSON.stringify(f[k]));

function message(m: string): Fields {
  const [place, own] = m.split(' mine ') as [string, string | undefined];
  const [key, seq] = place.split(':') as [string, string];
  const c: Conversation = fromKey(key);
  const [device, sendSeq] = own?.split(' ') ?? [];
  const sender = own ? { id: 1, from: 'alice', device, send_seq: Number(sendSeq) } : { id: c.with ?? 2, from: 'user 2' };
  return { ...(c.gid ? { msgid: Msgid.GroupChat, gid: c.gid } : { msgid: Msgid.Chat, to: own ? c.with : 1 }), ...sender, msg: `text ${seq}`, time: stamp, seq: Number(seq) };
}

/** A frame as it stands in the file: numbers too large for JavaScript are marked by the reader. */
const raw = (v: unknown): string => JSON.stringify(v).replace(/"exactly (\d+)"/g, '$1');
