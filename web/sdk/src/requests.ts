import type { HistoryOptions, RequestOptions } from './chat.ts';
import type { Conversation } from './conversation.ts';
import { checkNumber, named } from './conversation.ts';
import { toConversation, toFriend, toGroup, toLogin, toMember, toMessage, toWindow } from './decode.ts';
import type { Changes } from './changes.ts';
import type { Dispatcher } from './dispatcher.ts';
import { ClientError, isReason } from './errors.ts';
import { Limits, Msgid } from './frames.ts';
import type { AddFriendRequest, ConversationRow, HistoryAnswer, HistoryRequest, ReadRequest } from './frames.ts';
import type { Settings } from './options.ts';
import type { Receiver } from './receiver.ts';
import type { AnswerTo, Request, Session } from './session.ts';
import type { Batch } from './store.ts';
import { bounded } from './time.ts';
import type { ConversationInfo, Friend, GroupInfo, LoginInfo, Member, Message, Page } from './types.ts';

/** The kinds of requests, by what a lost connection means for them. */
const repeatable = true; // asked again after the reconnect
const once = false; // fails with "interrupted"

/** The part of a client that asks the server for things. */
export abstract class Requests {
  abstract readonly options: Settings;
  abstract readonly receiver: Receiver;
  abstract readonly dispatcher: Dispatcher;
  abstract readonly changes: Changes;
  abstract readonly session: Session | undefined;
  abstract readonly selfId: number;
  protected list: ConversationInfo[] = [];

  abstract connected(signal: AbortSignal): Promise<Session>;
  abstract keepPassword(password: string, token: string | undefined): Promise<void>;

  /** Sends a request and returns its answer. It waits for a connection, for as long as the signal or the usual time allow. */
  private async ask<Q extends Request>(q: Q, again: boolean, signal?: AbortSignal): Promise<AnswerTo<Q>> {
    const ms = this.options.requestTimeout;
    const late = (): Error => new ClientError('timeout', `no answer within ${ms / 1000} s`);
    const b = bounded([signal], signal ? Infinity : ms, late);
    try {
      for (;;) {
        const s = await this.connected(b.signal);
        try {
          return await s.call(q, b.signal);
        } catch (err) {
          if (!again || !isReason(err, 'interrupted')) throw err;
          await s.ended;
        }
      }
    } finally {
      b.done();
    }
  }

  request<Q extends Request>(q: Q, o: RequestOptions = {}): Promise<AnswerTo<Q>> {
    return this.ask(q, o.repeat ?? false, o.signal);
  }

