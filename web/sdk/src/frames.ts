// Code generated from the table of frames in wire/table.go by `make generate`. DO NOT EDIT.
//
// The frames of the Parley protocol: their numbers, codes and shapes. What they mean, and the
// sections that comments name, are in docs/protocol.md. A client ignores fields, msgids, codes
// and words that it does not know; later versions add some.

/** The integer that says what a frame is. */
export const Msgid = {
  Register: 0,
  RegisterAnswer: 1,
  Login: 2,
  LoginAnswer: 3,
  Chat: 4,
  AddFriend: 5,
  CreateGroup: 6,
  JoinGroup: 7,
  GroupChat: 8,
  Logout: 9,
  Ack: 10,
  Heartbeat: 11,
  HeartbeatAnswer: 12,
  Received: 13,
  Presence: 14,
  Friends: 15,
  FriendsAnswer: 16,
  Groups: 17,
  GroupsAnswer: 18,
  History: 19,
  HistoryAnswer: 20,
  PublicKey: 21,
  PublicKeyAnswer: 22,
  KeyExchange: 23,
  KeyExchangeAnswer: 24,
  Sealed: 25,
  Goodbye: 26,
  Conversations: 27,
  ConversationsAnswer: 28,
  Read: 29,
  LeaveGroup: 30,
  RemoveMember: 31,
  Unfriend: 32,
  Block: 33,
  Notice: 34,
  ChangePassword: 35,
  Sessions: 36,
  SessionsAnswer: 37,
  RevokeSession: 38,
} as const;
export type Msgid = (typeof Msgid)[keyof typeof Msgid];

