import type { HistoryOptions, RequestOptions } from './chat.ts';
import type { Conversation } from './conversation.ts';
import type { Method } from './notes.ts';
import type { AnswerTo, Request } from './session.ts';
import type { Friend, GroupInfo, LoginInfo, Member, Outgoing, Page } from './types.ts';

/** The part of a tab that has the leading tab's client do things. */
export abstract class Remote {
  /** Has the leader perform a method of its client. */
  protected abstract call<T>(method: Method, signal: AbortSignal | undefined, ...args: unknown[]): Promise<T>;

  request<Q extends Request>(q: Q, o: RequestOptions = {}): Promise<AnswerTo<Q>> {
    return this.call('request', o.signal, q, { repeat: o.repeat ?? false });
  }

  retry(key: string): Promise<Outgoing> {
    return this.call('retry', undefined, key);
  }

  discard(key: string): Promise<void> {
    return this.call('discard', undefined, key);
  }

  flush(signal?: AbortSignal): Promise<void> {
    return this.call('flush', signal ?? new AbortController().signal);
  }

  history(of: Conversation, o: HistoryOptions = {}): Promise<Page> {
    const { signal, ...rest } = o;
    return this.call('history', signal, of, rest);
  }

  recall(of: Conversation, o: HistoryOptions = {}): Promise<Page> {
    const { signal, ...rest } = o;
    return this.call('recall', signal, of, rest);
  }

  markRead(of: Conversation, seq: number, signal?: AbortSignal): Promise<number> {
    return this.call('markRead', signal, of, seq);
  }

  friends(signal?: AbortSignal): Promise<Friend[]> {
    return this.call('friends', signal);
  }

  addFriend(who: number | string, signal?: AbortSignal): Promise<Friend> {
    return this.call('addFriend', signal, who);
  }

  unfriend(user: number, signal?: AbortSignal): Promise<void> {
    return this.call('unfriend', signal, user);
  }

  block(user: number, block = true, signal?: AbortSignal): Promise<void> {
    return this.call('block', signal, user, block);
  }

  groups(signal?: AbortSignal): Promise<GroupInfo[]> {
    return this.call('groups', signal);
  }

  members(gid: number, signal?: AbortSignal): Promise<Member[]> {
    return this.call('members', signal, gid);
  }

  createGroup(name: string, description = '', signal?: AbortSignal): Promise<number> {
    return this.call('createGroup', signal, name, description);
  }

  joinGroup(gid: number, signal?: AbortSignal): Promise<string> {
    return this.call('joinGroup', signal, gid);
  }

  leaveGroup(gid: number, signal?: AbortSignal): Promise<void> {
    return this.call('leaveGroup', signal, gid);
  }

  removeMember(gid: number, user: number, signal?: AbortSignal): Promise<void> {
    return this.call('removeMember', signal, gid, user);
  }

  readmit(gid: number, user: number, signal?: AbortSignal): Promise<void> {
    return this.call('readmit', signal, gid, user);
  }

  changePassword(old: string, password: string, signal?: AbortSignal): Promise<void> {
    return this.call('changePassword', signal, old, password);
  }

  logins(signal?: AbortSignal): Promise<LoginInfo[]> {
    return this.call('logins', signal);
  }

  revoke(deviceId: number, signal?: AbortSignal): Promise<void> {
    return this.call('revoke', signal, deviceId);
  }
}
