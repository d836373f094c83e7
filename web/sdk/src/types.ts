import type { Conversation } from './conversation.ts';
import type { ParleyError } from './errors.ts';

/** An account. */
export interface User {
  id: number;
  name: string;
}

/** A friend and whether they are online. */
export interface Friend extends User {
  online: boolean;
}

/** A group that the account is in. */
export interface GroupInfo {
  gid: number;
  name: string;
  description: string;
  /** The account's own role: `creator`, `normal`, or one that a later server knows. */
  role: string;
  /** How many members it has. */
  members: number;
}

/** A member of a group. */
export interface Member extends User {
  role: string;
  online: boolean;
}

/** One message of a conversation, as stored. */
export interface Message {
  conversation: Conversation;
  /** 1, 2, 3, … in its conversation. */
  seq: number;
  /** Who sent it. */
  from: User;
  /** As the server delivered it: it may come from anybody, and is text, not HTML. */
  text: string;
  /** When it was stored: milliseconds since 1970, NaN if the server's time cannot be read. */
  time: number;
  /** Sent by this account. */
  mine: boolean;
  /** For one's own messages: the device that sent it. */
  device?: string;
  /** The sender's number, 0 for none. */
  sendSeq: number;
  /** For a message that this client sent and that had no final answer before: Outgoing.key. */
  key?: string;
}

/** Says that a message is stored (never that it was seen). */
export interface Receipt {
  conversation: Conversation;
  /** Its place in the conversation; 0 where the server could not find it any more. */
  seq: number;
  /** Its number on this device. */
  sendSeq: number;
  /** When it was stored: milliseconds since 1970. */
  time: number;
}

/** A message on its way out, or one that was refused for good. */
export interface Outgoing {
  /** Its name here, the same over reloads and in all tabs. */
  key: string;
  conversation: Conversation;
  text: string;
  /** When it was written, by this machine's clock: milliseconds since 1970. */
  time: number;
  /**
   * `pending`: it waits for the server's ack, over reloads and reconnects. `stored`: the server has it.
   * `failed`: it was refused for good, or its outcome is unknown; it waits for retry or discard.
   */
  state: 'pending' | 'stored' | 'failed';
  /** For `stored`. */
  receipt?: Receipt;
  /** For `failed`: why. */
  error?: ParleyError;
}

/** One time that the account was in a group: it may see the messages with after < seq <= until. Without `until` it is a member still. */
export interface Window {
  after: number;
  until?: number;
}

/** A page of messages, oldest first. A page from the server has no hole: it ends where the account was no member. */
export interface Page {
  messages: Message[];
  /** There are more in the direction that was asked for. */
  more: boolean;
  /** Of a group, where it is known: when the account was in it. */
  windows?: Window[];
  /** There was no connection: this is what was kept here, holes included. */
  offline?: boolean;
}

/** One entry of the conversation list. */
export interface ConversationInfo {
  conversation: Conversation;
  /** The other user's name, or the group's. */
  name: string;
  /** The last message's seq. */
  lastSeq: number;
  /** This device has displayed up to here. */
  delivered: number;
  /** The account has read up to here. */
  read: number;
  /** Messages of others past `read`; `Limits.unreadCap` means "that many or more". */
  unread: number;
  last?: Message;
  /** Of a group: when the account was in it. */
  windows?: Window[];
}

/** A device of the account that is online, or can log in by its token. */
export interface LoginInfo {
  /** For revoke. */
  deviceId: number;
  device: string;
  /** What that login said of its program and machine; it may say anything. */
  label: string;
  /** Where it came from; empty if that is not known. */
  address: string;
  online: boolean;
  /** Its last login, or its end: milliseconds since 1970. */
  used: number;
  /** This client's own. */
  here: boolean;
}

/** Where a client stands. */
export interface State {
  /**
   * `idle`: not started. `connecting`: on its way to a server. `online`: logged in. `waiting`: without a
   * connection until `retryAt`. `ended`: it will not come back by itself.
   */
  phase: 'idle' | 'connecting' | 'online' | 'waiting' | 'ended';
  /** For `waiting`: when the next attempt begins, on the clock of performance.now(). */
  retryAt?: number;
  /** Why the last connection ended or failed. */
  error?: Error;
}

/** What happens without being asked for. `type` says which it is. */
export type Event =
  /** The next message of a conversation, in the order of seq, each once. */
  | { type: 'message'; message: Message }
  /** Messages that could not be had, neither by themselves nor from the history. What follows is shown. */
  | { type: 'gap'; conversation: Conversation; from: number; to: number }
  /** The account was no member while these were said: they are not to be seen, and no gap. */
  | { type: 'not-member'; conversation: Conversation; from: number; to: number }
  /** A friend came online or went offline. */
  | { type: 'presence'; user: User; online: boolean }
  /**
   * A change of friends or members: friend_added, friend_removed, group_created, member_joined, member_left,
   * member_removed, removal_lifted, creator_changed, blocked, unblocked, or a word of a later server.
   */
  | { type: 'change'; what: string; user: User; online?: boolean; gid?: number; group?: string }
  /** The account has read a conversation up to seq, here or on another device. */
  | { type: 'read'; conversation: Conversation; seq: number }
  /** A message of this device has entered another state. */
  | { type: 'outgoing'; outgoing: Outgoing }
  /** A message that had failed was discarded. */
  | { type: 'discarded'; key: string; conversation: Conversation }
  /** A login. The lists are the server's at that moment, cut at `Limits.maxLoginList`. */
  | {
      type: 'connected';
      user: User;
      device: string;
      /** Not the first login of this client. */
      again: boolean;
      /** The server was set back to an older state: what was shown before may be gone. */
      newLog: boolean;
      friends: Friend[];
      groups: GroupInfo[];
    }
  /** The connection is lost: why, and in how many milliseconds the client tries again. */
  | { type: 'disconnected'; error: Error; retry: number }
  /** `Chat.state` has changed. */
  | { type: 'state'; state: State }
  /** The store cannot keep what was displayed. No message is handed on until it can; it is tried every second. */
  | { type: 'unkept'; error: Error }
  /** The handlers were too slow for other events than messages: ask for lists again. */
  | { type: 'missed' }
  /** The client will not come back by itself. It is not told after close and logout. */
  | { type: 'ended'; error: Error };

/** The event of one type. */
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