/** The number in `erron`: 0 is success. A code never changes its meaning. */
export const Code = {
  Ok: 0,
  /** already online */
  AlreadyOnline: 1,
  /** this is not a JSON object in UTF-8: send exactly one well-formed object as a frame */
  Malformed: 2,
  /** there is no request with this msgid: see the protocol reference for those there are */
  UnknownMsgid: 3,
  /** a field is missing or of the wrong type: see the protocol reference for the fields of this request */
  BadField: 4,
  /** you are not logged in: log in first (msgid 2) */
  NotLoggedIn: 5,
  /** this connection is logged in already: log out first (msgid 9) or open another connection */
  LoggedIn: 6,
  /** unknown user, wrong password, or a token that is no longer valid: check the name and log in with the password */
  BadCredentials: 7,
  /** this user name exists already: choose another */
  NameTaken: 8,
  /** this name is not allowed: choose one of 1 to 50 characters, without control characters */
  BadName: 9,
  /** the text is empty, not valid UTF-8, or has a control character other than newline and tab: change it */
  BadText: 10,
  /** the text has too many characters: shorten it or send it in several messages */
  TextTooLong: 11,
  /** this id is not that of the user who is logged in here: leave it out, or log in as that user */
  NotYou: 12,
  /** there is no such user: check the id */
  NoSuchUser: 13,
  /** there is no such group: check the gid */
  NoSuchGroup: 14,
  /** not a member of this group: it must be joined first */
  NotMember: 15,
  /** already a member of this group: nothing to do */
  AlreadyMember: 16,
  /** only the group's creator may do this: ask the creator */
  NotCreator: 17,
  /** already friends: nothing to do */
  AlreadyFriends: 18,
  /** not friends with this user: add them as a friend first */
  NotFriends: 19,
  /** you cannot do this to yourself: name another user */
  NotYourself: 20,
  /** one of the two users blocks the other: nothing can be sent until that block has ended */
  Blocked: 21,
  /** messages before this one are missing: send again from send_next */
  SendSeqGap: 22,
  /** this send_seq was passed, and no message is found under it: if it was never acked, send the text with a new number */
  Passed: 23,
  /** too many messages wait for their ack: wait for acks, then send again */
  TooManyUnacked: 24,
  /** the server has too much to do: send again in a moment */
  Busy: 25,
  /** the database does not answer, so the outcome is unknown: repeat the request, a message with the same send_seq */
  Unavailable: 26,
  /** a message before this one was refused for now: send again from that one on */
  Behind: 27,
  /** this session has ended, because another login took the device over or because it was closed: log in again */
  SessionEnded: 28,
  /** registration is closed on this server: ask its operator for an account */
  NoRegistration: 29,
  /** too many requests: try again after retry_after_ms */
  RateLimited: 30,
  /** there are as many friends, groups or members as are allowed: remove one first */
  LimitReached: 31,
  /** there is no conversation here that you may see: check the id; a direct one begins with its first message */
  NoConversation: 32,
  /** the server's disk is full or read-only, and nothing was stored: send again later, and tell the operator */
  StoreFull: 33,
  /** the new password is too short, too long, or one that everybody tries first: choose another */
  BadPassword: 34,
  /** passwords and tokens are not taken over a plain connection from another machine: connect with TLS or sealed */
  PlainSecret: 35,
  /** the frame is longer than the server takes: send less at once */
  FrameTooLong: 36,
  /** the JSON is nested too deeply: send flat objects, and lists only where the protocol reference has them */
  TooDeep: 37,
  /** the server made an error, which is in its log: try again, and tell the operator if it stays */
  Internal: 38,
  /** the operator has disabled this account: ask the operator */
  Disabled: 39,
  /** this connection cannot be sealed: open a new one and begin it with frame 21, then 23; where the server has no key, use TLS */
  CannotSeal: 40,
  /** no device of this account is logged in under this number: list the sessions to see the numbers */
  NoSuchSession: 41,
  /** these old messages are in the archive, which cannot be read now: try again later, and tell the operator */
  Archived: 42,
  /** you were removed from this group: ask its creator to let you in again */
  KeptOut: 43,
  /** this user's account is disabled or deleted: nothing can be sent to them any more */
  AccountClosed: 44,
  /** you have written today to as many people who do not know you as is allowed: wait until they answer or add you as a friend, or go on tomorrow */
  TooManyStrangers: 45,
  /** this send key was used for another message: use a new key for each message */
  KeyReused: 46,
  /** registration is by invitation here, and the code is missing, wrong, ended, used up or for another name: ask the operator of the server for one, and send it in `invite` */
  BadRegistrationInvite: 47,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

/** What there is to say about a code. */
export interface CodeInfo {
  name: string;
  /** One sentence: what happened and what to do. */
  text: string;
  /** Refused for now: the very same frame, with the same `send_seq`, may be taken later. */
  retry: boolean;
}

export const codes: Readonly<Record<Code, CodeInfo>> = {
  0: { name: "ok", text: "", retry: false },
  1: { name: "already_online", text: "already online", retry: false },
  2: { name: "malformed", text: "this is not a JSON object in UTF-8: send exactly one well-formed object as a frame", retry: false },
  3: { name: "unknown_msgid", text: "there is no request with this msgid: see the protocol reference for those there are", retry: false },
  4: { name: "bad_field", text: "a field is missing or of the wrong type: see the protocol reference for the fields of this request", retry: false },
  5: { name: "not_logged_in", text: "you are not logged in: log in first (msgid 2)", retry: false },
  6: { name: "logged_in", text: "this connection is logged in already: log out first (msgid 9) or open another connection", retry: false },
  7: { name: "bad_credentials", text: "unknown user, wrong password, or a token that is no longer valid: check the name and log in with the password", retry: false },
  8: { name: "name_taken", text: "this user name exists already: choose another", retry: false },
  9: { name: "bad_name", text: "this name is not allowed: choose one of 1 to 50 characters, without control characters", retry: false },
  10: { name: "bad_text", text: "the text is empty, not valid UTF-8, or has a control character other than newline and tab: change it", retry: false },
  11: { name: "text_too_long", text: "the text has too many characters: shorten it or send it in several messages", retry: false },
  12: { name: "not_you", text: "this id is not that of the user who is logged in here: leave it out, or log in as that user", retry: false },
  13: { name: "no_such_user", text: "there is no such user: check the id", retry: false },
  14: { name: "no_such_group", text: "there is no such group: check the gid", retry: false },
  15: { name: "not_member", text: "not a member of this group: it must be joined first", retry: false },
  16: { name: "already_member", text: "already a member of this group: nothing to do", retry: false },
  17: { name: "not_creator", text: "only the group's creator may do this: ask the creator", retry: false },
  18: { name: "already_friends", text: "already friends: nothing to do", retry: false },
  19: { name: "not_friends", text: "not friends with this user: add them as a friend first", retry: false },
  20: { name: "not_yourself", text: "you cannot do this to yourself: name another user", retry: false },
  21: { name: "blocked", text: "one of the two users blocks the other: nothing can be sent until that block has ended", retry: false },
  22: { name: "send_seq_gap", text: "messages before this one are missing: send again from send_next", retry: true },
  23: { name: "passed", text: "this send_seq was passed, and no message is found under it: if it was never acked, send the text with a new number", retry: false },
  24: { name: "too_many_unacked", text: "too many messages wait for their ack: wait for acks, then send again", retry: true },
  25: { name: "busy", text: "the server has too much to do: send again in a moment", retry: true },
  26: { name: "unavailable", text: "the database does not answer, so the outcome is unknown: repeat the request, a message with the same send_seq", retry: true },
  27: { name: "behind", text: "a message before this one was refused for now: send again from that one on", retry: true },
  28: { name: "session_ended", text: "this session has ended, because another login took the device over or because it was closed: log in again", retry: false },
  29: { name: "no_registration", text: "registration is closed on this server: ask its operator for an account", retry: false },
  30: { name: "rate_limited", text: "too many requests: try again after retry_after_ms", retry: true },
  31: { name: "limit_reached", text: "there are as many friends, groups or members as are allowed: remove one first", retry: false },
  32: { name: "no_conversation", text: "there is no conversation here that you may see: check the id; a direct one begins with its first message", retry: false },
  33: { name: "store_full", text: "the server's disk is full or read-only, and nothing was stored: send again later, and tell the operator", retry: true },
  34: { name: "bad_password", text: "the new password is too short, too long, or one that everybody tries first: choose another", retry: false },
  35: { name: "plain_secret", text: "passwords and tokens are not taken over a plain connection from another machine: connect with TLS or sealed", retry: false },
  36: { name: "frame_too_long", text: "the frame is longer than the server takes: send less at once", retry: false },
  37: { name: "too_deep", text: "the JSON is nested too deeply: send flat objects, and lists only where the protocol reference has them", retry: false },
  38: { name: "internal", text: "the server made an error, which is in its log: try again, and tell the operator if it stays", retry: false },
  39: { name: "disabled", text: "the operator has disabled this account: ask the operator", retry: false },
  40: { name: "cannot_seal", text: "this connection cannot be sealed: open a new one and begin it with frame 21, then 23; where the server has no key, use TLS", retry: false },
  41: { name: "no_such_session", text: "no device of this account is logged in under this number: list the sessions to see the numbers", retry: false },
  42: { name: "archived", text: "these old messages are in the archive, which cannot be read now: try again later, and tell the operator", retry: true },
  43: { name: "kept_out", text: "you were removed from this group: ask its creator to let you in again", retry: false },
  44: { name: "account_closed", text: "this user's account is disabled or deleted: nothing can be sent to them any more", retry: false },
  45: { name: "too_many_strangers", text: "you have written today to as many people who do not know you as is allowed: wait until they answer or add you as a friend, or go on tomorrow", retry: false },
  46: { name: "key_reused", text: "this send key was used for another message: use a new key for each message", retry: false },
  47: { name: "bad_registration_invite", text: "registration is by invitation here, and the code is missing, wrong, ended, used up or for another name: ask the operator of the server for one, and send it in `invite`", retry: false },
};

/** The number in a goodbye. 1000 to 1999: reconnect. 2000 to 2999: do not come back by yourself. */
export const GoodbyeCode = {
  /** the server is stopping: reconnect */
  Shutdown: 1000,
  /** no heartbeat came in time: reconnect and send msgid 11 at the interval told at login */
  Silent: 1002,
  /** this node has lost touch with the cluster: reconnect to another */
  Fenced: 1003,
  /** no login came within the time allowed: reconnect and log in */
  Idle: 1004,
  /** there are too many connections: reconnect later */
  Crowded: 1005,
  /** something on a sealed connection was not sealed for it, or was repeated, left out or changed: reconnect */
  Unsealed: 1006,
  /** another login of this device has taken over: log in again only if you want it back here */
  TakenOver: 2000,
  /** the session was revoked or the account was disabled: log in again with the password */
  LoggedOut: 2001,
  /** what was sent is not a stream of JSON objects: correct the client */
  NotJson: 2002,
  /** a frame is over the limit of length or depth: correct the client, and send less at once */
  FrameTooBig: 2003,
  /** too many errors or requests: correct the client, and send more slowly */
  Abuse: 2004,
} as const;
export type GoodbyeCode = (typeof GoodbyeCode)[keyof typeof GoodbyeCode];

/** The limits of the protocol; what they count is in section 9. Those called default can be changed by the operator. */
export const Limits = {
  defaultMaxFrame: 65536,
  maxDepth: 8,
  maxRID: 64,
  maxUnacked: 256,
  maxPage: 200,
  defaultPage: 50,
  maxLoginList: 200,
  maxWindows: 64,
  unreadCap: 1000,
  maxSealPiece: 16384,
  maxSealedFrame: 24576,
  maxDeviceName: 64,
  maxName: 50,
  maxDescription: 200,
  defaultMaxText: 4000,
} as const;

/** The client's own mark of a request, at most 64 bytes as written. Its answer carries it too. */
export type RID = number | string;

/** What any request may carry. */
export interface AnyRequest {
  rid?: RID;
}

/** The claim of who the sender is, which most requests may carry. A wrong one is refused with code 12. */
export interface Claim {
  id?: number;
}

/** ConversationRow is one entry of frame 28. */
export interface ConversationRow {
  /** for paging */
  key: number;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** the other user's, or the group's */
  name: string;
  /** after leaving: as far as one may see */
  last_seq: number;
  /** this device's cursor */
  delivered: number;
  /** the user's cursor */
  read: number;
  /** counted up to 1000, which means 999+; one's own messages do not count */
  unread: number;
  /** of a group: as in 20 */
  windows?: WindowRow[];
  /** if there is one: the last message as delivered, frame 4 or 8; after leaving: as far as one may see */
  last?: ChatFrame | GroupChatFrame;
}

/** FriendRow is one friend in frames 3 and 16. */
export interface FriendRow {
  id: number;
  name: string;
  /** `online` or `offline` */
  state: string;
}

/** GroupRow is one group in frames 3 and 18. */
export interface GroupRow {
  gid: number;
  gname: string;
  gdesc: string;
  /** one's own: `creator` or `normal` */
  role: string;
  /** a count */
  members: number;
}

/** MemberRow is one member in frame 18. */
export interface MemberRow {
  id: number;
  name: string;
  /** `creator` or `normal` */
  role: string;
  /** if it is known: `online` or `offline` */
  state?: string;
}

/** SessionRow is one entry of frame 37: a device that is logged in, or can log in by its token. */
export interface SessionRow {
  /** the number of the device, for 38 */
  device_id: number;
  /** the same under its old name */
  session: number;
  /** empty for the nameless one */
  device: string;
  /** what its last login said of it; empty for nothing */
  label: string;
  /** the address of its last login; empty if that is not known */
  address: string;
  online: boolean;
  /** the time of its last login or its end */
  used: string;
  /** it is the one that asks */
  here: boolean;
}

/** WindowRow is one time that a user was in a group. */
export interface WindowRow {
  /** seqs above this one are shown */
  after: number;
  /** if it has an end: up to this one; without it one is a member still */
  until?: number;
}

/** Frame 0, from the client; frame 1 answers it. */
export interface RegisterRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Register;
  /** the name wanted */
  name: string;
  /** the password, 5–128 characters by default (10 or more are recommended); neither one of the 1,000 most common nor the name itself */
  pwd: string;
  /** the code of an invitation to this server; case, dashes, blanks and underscores in it do not matter, `O` is read as `0`, `I` and `L` as `1` */
  invite?: string;
}