  /** Asks for a list page by page. */
  private async pages<Q extends Request, T>(
    q: Q, signal: AbortSignal | undefined, rows: (a: AnswerTo<Q>) => T[] | undefined, last: (row: T) => number,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let after: { after: number } | undefined; ; ) {
      const answer = await this.ask({ ...q, limit: Limits.maxPage, ...after }, repeatable, signal);
      const page = rows(answer) ?? [];
      for (const row of page) all.push(row);
      const end = page.at(-1);
      if (!(answer as { more?: boolean }).more || end === undefined) return all;
      after = { after: last(end) };
    }
  }

  /** @internal One page of history as the wire has it. */
  page(of: Conversation, from: { after?: number; before?: number }, limit: number, signal?: AbortSignal): Promise<HistoryAnswer> {
    return this.ask({ msgid: Msgid.History, ...named(of), ...from, limit } as HistoryRequest, repeatable, signal);
  }

  async history(of: Conversation, o: HistoryOptions = {}): Promise<Page> {
    const from: { after?: number; before?: number } = {};
    if (o.after !== undefined) from.after = checkNumber(o.after, 'a seq', 0);
    if (o.before !== undefined) from.before = checkNumber(o.before, 'a seq', 0);
    const f = await this.page(of, from, Math.min(o.limit ?? Limits.defaultPage, Limits.maxPage), o.signal);
    if (f.messages.length > 0) this.changes.began(of);
    const page: Page = { messages: f.messages.map((m) => this.changes.present(toMessage(m, this.selfId))), more: f.more };
    if (f.windows) page.windows = f.windows.map(toWindow);
    return page;
  }

  async recall(of: Conversation, o: HistoryOptions = {}): Promise<Page> {
    const { store } = this.options;
    if (o.after !== undefined) return this.history(of, o);
    const limit = Math.min(o.limit ?? Limits.defaultPage, Limits.maxPage);
    const displayed = this.receiver.find(of)?.displayed ?? 0;
    const end = o.before ?? (displayed > 0 ? displayed + 1 : 0);
    const { messages, first } = await store.messages(of, end, limit);
    const kept = messages.map((m) => this.changes.present(m));
    const whole = unbroken(kept, end);
    const start = whole[0]?.seq ?? 0;
    if (whole.length >= limit || (start > 0 && start <= Math.max(first, 1))) return { messages: whole, more: start > Math.max(first, 1) };
    if (!this.session) return offline(kept);
    try {
      const before = start || end;
      const page = await this.history(of, { ...o, ...(before > 0 && { before }), limit: limit - whole.length });
      page.messages.push(...whole);
      const batch: Batch = { fetched: page.messages };
      const oldest = page.messages[0];
      if (!page.more && oldest) batch.first = [{ conversation: of, seq: oldest.seq }];
      // What could not be kept is asked for again the next time.
      await store.save(batch).catch(() => undefined);
      return page;
    } catch (err) {
      if (isReason(err, 'interrupted') || (isReason(err, 'timeout') && kept.length > 0)) return offline(kept);
      throw err;
    }
  }

  async conversations(signal?: AbortSignal): Promise<ConversationInfo[]> {
    const rows: ConversationRow[] = [];
    for (let from: object = { order: 'recent' }; ; ) {
      const answer = await this.ask({ msgid: Msgid.Conversations, limit: Limits.maxPage, ...from }, repeatable, signal);
      rows.push(...answer.conversations);
      const last = answer.conversations.at(-1);
      if (!answer.more || !last) break;
      // A server of an older version knows no order, and pages by key.
      from = answer.next ? { order: 'recent', next: answer.next } : { after: last.key };
    }
    this.list = rows.map((r) => toConversation(r, this.selfId));
    const list = this.list;
    this.dispatcher.note((b) => (b.list = list));
    return list;
  }

  recallConversations(): ConversationInfo[] {
    return this.list;
  }

  async markRead(of: Conversation, seq: number, signal?: AbortSignal): Promise<number> {
    const ack = await this.ask({ msgid: Msgid.Read, ...named(of), seq: checkNumber(seq, 'a seq') } as ReadRequest, repeatable, signal);
    const read = ack.seq ?? seq;
    this.dispatcher.push({ type: 'read', conversation: of, seq: read });
    return read;
  }

  async friends(signal?: AbortSignal): Promise<Friend[]> {
    return (await this.pages({ msgid: Msgid.Friends }, signal, (a) => a.friends, (r) => r.id)).map(toFriend);
  }

  async groups(signal?: AbortSignal): Promise<GroupInfo[]> {
    return (await this.pages({ msgid: Msgid.Groups }, signal, (a) => a.groups, (r) => r.gid)).map(toGroup);
  }

  async members(gid: number, signal?: AbortSignal): Promise<Member[]> {
    return (await this.pages({ msgid: Msgid.Groups, gid: checkNumber(gid, 'a group') }, signal, (a) => a.members, (r) => r.id)).map(toMember);
  }

  async addFriend(who: number | string, signal?: AbortSignal): Promise<Friend> {
    const name = typeof who === 'string' ? { name: who } : { friendid: checkNumber(who, 'a user') };
    const ack = await this.ask({ msgid: Msgid.AddFriend, ...name } as AddFriendRequest, once, signal);
    return { id: ack.friendid ?? 0, name: ack.name ?? '', online: ack.state === 'online' };
  }

  async unfriend(user: number, signal?: AbortSignal): Promise<void> {
    await this.ask({ msgid: Msgid.Unfriend, friendid: checkNumber(user, 'a user') }, once, signal);
  }

  async block(user: number, block = true, signal?: AbortSignal): Promise<void> {
    await this.ask({ msgid: Msgid.Block, user: checkNumber(user, 'a user'), block }, repeatable, signal);
  }

  async createGroup(name: string, description = '', signal?: AbortSignal): Promise<number> {
    const ack = await this.ask({ msgid: Msgid.CreateGroup, gname: name, gdesc: description }, once, signal);
    return ack.gid ?? 0;
  }

  async joinGroup(gid: number, signal?: AbortSignal): Promise<string> {
    const ack = await this.ask({ msgid: Msgid.JoinGroup, gid: checkNumber(gid, 'a group') }, once, signal);
    this.receiver.joined({ gid }, ack.seq ?? 0);
    return ack.name ?? '';
  }

  async leaveGroup(gid: number, signal?: AbortSignal): Promise<void> {
    await this.ask({ msgid: Msgid.LeaveGroup, gid: checkNumber(gid, 'a group') }, once, signal);
    this.receiver.leave({ gid });
  }

  async removeMember(gid: number, user: number, signal?: AbortSignal): Promise<void> {
    await this.ask({ msgid: Msgid.RemoveMember, gid: checkNumber(gid, 'a group'), member: checkNumber(user, 'a user') }, once, signal);
  }

  async readmit(gid: number, user: number, signal?: AbortSignal): Promise<void> {
    await this.ask({ msgid: Msgid.RemoveMember, gid: checkNumber(gid, 'a group'), member: checkNumber(user, 'a user'), remove: false }, repeatable, signal);
  }

  async changePassword(old: string, password: string, signal?: AbortSignal): Promise<void> {
    const ack = await this.ask({ msgid: Msgid.ChangePassword, pwd: old, newpwd: password }, once, signal);
    await this.keepPassword(password, ack.token);
  }

  async logins(signal?: AbortSignal): Promise<LoginInfo[]> {
    return (await this.pages({ msgid: Msgid.Sessions }, signal, (a) => a.sessions, (r) => r.device_id || r.session)).map(toLogin);
  }

  async revoke(deviceId: number, signal?: AbortSignal): Promise<void> {
    const id = checkNumber(deviceId, 'a device');
    // A server of the version before knows only `session`.
    await this.ask({ msgid: Msgid.RevokeSession, device_id: id, session: id }, once, signal);
  }
}

/** Returns the end of messages that has no hole and reaches up to before. */
function unbroken(messages: Message[], before: number): Message[] {
  if (before === 0) return []; // whether it is the end is not known
  let i = messages.length;
  while (i > 0 && messages[i - 1]?.seq === before - 1) {
    i--;
    before--;
  }
  return messages.slice(i);
}

function offline(kept: Message[]): Page {
  if (kept.length === 0) throw new ClientError('offline', 'not connected, and nothing of it is kept here');
  return { messages: kept, more: true, offline: true };
}

