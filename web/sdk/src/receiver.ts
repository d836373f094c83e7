import type { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { keyOf } from './conversation.ts';
import { absent, toMessage, toWindow } from './decode.ts';
import { isReason, retryAfterOf } from './errors.ts';
import { Limits } from './frames.ts';
import type { ChatFrame, GroupChatFrame, HistoryAnswer } from './frames.ts';
import { GapWatch } from './gap.ts';
import { Order } from './order.ts';
import { now } from './time.ts';
import type { ConversationInfo, Message, Window } from './types.ts';

/** What a client knows of one conversation. */
export interface Conv {
  readonly name: Conversation;
  order: Order;
  /** The last message that was handled and kept: what the server is told (frame 13). */
  displayed: number;
  /** What was displayed by earlier runs. */
  restored: number;
  /** How many displayed messages the server was not told of. */
  untold: number;
  gap: GapWatch;
  /** It is to be forgotten when its gap is filled. */
  leaving: boolean;
  /** The group was joined again after this seq, and the time before is looked up; 0: it was not. */
  again: number;
}

/** The receiver's half of the delivery contract: puts conversations in order, and fetches what is missing. */
export class Receiver {
  readonly conversations = new Map<string, Conv>();
  /** Conversations of which the server is to be told what was displayed. */
  readonly dirty = new Set<Conv>();
  private readonly gaps = new Set<Conv>();
  private readonly client: Client;
  private filling = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  /** Takes over a position of an earlier run. */
  restore(name: Conversation, seq: number): void {
    const v = this.conversation(name);
    v.order.next = seq + 1;
    v.order.highest = v.displayed = v.restored = seq;
  }

  conversation(name: Conversation): Conv {
    const key = keyOf(name);
    let v = this.conversations.get(key);
    if (!v) {
      v = { name, order: new Order(this.client.options.early), displayed: 0, restored: 0, untold: 0, gap: new GapWatch(), leaving: false, again: 0 };
      this.conversations.set(key, v);
    }
    return v;
  }

  find(name: Conversation): Conv | undefined {
    return this.conversations.get(keyOf(name));
  }

  /** Takes a message from the server. */
  delivered(f: ChatFrame | GroupChatFrame): void {
    const c = this.client;
    const m = toMessage(f, c.selfId);
    c.changes.began(m.conversation);
    if (m.mine && m.device === c.device && c.outbox.first !== 0 && m.sendSeq >= c.outbox.first) {
      const e = c.outbox.find(m.sendSeq);
      if (e?.key) m.key = e.key;
    }
    const v = this.conversation(m.conversation);
    if (c.dispatcher.full) {
      this.show(v, v.order.overlook(m));
    } else if (v.order.shown(m.seq)) {
      this.markDirty(v); // the server does not know yet that it was displayed
    } else if (!v.order.started && c.outbox.underWay(m.conversation)) {
      // One of our own, not acked yet, may come before it: the start is looked up.
      this.show(v, v.order.acked(m));
    } else {
      this.show(v, v.order.deliver(m));
    }
  }

  /** Puts a message of one's own, just acked, in its place. */
  acked(m: Message): void {
    this.client.changes.began(m.conversation);
    const v = this.conversation(m.conversation);
    this.show(v, this.client.dispatcher.full && v.order.started ? v.order.overlook(m) : v.order.acked(m));
  }

  /** Queues messages for the handlers and looks after the gap behind them. */
  private show(v: Conv, messages: Message[]): void {
    for (const m of messages) this.client.dispatcher.push({ type: 'message', message: this.client.changes.present(m) });
    this.watch(v);
  }

  /** Starts, goes on with, or ends the watch over a conversation's first gap. */
  private watch(v: Conv): void {
    const was = v.gap.on;
    if (!was && !v.order.gappy()) return; // the usual case needs no clock
    if (v.gap.look(v.order, now(), this.client.options.gapWait)) {
      this.gaps.add(v);
      this.fill();
    }
    if (was && !v.gap.on) this.gaps.delete(v);
    if (v.leaving && !v.order.gappy()) this.forget(v.name);
  }

  /** Notes that m was displayed, and that the store has it. */
  displayed(m: Message): void {
    const v = this.find(m.conversation);
    if (!v) return; // forgotten meanwhile
    v.displayed = m.seq;
    v.untold++;
    this.markDirty(v);
    if (v.untold >= this.client.options.receivedAfter) this.client.session?.tell(true);
  }

  /** Sees to it that the server is told what was displayed of v. */
  private markDirty(v: Conv): void {
    if (this.dirty.has(v) || v.displayed === 0) return;
    this.dirty.add(v);
    this.client.session?.tell(false);
  }

  takeDirty(wanted: (v: Conv) => boolean, take: (v: Conv) => void): void {
    for (const v of this.dirty) {
      if (!wanted(v)) continue;
      this.dirty.delete(v);
      v.untold = 0;
      take(v);
    }
  }

  /**
   * To be called when a group was left: what was said before that and waits for something missing is still
   * shown, and then the group is forgotten.
   */
  leave(name: Conversation): void {
    const v = this.find(name);
    if (v?.order.gappy()) v.leaving = true;
    else this.forget(name);
  }

  /**
   * To be called when a group was joined, after a seq. If it was left before, the history says what of the
   * time before is still missing, and what is not to be seen; messages of the new time may have come already.
   */
  joined(name: Conversation, after: number): void {
    const v = this.conversation(name);
    if (after === 0) {
      if (v.leaving) this.forget(name); // an older server, which does not tell
      return;
    }
    v.leaving = false;
    if (v.order.started && v.order.next > after) return; // it has gone on already
    if (!v.order.joinedAgain(after)) {
      this.show(v, v.order.rejoin(after));
      return;
    }
    v.again = after;
    this.watch(v);
    if (v.gap.on) {
      v.gap.askAt = now();
      this.fill();
    }
  }

  /** Has a conversation go on behind what was said while the account was no member. */
  private passAbsence(v: Conv, times: Window[]): void {
    for (;;) {
      const gap = v.order.missing();
      const away = gap && absent(times, gap.from - 1, gap.to + 1);
      if (!away) return;
      this.client.dispatcher.push({ type: 'not-member', conversation: v.name, from: away.from, to: away.to });
      this.show(v, v.order.skip(away.to));
    }
  }

  /**
   * Has a conversation's sequence start anew, because what happens between leaving a group and joining it
   * again is not to be seen. What was shown stays shown: the server may not have heard of it, and deliver it again.
   */
  private forget(name: Conversation): void {
    const v = this.find(name);
    if (v) {
      this.gaps.delete(v);
      v.gap.clear();
      v.order = v.order.again();
      v.leaving = false;
    }
    this.client.dispatcher.left(name);
  }

  /** Forgets all conversations: the server has another log. */
  forgetAll(): void {
    this.gaps.clear();
    this.dirty.clear();
    this.conversations.clear();
  }

  /** Asks the history for what did not come by itself, one conversation at a time, when it is time to. */
  fill(): void {
    if (this.filling) return;
    clearTimeout(this.timer);
    const c = this.client;
    if (!c.session || c.over || !c.dispatcher.roomy || this.gaps.size === 0) return; // a login, or room, comes here again
    let first: Conv | undefined;
    for (const v of this.gaps) if (!first || v.gap.askAt < first.gap.askAt) first = v;
    const v = first as Conv;
    const wait = v.gap.askAt - now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.fill(), wait);
      return;
    }
    this.filling = true;
    void this.fillGap(v).finally(() => {
      this.filling = false;
      this.fill();
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async fillGap(v: Conv): Promise<void> {
    if (!v.order.started) {
      let rows: ConversationInfo[] = [];
      let failed: unknown;
      try {
        rows = await this.client.conversations();
      } catch (err) {
        failed = err;
      }
      this.lookedUp(v, rows, failed);
      return;
    }
    const gap = v.order.missing();
    if (!gap) return;
    const limit = Math.min(Limits.maxPage, Math.max(1, this.client.dispatcher.room));
    let page: HistoryAnswer | undefined;
    let failed: unknown;
    try {
      page = await this.client.page(v.name, { after: gap.from - 1 }, limit);
    } catch (err) {
      failed = err;
    }
    if (this.gaps.has(v)) this.filled(v, gap.from, page, failed); // or it was filled, or forgotten, meanwhile
  }

  private filled(v: Conv, from: number, page: HistoryAnswer | undefined, failed: unknown): void {
    if (page) {
      const times = page.windows?.map(toWindow);
      if (times) this.passAbsence(v, times);
      else if (v.again !== 0) this.show(v, v.order.rejoin(v.again)); // a server that does not tell of the time before
      v.again = 0;
      for (const m of page.messages) this.delivered(m);
      if (times) this.passAbsence(v, times);
    }
    this.judge(v, from, failed);
  }

  /** Decides what comes after an attempt to fill the gap that began at from. */
  private judge(v: Conv, from: number, failed: unknown): void {
    const { gapWait, gapTries } = this.client.options;
    const gap = v.order.missing();
    if (!gap) return;
    if (v.order.next > from) v.gap.askAt = now(); // the answer brought a part of it: ask for the rest at once
    else if (isReason(failed, 'interrupted') || isReason(failed, 'closed')) v.gap.askAt = now() + gapWait; // which is no try
    else if (v.gap.inVain(now(), gapWait, retryAfterOf(failed), gapTries)) {
      this.client.dispatcher.push({ type: 'gap', conversation: v.name, from: gap.from, to: gap.to });
      this.show(v, v.order.skip(gap.to));
    }
  }

  /**
   * Takes the conversation list, to learn where conversations start in which only messages of one's own are
   * known. Where it does not help, they start with those.
   */
  private lookedUp(v: Conv, rows: ConversationInfo[], failed: unknown): void {
    for (const row of rows) {
      const u = this.find(row.conversation);
      if (u && !u.order.started && u.order.early.length > 0) this.show(u, u.order.startAt(row.delivered + 1));
    }
    const first = v.order.early[0];
    if (v.order.started || !first) return;
    const { gapWait, gapTries } = this.client.options;
    const last = v.gap.inVain(now(), gapWait, retryAfterOf(failed), gapTries);
    if (!failed || last) this.show(v, v.order.startAt(first.seq));
  }
}
