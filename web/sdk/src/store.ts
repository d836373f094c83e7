import type { Conversation } from './conversation.ts';
import { fromKey, keyOf } from './conversation.ts';
import type { PlainError } from './errors.ts';
import { apply } from './decode.ts';
import type { Change, ConversationInfo, Message, MessageState, User } from './types.ts';

/**
 * Keeps what a client must not forget from one run to the next: the outbox, what was displayed, and the
 * token. There are stores in IndexedDB (browsers), in memory, and in a file (Node); a program may bring its own.
 *
 * A store belongs to one account on one server and to one device. Only one client at a time may use it
 * (Number and Save), but other tabs may add to its outbox and read. A method that resolves has brought its
 * work to the disk, all of it; one that rejects has done nothing of it.
 */
export interface Store {
  /** Returns what is kept. A client calls it once, before everything else. */
  load(): Promise<Saved>;
  /** Puts a message, or a change of message `change.seq`, at the end of the outbox and returns the id that it is known by; ids grow. */
  queue(to: Conversation, text: string, key: string, time: number, change?: Change & { seq: number }): Promise<number>;
  /** Returns the messages of the outbox with larger ids, in the order of ids, and those that failed. */
  outbox(after: number): Promise<Queued[]>;
  /**
   * Notes the send_seq of messages in the outbox: the first one's is `first`, the next one's first+1 and so
   * on. It is called before they first go over the network.
   */
  number(ids: number[], first: number): Promise<void>;
  /** Notes what happened. It must be able to take the same batch twice. */
  save(batch: Batch): Promise<void>;
  /**
   * Returns the last messages kept of a conversation before a seq (0: the last there are), oldest first, at
   * most `limit`. There may be holes between them. first is the first seq that there is to see in the
   * conversation; 0: not known.
   */
  messages(of: Conversation, before: number, limit: number): Promise<{ messages: Message[]; first: number }>;
  /** Keeps a login's token, or forgets it (''). A store that is to hold no secrets does nothing. */
  keepToken(token: string): Promise<void>;
  /** Ends the use of the store. */
  close(): void | Promise<void>;
}

/** A message in a store's outbox. */
export interface Queued {
  id: number;
  to: Conversation;
  text: string;
  key: string;
  change?: Change & { seq: number };
  /** When it was written: milliseconds since 1970. */
  time: number;
  /** 0: never numbered, so never on the network. */
  sendSeq: number;
  /** It was refused for good, or its outcome is unknown: it is not sent, and waits to be discarded or sent anew. */
  failed?: PlainError;
}

/** What a store has kept. */
export interface Saved {
  /** The account, once it was logged in. */
  self?: User;
  /** The last Batch.log, '' for none yet. */
  log: string;
  /** '' if there is none. */
  token: string;
  /** In the order of ids. */
  outbox: Queued[];
  /** The number after the last one given out by `number`; 0 for none yet. */
  sendNext: number;
  /** How far conversations were displayed. */
  positions: { conversation: Conversation; seq: number }[];
  /** Up to which change of conversations everything is known; left out: none. */
  revs?: { conversation: Conversation; rev: number }[];
  /** The last conversation list that was kept. */
  list?: ConversationInfo[];
}

/** What happened since the batch before. */
export interface Batch {
  /** Who logged in. */
  self?: User;
  /**
   * Names the server's log, where it has another one than before: then nothing kept of conversations is
   * true. It comes before all that follows. The first one ever changes nothing.
   */
  log?: string;
  /** The ids of messages that leave the outbox. */
  settled?: number[];
  /** Messages that failed: they stay, with why. */
  failed?: { id: number; error: PlainError }[];
  /** Conversations whose position is to be forgotten. Before all that follows. */
  left?: Conversation[];
  /** Conversations of which nothing kept is true any more. Before all that follows. */
  reset?: Conversation[];
  /** Messages that were displayed. The last one of a conversation is its position. */
  shown?: Message[];
  /** Messages that were asked for, and say nothing about positions. */
  fetched?: Message[];
  /** The present states of messages, after shown and fetched; of those that are not kept they are forgotten. */
  states?: { conversation: Conversation; state: MessageState }[];
  /** Up to which change of conversations everything is known, with the states before. */
  revs?: { conversation: Conversation; rev: number }[];
  /** Conversations whose first visible seq has become known. */
  first?: { conversation: Conversation; seq: number }[];
  /** The conversation list, as it was last asked for. */
  list?: ConversationInfo[];
}

/** Reports whether nothing happened. */
export function isEmpty(b: Batch): boolean {
  return b.self === undefined && b.log === undefined && b.list === undefined &&
    [b.settled, b.failed, b.left, b.reset, b.shown, b.fetched, b.states, b.revs, b.first].every((l) => !l?.length);
}

/** What one conversation has in a memory store. */
interface Kept {
  messages: Message[];
  first: number;
}