/** Frame 1, from the server. */
export interface RegisterAnswer {
  msgid: typeof Msgid.RegisterAnswer;
  /** as in the request */
  rid?: RID;
  /** 0 or an error code */
  erron: number;
  /** refused: what happened and what to do */
  errinfo?: string;
  /** taken: the new user's id */
  id?: number;
  /** taken: the name as it is kept (NFC) */
  name?: string;
  /** refused, sometimes: milliseconds */
  retry_after_ms?: number;
}

/** Frame 2, from the client; frame 3 answers it. */
export interface LoginRequestFields extends AnyRequest {
  msgid: typeof Msgid.Login;
  /** some of `id`, `name`: who wants in */
  id?: number;
  /** some of `id`, `name`: who wants in; blanks around it do not matter */
  name?: string;
  /** some of `pwd`, `token` */
  pwd?: string;
  /** some of `pwd`, `token`: from the last login of this device. Beside `pwd` it may have expired: the password is checked, and the token shows that this device has been in before */
  token?: string;
  /** 1–64 characters; without it, or empty: the nameless device (section 5) */
  device?: string;
  /** what the device says of itself (“Firefox on Linux”), 1–64 characters; frame 37 shows it to its user */
  label?: string;
  /** the client's oldest number without an answer (section 4) */
  send_next?: number;
}
export type LoginRequest = LoginRequestFields &
  ({ id: number; name?: string } | { id?: number; name: string }) &
  ({ pwd: string; token?: string } | { pwd?: string; token: string });

