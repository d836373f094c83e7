import type { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { fromKey, keyOf, named } from './conversation.ts';
import { apply, toState } from './decode.ts';
import { isReason, retryAfterOf, Refusal } from './errors.ts';
import { Limits, Msgid } from './frames.ts';
import type { ChangedFrame } from './frames.ts';
import { refusedForNow } from './outbox.ts';
import { pause } from './time.ts';
import type { Message, MessageState } from './types.ts';

/** How many of the last states are known for messages that are on their way: a page that was read before a change may come after it. */
const mostRecent = 4096;
/** At most this many frames of a conversation wait for an answer. */
const mostHeld = 64;
/** The pause after states could not be asked for. */
const askAgain = 1000;

/**
 * Follows what is done to messages: for each conversation the number R up to which all changes are known (`rev`). A frame 40 that
 * goes on from R is applied, an older one ignored; where one is missing, states are asked for (41).
 */
export class Changes {
  /** The server of the session knows of changes. */
  known = true;
  private readonly client: Client;
  private readonly revs = new Map<string, number>();
  /** Conversations that are behind: the number that was heard of when that was found, and what came since then. */
  private readonly behind = new Map<string, { heard: number; held: ChangedFrame[] }>();
  private readonly recent = new Map<string, MessageState>();
  private pulling = false;

  constructor(client: Client) {
    this.client = client;
  }

  /** Takes over what an earlier run has kept. */
  restore(of: Conversation, rev: number): void {
    this.revs.set(keyOf(of), rev);
  }

  /** The client has a message of a conversation: from now on it is to hear of all changes there. */
  began(of: Conversation): void {
    const key = keyOf(of);
    if (this.revs.has(key)) return;
    this.revs.set(key, 0);
    this.client.dispatcher.note((b) => (b.revs ??= []).push({ conversation: of, rev: 0 }));
  }

  /** Takes frame 40. */
  changed(f: ChangedFrame): void {
    const of: Conversation = f.gid ? { gid: f.gid } : { with: f.with as number };
    const key = keyOf(of);
    const r = this.revs.get(key);
    if (r === undefined) {
      // Nothing that is here could be out of date.
      this.moved(of, f.prev);
      this.changed(f);
      return;
    }
    if (f.rev <= r && f.prev <= r) return;
    const behind = this.behind.get(key);
    if (behind) {
      // Where many wait, the newest number is enough: the rest is asked for.
      if (behind.held.length === mostHeld) behind.held.pop();
      behind.held.push(f);
      return;
    }
    if (f.prev > r || this.client.dispatcher.crowded) {
      this.behind.set(key, { heard: f.rev, held: [] });
      this.pull();
      return;
    }
    if (f.seq) this.take(of, toState(f, false, f.seq));
    this.moved(of, f.rev);
  }

  private moved(of: Conversation, rev: number): void {
    this.revs.set(keyOf(of), rev);
    this.client.dispatcher.noteLater((b) => (b.revs = [...(b.revs ?? []).filter((r) => keyOf(r.conversation) !== keyOf(of)), { conversation: of, rev }]));
  }

  /** Hands a state on, to the handlers and to the store. */
  private take(of: Conversation, state: MessageState): void {
    const place = `${keyOf(of)}:${state.seq}`;
    const before = this.recent.get(place);
    if (before && before.rev >= state.rev) return;
    // Where one's own reactions are left out, they are what they were.
    const whole = state.reacted || !before?.reacted || state.recalled ? state : { ...state, reacted: before.reacted };
    this.recent.delete(place);
    this.recent.set(place, whole);
    if (this.recent.size > mostRecent) this.recent.delete(this.recent.keys().next().value as string);
    this.client.dispatcher.push({ type: 'changed', conversation: of, state });
  }

  /** Returns a message in the newest state that is known of it. */
  present(m: Message): Message {
    const state = this.recent.get(`${keyOf(m.conversation)}:${m.seq}`);
    return state ? apply(m, state) : m;
  }

  /** Asks for the states of conversations that are behind, one after the other. */
  pull(): void {
    if (this.pulling || this.behind.size === 0 || !this.client.session || this.client.over || this.client.dispatcher.crowded) return;
    this.pulling = true;
    const [key, { heard }] = [...this.behind][0] as [string, { heard: number }];
    void this.catchUp(fromKey(key), heard).finally(() => {
      this.pulling = false;
      this.pull();
    });
  }

  private async catchUp(of: Conversation, heard: number): Promise<void> {
    const key = keyOf(of);
    const from = this.revs.get(key) ?? 0;
    try {
      const page = await this.client.request({ msgid: Msgid.States, ...named(of), rev: from, limit: Limits.maxPage }, { repeat: true });
      if (this.revs.get(key) !== from) return; // the log has another name by now
      for (const row of page.changes ?? []) this.take(of, toState(row, true, row.seq));
      this.moved(of, Math.max(page.rev ?? 0, page.more ? 0 : heard, from));
      if (!page.more) this.release(key);
    } catch (err) {
      if (err instanceof Refusal && !refusedForNow(err.code)) {
        this.behind.delete(key); // what is told later asks anew
      } else if (!isReason(err, 'closed')) await pause(Math.max(askAgain, retryAfterOf(err)));
    }
  }

  /** A conversation is up to date: what came meanwhile goes on from there. */
  private release(key: string): void {
    const held = this.behind.get(key)?.held ?? [];
    this.behind.delete(key);
    for (const f of held) this.changed(f);
  }

  /** The server has another log: its numbers mean other changes. */
  forgetAll(): void {
    this.revs.clear();
    this.behind.clear();
    this.recent.clear();
  }
}
