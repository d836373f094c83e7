import type { Conversation } from './conversation.ts';
import type { AnswerTo, Request } from './session.ts';
import type { Change, ConversationInfo, Event, EventOf, Friend, GroupInfo, LoginInfo, Member, Message, Outgoing, Page, Receipt, State, User } from './types.ts';

/** Where to begin in a history, how much to take, and when to stop waiting. */
export interface HistoryOptions {
  /** Messages with smaller seqs; without `after` and `before`: the newest. */
  before?: number;
  /** Messages with larger seqs. */
  after?: number;
  /** 1 to 200; default 50. */
  limit?: number;
  signal?: AbortSignal;
}

/** How a request is made. */
export interface RequestOptions {
  /** It is harmless to ask twice: when the connection ends before the answer, it is asked again. */
  repeat?: boolean;
  signal?: AbortSignal;
}

/**
 * Everything that can be done with an account that is logged in. A Client is one, with a connection of its own;
 * a Tabs is one over the connection that all tabs of a browser share.
 *
 * Requests wait for a connection, at most 15 s or until their signal is aborted. They throw a Refusal where the
 * server says no, else a ClientError, or the signal's reason. A request whose connection ends before its answer is
 * asked again if that is harmless; else it fails with the reason "interrupted".
 */
export interface Chat {
  /** The account as the last login named it, also that of an earlier run. */
  readonly self: User | undefined;
  /** This program's name among the account's devices. */
  readonly device: string;
  /** Where the client stands; each change is an event `state`. */
  readonly state: State;

  /** Whether what is written and shown is kept over the end of this page or process. */
  readonly durable: boolean;

  /**
   * Calls a listener for each event of a type, or with '*' for all; it returns what takes the listener away.
   * Events come one at a time: the next one waits until the promises that listeners have returned are settled.
   */
  on<T extends Event['type']>(type: T | '*', listener: (e: EventOf<T>) => unknown): () => void;
  /** Iterates over events from now on. A message counts as displayed when the next event is asked for. It ends with the client, or the signal. */
  events(signal?: AbortSignal): AsyncIterableIterator<Event>;
  /** Iterates over messages from now on; as events. */
  messages(signal?: AbortSignal): AsyncIterableIterator<Message>;

  /**
   * Sends a text and resolves when the server has stored it. It goes on over refusals for now and reconnects until
   * the signal is aborted: then a message that was never on its way is taken back, and one that was fails with the
   * reason "on-its-way". A refusal for good is a Refusal.
   */
  send(to: Conversation, text: string, signal?: AbortSignal): Promise<Receipt>;
  /**
   * Sends a text without waiting for the server. It resolves when the message is in the store: from then on it is sent
   * once, by this run or a later one. What becomes of it is told by events `outgoing`. The order of calls is the order of
   * messages. key names the message, by default a new name.
   */
  post(to: Conversation, text: string, key?: string): Promise<Outgoing>;
  /**
   * Does something to message `seq`: edit, recall, react, unreact, pin, unpin. As send: it resolves when the server has done it,
   * goes on over reconnects and by a later run, is done once, in one order with messages, and a refusal for good is thrown. What
   * comes of it is told by an event `changed`, here as to everybody else.
   */
  change(of: Conversation, seq: number, what: Change, signal?: AbortSignal): Promise<Receipt>;
  /** Sends a failed message anew. */
  retry(key: string): Promise<Outgoing>;
  /** Takes back a message that has failed, or that was never on its way. */
  discard(key: string): Promise<void>;
  /** Returns the messages, and changes of messages, of this device that are pending or have failed, oldest first. */
  outgoing(): Outgoing[];
  /** Resolves when every message has its answer. */
  flush(signal?: AbortSignal): Promise<void>;

  /** Returns a page of history from the server. */
  history(of: Conversation, o?: HistoryOptions): Promise<Page>;
  /**
   * Returns the last messages before a seq, from what the store has kept; only what is missing is asked of the server,
   * and kept. Without a connection it returns at once what there is.
   */
  recall(of: Conversation, o?: HistoryOptions): Promise<Page>;
  /** Returns all conversations in the order of a screen: pinned ones first, hidden ones last, and the last activity first. */
  conversations(signal?: AbortSignal): Promise<ConversationInfo[]>;
  /** Returns the conversation list as it was last asked for: at once, also without a connection. */
  recallConversations(): ConversationInfo[];
  /** Tells the server, and through it the account's other devices, that a conversation is read up to seq. It returns how far it is read. */
  markRead(of: Conversation, seq: number, signal?: AbortSignal): Promise<number>;

  /** Returns all friends, with their state, by id. */
  friends(signal?: AbortSignal): Promise<Friend[]>;
  /** Makes a user a friend, by id or name; capitals do not matter. */
  addFriend(who: number | string, signal?: AbortSignal): Promise<Friend>;
  /** Ends a friendship, both ways. */
  unfriend(user: number, signal?: AbortSignal): Promise<void>;
  /** Keeps a user from sending to this account, or (false) allows it again. */
  block(user: number, block?: boolean, signal?: AbortSignal): Promise<void>;

  /** Returns all groups that the account is in, by gid. */
  groups(signal?: AbortSignal): Promise<GroupInfo[]>;
  /** Returns all members of a group, by id. */
  members(gid: number, signal?: AbortSignal): Promise<Member[]>;
  /** Makes a group and returns its gid. After "interrupted" look into groups before trying again. */
  createGroup(name: string, description?: string, signal?: AbortSignal): Promise<number>;
  /** Joins a group and returns its name. What was said there before is not to be seen. */
  joinGroup(gid: number, signal?: AbortSignal): Promise<string>;
  leaveGroup(gid: number, signal?: AbortSignal): Promise<void>;
  /** Removes a member, who cannot join again before readmit; only the creator may. */
  removeMember(gid: number, user: number, signal?: AbortSignal): Promise<void>;
  /** Lets a member who was removed join again; only the creator may. */
  readmit(gid: number, user: number, signal?: AbortSignal): Promise<void>;

  /** Gives the account another password. Everything else that is logged in to it ends; this client stays. */
  changePassword(old: string, password: string, signal?: AbortSignal): Promise<void>;
  /** Returns what is logged in to the account. */
  logins(signal?: AbortSignal): Promise<LoginInfo[]>;
  /** Ends one of them, and the token that goes with it. Revoking this client's own ends it. */
  revoke(deviceId: number, signal?: AbortSignal): Promise<void>;

  /** Sends any request of the protocol and returns the frame that answers it; @parley/sdk/more has functions for those that are wanted rarely. */
  request<Q extends Request>(q: Q, o?: RequestOptions): Promise<AnswerTo<Q>>;

  /** Asks the server at once for a sign of life, and connects anew without an answer in 5 s. Without a connection it tries now. */
  wake(): void;
  /**
   * Ends the session there and closes the client; the token stays good for the next login. It throws when the server could
   * not be told; the client is closed all the same.
   */
  logout(signal?: AbortSignal): Promise<void>;
  /** logout for good: it ends this device's token as well, there and in the store. */
  signOut(signal?: AbortSignal): Promise<void>;
  /** Ends the connection at once. Messages without an ack stay in the store for the next run. */
  close(): Promise<void>;
}