/** Frame 3, from the server. */
export interface LoginAnswer {
  msgid: typeof Msgid.LoginAnswer;
  /** as in the request */
  rid?: RID;
  erron: number;
  /** refused */
  errinfo?: string;
  /** taken: who is logged in */
  id?: number;
  /** taken */
  name?: string;
  /** taken, if named */
  device?: string;
  /** taken: 32 characters that name the server's log. When it is another one than at the login before, the server was set back to an older state (a backup was restored): numbers mean other messages, so forget what is known of conversations, and go on from the server's cursors */
  log?: string;
  /** taken: the last `send_seq` stored for this device, 0 for none */
  last_send_seq?: number;
  /** taken, if there is one: for the next login of this device, instead of the password; it ends when it is revoked, when the password is changed, and after some time (a year by default) */
  token?: string;
  /** taken: how often to send 11 */
  heartbeat_ms?: number;
  /** taken */
  friends?: FriendRow[];
  /** taken */
  groups?: GroupRow[];
  /** refused, sometimes: milliseconds */
  retry_after_ms?: number;
}

/** Frame 4, from the client; frame 10 answers it. */
export interface ChatRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Chat;
  /** the user's id */
  to: number;
  /** 1–4,000 characters by default, at least one that can be seen; no control characters but newline and tab */
  msg: string;
  /** the sender's number (section 4) */
  send_seq?: number;
}

