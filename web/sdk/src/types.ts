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
  /** The account's own role: `creator`, `admin`, `normal`, `readonly`, or one that a later server knows. */
  role: string;
  /** Who may join: `open`, `invite` or `closed`. */
  joining: string;
  /** Who may post: `all` or `admins`. */
  posting: string;
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

  // What was done to it later. Each is there if it applies.

  /** The number of its last change. */
  rev?: number;
  /** It was edited, the last time then: milliseconds since 1970. `text` is the present text. */
  edited?: number;
  /** It was recalled: `text` is empty. */
  recalled?: boolean;
  /** Who recalled it: a user's id. */
  by?: number;
  /** In the order in which the emoji came. */
  reactions?: Reaction[];
  /** The account's own reactions. In the list of conversations they are left out. */
  reacted?: string[];
  pinned?: boolean;
}

/** How many users reacted to a message with one emoji. */
export interface Reaction {
  emoji: string;
  count: number;
}

/** The present state of a message that was changed; `applyState` brings it to a message. */
export interface MessageState {
  /** The message. */
  seq: number;
  /** The number of its last change. */
  rev: number;
  /** If it was edited. */
  text?: string;
  edited?: number;
  recalled?: boolean;
  by?: number;
  reactions?: Reaction[];
  /** The account's own reactions, perhaps none; left out: they are what they were. */
  reacted?: string[];
  pinned?: boolean;
}

/** Something to be done to a message. */
export type Change =
  | { op: 'edit'; text: string }
  | { op: 'react' | 'unreact'; emoji: string }
  | { op: 'recall' | 'pin' | 'unpin' };

/** Says that a message is stored (never that it was seen). */
export interface Receipt {
  conversation: Conversation;
  /** Its place in the conversation; 0 where the server could not find it any more. */
  seq: number;
  /** Its number on this device. */
  sendSeq: number;
  /** When it was stored: milliseconds since 1970. */
  time: number;
  /** Of a change: its number; 0 if it changed nothing. */
  rev?: number;
}

/** A message, or a change of one, on its way out, or refused for good. */
export interface Outgoing {
  /** Its name here, the same over reloads and in all tabs. */
  key: string;
  conversation: Conversation;
  /** Of a change: its new text or emoji, or empty. */
  text: string;
  /** This is no new message, but a change of message `seq`. */
  change?: Change & { seq: number };
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
  settings: ConversationSettings;
}

/** What the user has set for a conversation; the same on all devices. */
export interface ConversationSettings {
  /** What they want to be told of: `all`, `mentions` or `none`. */
  level: string;
  /** Nothing is to be told until then: milliseconds since 1970. It may be over. */
  muteUntil?: number;
  /** It stands at the top of the list. */
  pinned: boolean;
  /** It is out of sight until its next message. */
  hidden: boolean;
  /** What is typed and not sent. */
  draft: string;
  /** Grows with each change: what has a lower one than is known is older. */
  no: number;
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
  /** The present state of a message that was changed. It may be one that was never shown. */
  | { type: 'changed'; conversation: Conversation; state: MessageState }
  /** The settings of a conversation are other ones now, set here or on another device. */
  | { type: 'settings'; conversation: Conversation; settings: ConversationSettings }
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
  /** Something could not be told, because handlers were too slow or another tab leads now: ask for lists, and for what is shown, again. */
  | { type: 'missed' }
  /** The client will not come back by itself. It is not told after close and logout. */
  | { type: 'ended'; error: Error };

/** The event of one type. */
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