/** How many messages of a conversation a MemoryStore keeps; older ones are asked of the server again. */
const mostKept = 10_000;

/** A store that forgets everything with the page or process. */
export class MemoryStore implements Store {
  protected saved: Saved = { log: '', token: '', outbox: [], sendNext: 0, positions: [] };
  protected lastId = 0;
  private readonly positions = new Map<string, number>();
  protected readonly revs = new Map<string, number>();
  private readonly logs = new Map<string, Kept>();

  async load(): Promise<Saved> {
    const positions = [...this.positions].map(([key, seq]) => ({ conversation: fromKey(key), seq }));
    const revs = [...this.revs].map(([key, rev]) => ({ conversation: fromKey(key), rev }));
    return structuredClone({ ...this.saved, positions, revs });
  }

  async queue(to: Conversation, text: string, key: string, time: number, change?: Change & { seq: number }): Promise<number> {
    const id = ++this.lastId;
    this.saved.outbox.push({ id, to, text, key, time, sendSeq: 0, ...(change && { change }) });
    return id;
  }

  async outbox(after: number): Promise<Queued[]> {
    return structuredClone(this.saved.outbox.filter((q) => q.id > after || q.failed));
  }

  async number(ids: number[], first: number): Promise<void> {
    const rows = ids.map((id) => this.saved.outbox.find((q) => q.id === id));
    if (!rows.every((q) => q !== undefined)) throw new Error(`one of the messages ${ids.join(', ')} is not in the outbox`);
    rows.forEach((q, i) => (q.sendSeq = first + i));
    this.saved.sendNext = first + ids.length;
  }

  async save(b: Batch): Promise<void> {
    const s = this.saved;
    if (b.self) s.self = b.self;
    if (b.log !== undefined) {
      if (s.log !== '' && s.log !== b.log) this.forget();
      s.log = b.log;
    }
    if (b.settled?.length) {
      const gone = new Set(b.settled);
      s.outbox = s.outbox.filter((q) => !gone.has(q.id));
    }
    for (const f of b.failed ?? []) {
      const q = s.outbox.find((e) => e.id === f.id);
      if (q) q.failed = f.error;
    }
    for (const c of b.left ?? []) this.positions.delete(keyOf(c));
    for (const c of b.reset ?? []) {
      this.positions.delete(keyOf(c));
      this.logs.delete(keyOf(c));
    }
    this.put(b.shown ?? [], true);
    this.put(b.fetched ?? [], false);
    for (const { conversation, state } of b.states ?? []) this.restate(conversation, state);
    for (const r of b.revs ?? []) this.revs.set(keyOf(r.conversation), r.rev);
    for (const f of b.first ?? []) this.kept(f.conversation).first = f.seq;
    if (b.list) s.list = b.list;
  }

  async messages(of: Conversation, before: number, limit: number): Promise<{ messages: Message[]; first: number }> {
    const kept = this.logs.get(keyOf(of));
    if (!kept) return { messages: [], first: 0 };
    const end = before > 0 ? place(kept.messages, before) : kept.messages.length;
    return { messages: structuredClone(kept.messages.slice(Math.max(0, end - limit), end)), first: kept.first };
  }

  async keepToken(token: string): Promise<void> {
    this.saved.token = token;
  }

  close(): void | Promise<void> {
    // There is nothing to end.
  }

  /** Returns what is kept of conversations, as batches that bring it back. */
  protected *batches(): Generator<Batch> {
    for (const [key, { messages, first }] of this.logs) {
      const at = this.positions.get(key);
      const shown = messages.filter((m) => m.seq === at);
      yield { fetched: messages, shown, ...(first > 0 && { first: [{ conversation: fromKey(key), seq: first }] }) };
    }
  }

  private forget(): void {
    this.positions.clear();
    this.revs.clear();
    this.logs.clear();
    delete this.saved.list;
  }

  private kept(c: Conversation): Kept {
    const key = keyOf(c);
    let kept = this.logs.get(key);
    if (!kept) this.logs.set(key, (kept = { messages: [], first: 0 }));
    return kept;
  }

  private restate(of: Conversation, state: MessageState): void {
    const kept = this.kept(of).messages;
    const i = place(kept, state.seq);
    const m = kept[i];
    if (m?.seq === state.seq) kept[i] = apply(m, state);
  }

  private put(messages: Message[], displayed: boolean): void {
    for (const m of messages) {
      const kept = this.kept(m.conversation).messages;
      const i = place(kept, m.seq);
      if (kept[i]?.seq === m.seq) kept[i] = m;
      else kept.splice(i, 0, m);
      if (kept.length > mostKept) kept.shift();
      if (displayed) this.positions.set(keyOf(m.conversation), m.seq);
    }
  }
}

/** Returns where a seq stands, or would stand, among messages. */
function place(messages: Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((messages[mid] as Message).seq < seq) low = mid + 1;
    else high = mid;
  }
  return low;
}