/** Frame 4, from the server. */
export interface ChatFrame {
  msgid: typeof Msgid.Chat;
  /** the sender */
  id: number;
  /** the sender's name */
  from: string;
  /** the other user */
  to: number;
  /** normalised (NFC) */
  msg: string;
  /** when it was stored */
  time: string;
  /** its place in the conversation: 1, 2, 3, … without a hole */
  seq: number;
  /** if there was one: the sender's number */
  send_seq?: number;
  /** one's own, if named: which of one's devices sent it */
  device?: string;
}

/** Frame 5, from the client; frame 10 answers it. */
export interface AddFriendRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.AddFriend;
  /** one of `name`, `friendid`: the user's id */
  friendid?: number;
  /** one of `name`, `friendid`: or their name, as at login: capitals do not matter */
  name?: string;
}
export type AddFriendRequest = AddFriendRequestFields &
  ({ name: string; friendid?: never } | { name?: never; friendid: number });

/** Frame 6, from the client; frame 10 answers it. */
export interface CreateGroupRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.CreateGroup;
  /** 1–50 characters; need not be unique; nothing that cannot be seen, but for what joins emoji or letters */
  gname: string;
  /** 0–200 characters */
  gdesc?: string;
}

/** Frame 7, from the client; frame 10 answers it. */
export interface JoinGroupRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.JoinGroup;
  /** the group's id */
  gid: number;
}

/** Frame 8, from the client; frame 10 answers it. */
export interface GroupChatRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.GroupChat;
  gid: number;
  /** as in 4 */
  msg: string;
  /** one row of numbers with those of 4 */
  send_seq?: number;
}

/** Frame 8, from the server. */
export interface GroupChatFrame {
  msgid: typeof Msgid.GroupChat;
  /** the sender */
  id: number;
  /** the sender's name */
  from: string;
  /** the group */
  gid: number;
  /** normalised (NFC) */
  msg: string;
  /** when it was stored */
  time: string;
  /** its place in the conversation: 1, 2, 3, … without a hole */
  seq: number;
  /** if there was one: the sender's number */
  send_seq?: number;
  /** one's own, if named: which of one's devices sent it */
  device?: string;
}

/** Frame 9, from the client; frame 10 answers it. */
export interface LogoutRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Logout;
  /** `true`: the token of this device ends as well, so that its next login needs the password. Without it the token stays good */
  revoke?: boolean;
}

/** Frame 10, from the server. */
export interface AckFrame {
  msgid: typeof Msgid.Ack;
  /** the msgid answered; -1 if it could not be read */
  re: number;
  /** as in the request */
  rid?: RID;
  /** 0 or an error code */
  erron: number;
  /** refused: what happened and what to do, for people */
  errinfo?: string;
  /** 4, 8, if there was one: also in a refusal */
  send_seq?: number;
  /** 4, 7, 8, 29: the message's seq; to 7: what comes after it is to be seen; to 29: up to where it is read now */
  seq?: number;
  /** 4, 8: when it was stored */
  time?: string;
  /** 6, 7, 29, 30, 31 */
  gid?: number;
  /** 5, 32 */
  friendid?: number;
  /** 5, 6, 7, 30–33: the user's or the group's name */
  name?: string;
  /** 5: the new friend is `online` or `offline` */
  state?: string;
  /** 35: the new token of this device */
  token?: string;
  /** codes 22 and 27: send again from this number */
  send_next?: number;
  /** sometimes, when refused: when to try again, in milliseconds */
  retry_after_ms?: number;
}

/** Frame 11, from the client; frame 12 answers it. */
export interface HeartbeatRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Heartbeat;
}

/** Frame 12, from the server. */
export interface HeartbeatAnswer {
  msgid: typeof Msgid.HeartbeatAnswer;
  /** as in the request */
  rid?: RID;
  /** the server's clock */
  time: string;
}

/** Frame 13, from the client; frame 10 answers it. */
export interface ReceivedRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Received;
  /** one of `gid`, `with`: the other user */
  with?: number;
  /** one of `gid`, `with`: the group */
  gid?: number;
  /** cumulative; beyond the end it counts as the end */
  seq: number;
}
export type ReceivedRequest = ReceivedRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 14, from the server. */
export interface PresenceFrame {
  msgid: typeof Msgid.Presence;
  /** the friend */
  id: number;
  name: string;
  /** `online` or `offline` */
  state: string;
}

/** Frame 15, from the client; frame 16 answers it. */
export interface FriendsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Friends;
  /** the last id of the page before; default 0 */
  after?: number;
  /** default 50, at most 200; more counts as 200 */
  limit?: number;
}

/** Frame 16, from the server. */
export interface FriendsAnswer {
  msgid: typeof Msgid.FriendsAnswer;
  /** as in the request */
  rid?: RID;
  friends: FriendRow[];
  /** there are further ones: ask with `after` = the last id */
  more: boolean;
}

/** Frame 17, from the client; frame 18 answers it. */
export interface GroupsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Groups;
  /** whose members are wanted */
  gid?: number;
  /** the last gid, or the last member's id, of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}

/** Frame 18, from the server. */
export interface GroupsAnswer {
  msgid: typeof Msgid.GroupsAnswer;
  /** as in the request */
  rid?: RID;
  /** members: whose members these are */
  gid?: number;
  /** groups */
  groups?: GroupRow[];
  /** members */
  members?: MemberRow[];
  /** there are further ones: ask with `after` = the last gid or id */
  more: boolean;
}

/** Frame 19, from the client; frame 20 answers it. */
export interface HistoryRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.History;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** at most one of `after`, `before`: seqs above this one */
  after?: number;
  /** at most one of `after`, `before`: seqs below this one */
  before?: number;
  /** as in 15; a page may hold fewer if its texts are long */
  limit?: number;
}
export type HistoryRequest = HistoryRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number }) &
  ({ after?: number; before?: never } | { after?: never; before?: number });

/** Frame 20, from the server. */
export interface HistoryAnswer {
  msgid: typeof Msgid.HistoryAnswer;
  /** as in the request */
  rid?: RID;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** frames 4 or 8 as they are delivered, oldest first */
  messages: (ChatFrame | GroupChatFrame)[];
  /** of a group: the times that one was a member, oldest first. What lies between is not to be seen, and no gap: show "you were not a member". At most 64, older ones go */
  windows?: WindowRow[];
  /** there are further ones in the direction that was asked for */
  more: boolean;
}

/** Frame 21, from the client; frame 22 answers it. */
export interface PublicKeyRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.PublicKey;
  /** the fingerprint of the server's key that the client knows */
  pin?: string;
}

/** Frame 22, from the server. */
export interface PublicKeyAnswer {
  msgid: typeof Msgid.PublicKeyAnswer;
  /** as in the request */
  rid?: RID;
  /** the server's RSA public key: SubjectPublicKeyInfo, DER, base64 */
  key: string;
  /** 32 bytes made for this connection, base64 */
  nonce: string;
}

/** Frame 23, from the client; frame 24 answers it. */
export interface KeyExchangeRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.KeyExchange;
  /** the client's secret, 32 random bytes, under RSA-OAEP with SHA-256, base64 */
  key: string;
}

/** Frame 24, from the server. */
export interface KeyExchangeAnswer {
  msgid: typeof Msgid.KeyExchangeAnswer;
  /** as in the request */
  rid?: RID;
  /** if there is a newer key: the fingerprint to pin from now on */
  pin?: string;
}

/** Frame 25, from the client; frame 10 answers it. */
export interface SealedRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Sealed;
  /** section 10, base64 */
  data: string;
}

/** Frame 25, from the server. */
export interface SealedFrame {
  msgid: typeof Msgid.Sealed;
  /** section 10, base64 */
  data: string;
}

/** Frame 26, from the server. */
export interface GoodbyeFrame {
  msgid: typeof Msgid.Goodbye;
  /** section 8 */
  code: number;
  /** what happened and what to do, for people */
  reason: string;
  /** whether to come back without being asked to */
  reconnect: boolean;
  /** wait at least this long first, and add some chance */
  after_ms: number;
}

/** Frame 27, from the client; frame 28 answers it. */
export interface ConversationsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Conversations;
  /** the last `key` of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}

/** Frame 28, from the server. */
export interface ConversationsAnswer {
  msgid: typeof Msgid.ConversationsAnswer;
  /** as in the request */
  rid?: RID;
  conversations: ConversationRow[];
  /** there are further ones: ask with `after` = the last `key` */
  more: boolean;
}

/** Frame 29, from the client; frame 10 answers it. */
export interface ReadRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Read;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** from 1; beyond the end it counts as the end */
  seq: number;
}
export type ReadRequest = ReadRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 29, from the server. */
export interface ReadFrame {
  msgid: typeof Msgid.Read;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  seq: number;
}

/** Frame 30, from the client; frame 10 answers it. */
export interface LeaveGroupRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.LeaveGroup;
  gid: number;
}

/** Frame 31, from the client; frame 10 answers it. */
export interface RemoveMemberRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.RemoveMember;
  gid: number;
  /** the user to take out, or to let in again */
  member: number;
  /** `true`, the default, removes; `false` lets the user join again */
  remove?: boolean;
}

/** Frame 32, from the client; frame 10 answers it. */
export interface UnfriendRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Unfriend;
  friendid: number;
}

/** Frame 33, from the client; frame 10 answers it. */
export interface BlockRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Block;
  /** the user to block */
  user: number;
  /** `true`, the default, blocks; `false` unblocks */
  block?: boolean;
}

/** Frame 34, from the server. */
export interface NoticeFrame {
  msgid: typeof Msgid.Notice;
  /** see below */
  what: string;
  /** the user it is about */
  id: number;
  /** the user's name */
  name: string;
  /** friend_added: `online` or `offline` */
  state?: string;
  /** of a group: the group it is about */
  gid?: number;
  /** of a group: the group's name */
  gname?: string;
  /** member_joined, of oneself: what comes after it is to be seen; left out for 0 */
  seq?: number;
}

/** Frame 35, from the client; frame 10 answers it. */
export interface ChangePasswordRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.ChangePassword;
  /** the old one */
  pwd: string;
  /** the new one */
  newpwd: string;
}

/** Frame 36, from the client; frame 37 answers it. */
export interface SessionsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Sessions;
  /** the last `device_id` of the page before */
  after?: number;
  /** entries of a page: 50 by default, at most 200 */
  limit?: number;
}

/** Frame 37, from the server. */
export interface SessionsAnswer {
  msgid: typeof Msgid.SessionsAnswer;
  /** as in the request */
  rid?: RID;
  sessions: SessionRow[];
  /** there is another page: ask with `after` = the last `device_id` */
  more: boolean;
}

/** Frame 38, from the client; frame 10 answers it. */
export interface RevokeSessionRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.RevokeSession;
  /** some of `session`, `device_id`: the device, as frame 37 lists it */
  device_id?: number;
  /** some of `session`, `device_id`: the old name of it; `device_id` counts if both are there */
  session?: number;
}
export type RevokeSessionRequest = RevokeSessionRequestFields &
  ({ session: number; device_id?: number } | { session?: number; device_id: number });

/** Any frame of a client. */
export type ClientFrame =
  | RegisterRequest
  | LoginRequest
  | ChatRequest
  | AddFriendRequest
  | CreateGroupRequest
  | JoinGroupRequest
  | GroupChatRequest
  | LogoutRequest
  | HeartbeatRequest
  | ReceivedRequest
  | FriendsRequest
  | GroupsRequest
  | HistoryRequest
  | PublicKeyRequest
  | KeyExchangeRequest
  | SealedRequest
  | ConversationsRequest
  | ReadRequest
  | LeaveGroupRequest
  | RemoveMemberRequest
  | UnfriendRequest
  | BlockRequest
  | ChangePasswordRequest
  | SessionsRequest
  | RevokeSessionRequest;

/** Any frame of the server. */
export type ServerFrame =
  | RegisterAnswer
  | LoginAnswer
  | ChatFrame
  | GroupChatFrame
  | AckFrame
  | HeartbeatAnswer
  | PresenceFrame
  | FriendsAnswer
  | GroupsAnswer
  | HistoryAnswer
  | PublicKeyAnswer
  | KeyExchangeAnswer
  | SealedFrame
  | GoodbyeFrame
  | ConversationsAnswer
  | ReadFrame
  | NoticeFrame
  | SessionsAnswer;

/** Which frame answers a request that is taken. A refusal of any but 0 and 2 is an ack (10). */
export interface Answers {
  0: RegisterAnswer;
  2: LoginAnswer;
  4: AckFrame;
  5: AckFrame;
  6: AckFrame;
  7: AckFrame;
  8: AckFrame;
  9: AckFrame;
  11: HeartbeatAnswer;
  13: AckFrame;
  15: FriendsAnswer;
  17: GroupsAnswer;
  19: HistoryAnswer;
  21: PublicKeyAnswer;
  23: KeyExchangeAnswer;
  25: AckFrame;
  27: ConversationsAnswer;
  29: AckFrame;
  30: AckFrame;
  31: AckFrame;
  32: AckFrame;
  33: AckFrame;
  35: AckFrame;
  36: SessionsAnswer;
  38: AckFrame;
}

/** The msgid of the frame that answers a request, by the request's msgid. */
export const answerOf: Readonly<Record<keyof Answers, Msgid>> = {
  0: 1,
  2: 3,
  4: 10,
  5: 10,
  6: 10,
  7: 10,
  8: 10,
  9: 10,
  11: 12,
  13: 10,
  15: 16,
  17: 18,
  19: 20,
  21: 22,
  23: 24,
  25: 10,
  27: 28,
  29: 10,
  30: 10,
  31: 10,
  32: 10,
  33: 10,
  35: 10,
  36: 37,
  38: 10,
};
