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
  Change: 39,
  Changed: 40,
  States: 41,
  StatesAnswer: 42,
  Readers: 43,
  ReadersAnswer: 44,
  Typing: 45,
  Receipts: 46,
  Settings: 47,
  Mentions: 48,
  MentionsAnswer: 49,
  People: 50,
  PeopleAnswer: 51,
  UpdateGroup: 54,
  SetRole: 55,
  AddMembers: 56,
  AddMembersAnswer: 57,
  MakeInvite: 58,
  MakeInviteAnswer: 59,
  Invites: 60,
  InvitesAnswer: 61,
  RevokeInvite: 62,
  LookAtInvite: 63,
  LookAtInviteAnswer: 64,
  FriendRequests: 65,
  FriendRequestsAnswer: 66,
  AnswerRequest: 67,
  Profile: 68,
  ProfileAnswer: 69,
  UpdateProfile: 70,
  DeleteAccount: 71,
} as const;
export type Msgid = (typeof Msgid)[keyof typeof Msgid];

/** The number in `erron`: 0 is success. A code never changes its meaning. */
export const Code = {
  Ok: 0,
  /** already online */
  AlreadyOnline: 1,
  /** this is not a valid JSON object in UTF-8: send one well-formed object in each frame */
  Malformed: 2,
  /** no request has this msgid: see the protocol reference */
  UnknownMsgid: 3,
  /** a field is missing or has the wrong type: see the protocol reference for the fields of this request */
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
  /** this user is not a member of the group: they must join it first */
  NotMember: 15,
  /** this user is a member of the group already: there is nothing to do */
  AlreadyMember: 16,
  /** only the group's creator may do this: ask the creator */
  NotCreator: 17,
  /** you are friends already: there is nothing to do */
  AlreadyFriends: 18,
  /** you are not friends with this user: add them as a friend first */
  NotFriends: 19,
  /** you cannot do this to yourself: name another user */
  NotYourself: 20,
  /** one of the two users blocks the other: nothing can be sent until that block has ended */
  Blocked: 21,
  /** messages before this one are missing: send again from send_next on */
  SendSeqGap: 22,
  /** this send_seq was used before, and no message was found for it: if the text had no ack, send it with a new number */
  Passed: 23,
  /** too many messages wait for their ack: wait for acks, then send again */
  TooManyUnacked: 24,
  /** the server has too much to do: send again in a moment */
  Busy: 25,
  /** the database does not answer, so the outcome is unknown: repeat the request, a message with the same send_seq */
  Unavailable: 26,
  /** a message before this one was refused for now: send again from that message on */
  Behind: 27,
  /** this session has ended, because another login took the device over or because it was closed: log in again */
  SessionEnded: 28,
  /** registration is closed on this server: ask its operator for an account */
  NoRegistration: 29,
  /** too many requests: try again after retry_after_ms */
  RateLimited: 30,
  /** there are already as many friends, groups or members as are allowed: remove one first */
  LimitReached: 31,
  /** there is no conversation here that you may see: check the id; a direct one begins with its first message */
  NoConversation: 32,
  /** the server's disk is full or read-only, and nothing was stored: send again later, and tell the operator */
  StoreFull: 33,
  /** the new password is too short, too long, or very common: choose another */
  BadPassword: 34,
  /** passwords and tokens are not accepted over an unencrypted connection from another machine: connect with TLS or sealed */
  PlainSecret: 35,
  /** the frame has more bytes than this server accepts: send less at once */
  FrameTooLong: 36,
  /** the JSON is nested too deeply: send flat objects, and lists only where the protocol reference has them */
  TooDeep: 37,
  /** there was an error in the server, and its log has the details: try again, and tell the operator if it happens again */
  Internal: 38,
  /** the operator has disabled this account: ask the operator */
  Disabled: 39,
  /** this connection cannot be sealed: open a new one and begin it with frame 21, then 23; where the server has no key, use TLS */
  CannotSeal: 40,
  /** no device of this account with this number is logged in: list the sessions to see the numbers */
  NoSuchSession: 41,
  /** these old messages are in the archive, which cannot be read at the moment: try again later, and tell the operator */
  Archived: 42,
  /** you were removed from this group: ask its creator to let you in again */
  KeptOut: 43,
  /** this user's account is disabled or deleted: nothing can be sent to them any more */
  AccountClosed: 44,
  /** today you have written to as many people who do not know you as is allowed, or sent them as many messages: wait until they answer or add you as a friend, or continue tomorrow */
  TooManyStrangers: 45,
  /** this send key was used for another message: use a new key for each message */
  KeyReused: 46,
  /** this server registers users by invitation, and the code is missing, wrong, expired, used up or for another name: ask the operator for a code, and send it in `invite` */
  BadRegistrationInvite: 47,
  /** there is no such message, or you may not see it: look at its `seq` */
  NoSuchMessage: 48,
  /** somebody else sent this message: only its sender may edit it, and only its sender or who looks after the group may recall it */
  NotAuthor: 49,
  /** this message was sent too long ago to be edited or recalled: send another one */
  TooLate: 50,
  /** this message was recalled: nothing can be done to it any more */
  MessageRecalled: 51,
  /** this is not one emoji: put exactly one from Unicode's list into `emoji` */
  BadEmoji: 52,
  /** a server of an older version is still running in this cluster, and would not keep this rule: try again when all servers are upgraded, and tell the operator if that takes long */
  OlderNode: 53,
  /** only the group's creator and admins may do this: ask one of them */
  NotAdmin: 54,
  /** this group cannot be joined by its number: ask a member for an invitation, or ask an admin to add you */
  NotOpen: 55,
  /** you may read in this group, but not post: ask its creator or an admin */
  MayNotPost: 56,
  /** you hide what you have received and read, so you are not told it of others: stop hiding it to see it */
  ReceiptsHidden: 57,
  /** this server does not let users be found by the beginning of their names: add the one you mean by their whole name */
  NoDirectory: 58,
  /** there is no such invitation: check that the code is complete, or ask for another one */
  NoSuchInvite: 59,
  /** this invitation has ended: ask for another one */
  InviteEnded: 60,
  /** this invitation was used as often as it may be: ask for another one */
  InviteUsedUp: 61,
  /** this invitation was revoked: ask for another one */
  InviteRevoked: 62,
  /** there is no such friend request, or no longer: list the requests */
  NoSuchRequest: 63,
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
  2: { name: "malformed", text: "this is not a valid JSON object in UTF-8: send one well-formed object in each frame", retry: false },
  3: { name: "unknown_msgid", text: "no request has this msgid: see the protocol reference", retry: false },
  4: { name: "bad_field", text: "a field is missing or has the wrong type: see the protocol reference for the fields of this request", retry: false },
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
  15: { name: "not_member", text: "this user is not a member of the group: they must join it first", retry: false },
  16: { name: "already_member", text: "this user is a member of the group already: there is nothing to do", retry: false },
  17: { name: "not_creator", text: "only the group's creator may do this: ask the creator", retry: false },
  18: { name: "already_friends", text: "you are friends already: there is nothing to do", retry: false },
  19: { name: "not_friends", text: "you are not friends with this user: add them as a friend first", retry: false },
  20: { name: "not_yourself", text: "you cannot do this to yourself: name another user", retry: false },
  21: { name: "blocked", text: "one of the two users blocks the other: nothing can be sent until that block has ended", retry: false },
  22: { name: "send_seq_gap", text: "messages before this one are missing: send again from send_next on", retry: true },
  23: { name: "passed", text: "this send_seq was used before, and no message was found for it: if the text had no ack, send it with a new number", retry: false },
  24: { name: "too_many_unacked", text: "too many messages wait for their ack: wait for acks, then send again", retry: true },
  25: { name: "busy", text: "the server has too much to do: send again in a moment", retry: true },
  26: { name: "unavailable", text: "the database does not answer, so the outcome is unknown: repeat the request, a message with the same send_seq", retry: true },
  27: { name: "behind", text: "a message before this one was refused for now: send again from that message on", retry: true },
  28: { name: "session_ended", text: "this session has ended, because another login took the device over or because it was closed: log in again", retry: false },
  29: { name: "no_registration", text: "registration is closed on this server: ask its operator for an account", retry: false },
  30: { name: "rate_limited", text: "too many requests: try again after retry_after_ms", retry: true },
  31: { name: "limit_reached", text: "there are already as many friends, groups or members as are allowed: remove one first", retry: false },
  32: { name: "no_conversation", text: "there is no conversation here that you may see: check the id; a direct one begins with its first message", retry: false },
  33: { name: "store_full", text: "the server's disk is full or read-only, and nothing was stored: send again later, and tell the operator", retry: true },
  34: { name: "bad_password", text: "the new password is too short, too long, or very common: choose another", retry: false },
  35: { name: "plain_secret", text: "passwords and tokens are not accepted over an unencrypted connection from another machine: connect with TLS or sealed", retry: false },
  36: { name: "frame_too_long", text: "the frame has more bytes than this server accepts: send less at once", retry: false },
  37: { name: "too_deep", text: "the JSON is nested too deeply: send flat objects, and lists only where the protocol reference has them", retry: false },
  38: { name: "internal", text: "there was an error in the server, and its log has the details: try again, and tell the operator if it happens again", retry: false },
  39: { name: "disabled", text: "the operator has disabled this account: ask the operator", retry: false },
  40: { name: "cannot_seal", text: "this connection cannot be sealed: open a new one and begin it with frame 21, then 23; where the server has no key, use TLS", retry: false },
  41: { name: "no_such_session", text: "no device of this account with this number is logged in: list the sessions to see the numbers", retry: false },
  42: { name: "archived", text: "these old messages are in the archive, which cannot be read at the moment: try again later, and tell the operator", retry: true },
  43: { name: "kept_out", text: "you were removed from this group: ask its creator to let you in again", retry: false },
  44: { name: "account_closed", text: "this user's account is disabled or deleted: nothing can be sent to them any more", retry: false },
  45: { name: "too_many_strangers", text: "today you have written to as many people who do not know you as is allowed, or sent them as many messages: wait until they answer or add you as a friend, or continue tomorrow", retry: false },
  46: { name: "key_reused", text: "this send key was used for another message: use a new key for each message", retry: false },
  47: { name: "bad_registration_invite", text: "this server registers users by invitation, and the code is missing, wrong, expired, used up or for another name: ask the operator for a code, and send it in `invite`", retry: false },
  48: { name: "no_such_message", text: "there is no such message, or you may not see it: look at its `seq`", retry: false },
  49: { name: "not_author", text: "somebody else sent this message: only its sender may edit it, and only its sender or who looks after the group may recall it", retry: false },
  50: { name: "too_late", text: "this message was sent too long ago to be edited or recalled: send another one", retry: false },
  51: { name: "message_recalled", text: "this message was recalled: nothing can be done to it any more", retry: false },
  52: { name: "bad_emoji", text: "this is not one emoji: put exactly one from Unicode's list into `emoji`", retry: false },
  53: { name: "older_node", text: "a server of an older version is still running in this cluster, and would not keep this rule: try again when all servers are upgraded, and tell the operator if that takes long", retry: true },
  54: { name: "not_admin", text: "only the group's creator and admins may do this: ask one of them", retry: false },
  55: { name: "not_open", text: "this group cannot be joined by its number: ask a member for an invitation, or ask an admin to add you", retry: false },
  56: { name: "may_not_post", text: "you may read in this group, but not post: ask its creator or an admin", retry: false },
  57: { name: "receipts_hidden", text: "you hide what you have received and read, so you are not told it of others: stop hiding it to see it", retry: false },
  58: { name: "no_directory", text: "this server does not let users be found by the beginning of their names: add the one you mean by their whole name", retry: false },
  59: { name: "no_such_invite", text: "there is no such invitation: check that the code is complete, or ask for another one", retry: false },
  60: { name: "invite_ended", text: "this invitation has ended: ask for another one", retry: false },
  61: { name: "invite_used_up", text: "this invitation was used as often as it may be: ask for another one", retry: false },
  62: { name: "invite_revoked", text: "this invitation was revoked: ask for another one", retry: false },
  63: { name: "no_such_request", text: "there is no such friend request, or no longer: list the requests", retry: false },
};

/** The number in a goodbye. 1000 to 1999: reconnect. 2000 to 2999: do not come back by yourself. */
export const GoodbyeCode = {
  /** the server is stopping: reconnect */
  Shutdown: 1000,
  /** no heartbeat arrived in time: reconnect, and send frame 11 at the interval that the login answer says */
  Silent: 1002,
  /** this node has lost contact with the cluster: connect to another node */
  Fenced: 1003,
  /** no login arrived in time: reconnect and log in */
  Idle: 1004,
  /** there are too many connections: reconnect later */
  Crowded: 1005,
  /** a frame on a sealed connection could not be opened, because it was altered, repeated or not sealed for it, or one before it is missing: reconnect */
  Unsealed: 1006,
  /** another login of this device has taken over: log in again only if you want it back here */
  TakenOver: 2000,
  /** the session was revoked or the account was disabled: log in again with the password */
  LoggedOut: 2001,
  /** what was sent is not a stream of JSON objects: correct the client */
  NotJson: 2002,
  /** a frame is longer or nested deeper than the limit: correct the client, and send less at once */
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
  maxInviteUses: 1000000,
  maxInviteHours: 8784,
  defaultMaxText: 4000,
  maxEmoji: 50,
  maxOwnEmoji: 20,
  maxPins: 50,
  maxTold: 100,
  maxTyping: 200,
  changesKept: 256,
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

/** ConversationRow is a conversation in frame 28. */
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
  /** if there were changes: the number of the last change of a message (section 11) */
  last_rev?: number;
  /** this device's cursor */
  delivered: number;
  /** the user's cursor */
  read: number;
  /** counted up to 1000, which means 999+; one's own messages do not count */
  unread: number;
  /** if there are any: how many of the unread messages mention the user; counted up to 1000 */
  mentions?: number;
  /** of a group: as in 20 */
  windows?: WindowRow[];
  /** if there is one: the last message as delivered, frame 4 or 8; after leaving: as far as one may see */
  last?: ChatFrame | GroupChatFrame;
  /** if it is not all: `mentions` or `none`: what the user wants to be told of (frame 47) */
  level?: string;
  /** if it was set: as in 47; it may be over */
  mute_until?: string;
  /** if it is: `true` */
  pinned?: boolean;
  /** if it is: `true`: nothing came since the user put it out of sight */
  hidden?: boolean;
  /** if there is one: as in 47 */
  draft?: string;
  /** if anything was ever changed: the number of these settings, as in 47 */
  no?: number;
  /** direct, if there is one: the other user's display name (frame 69) */
  display?: string;
  /** direct, if it is shown: how far the other user has received and read, as in 46; left out if it is 0 or not shown */
  has_received?: number;
  /** direct, if it is shown */
  has_read?: number;
}

/** FriendRow is a friend in frames 3 and 16. */
export interface FriendRow {
  id: number;
  name: string;
  /** `online` or `offline` */
  state: string;
  /** if there is one: the display name (frame 69) */
  display?: string;
}

/** GroupRow is a group in frames 3 and 18. */
export interface GroupRow {
  gid: number;
  gname: string;
  gdesc: string;
  /** the role of the user who asks: `creator`, `admin`, `normal` or `readonly` */
  role: string;
  /** how many members */
  members: number;
  /** unless it is open: who may join: `invite` or `closed`; left out if the group is open */
  joining?: string;
  /** unless all may: who may post: `admins`; left out if all may */
  posting?: string;
}

/** InviteRow is an invitation to a group in frames 59 and 61. */
export interface InviteRow {
  /** for frame 62 */
  invite_id: number;
  /** whoever has it may join; in a link: `/#join/CODE` */
  code: string;
  /** how often it may be used; 0: as often as anybody wants */
  uses: number;
  /** how often it was used */
  used: number;
  /** when */
  made: string;
  ends: string;
  /** `open`, `used_up`, `ended`, or `closed`: the account that made it is closed */
  state: string;
  /** unless by the operator: who made it */
  by?: number;
  /** unless by the operator: their name */
  name?: string;
}

/** MemberRow is a member in frame 18. */
export interface MemberRow {
  id: number;
  name: string;
  /** `creator`, `admin`, `normal` or `readonly` */
  role: string;
  /** if it is known: `online` or `offline` */
  state?: string;
  /** if there is one: the display name (frame 69) */
  display?: string;
}

/** PersonRow is a user in frame 51. */
export interface PersonRow {
  id: number;
  name: string;
  /** if there is one: the display name (frame 69) */
  display?: string;
}

/** PositionRow is how far a member has come, in frame 46. */
export interface PositionRow {
  id: number;
  /** up to this seq */
  received: number;
  /** up to this seq */
  read: number;
}

/** ReactionRow is an emoji on a message. */
export interface ReactionRow {
  /** fully qualified */
  emoji: string;
  /** how many users */
  count: number;
}

/** ReaderRow is a user in frame 44. */
export interface ReaderRow {
  id: number;
  name: string;
  /** `read`, `received` (and not read) or `waiting` (neither) */
  stage: string;
}

/** RefusedRow is a user in frame 57 who could not be added. */
export interface RefusedRow {
  id: number;
  /** an error code */
  erron: number;
  /** what happened and what to do */
  errinfo: string;
}

/** RequestRow is a friend request in frame 66. */
export interface RequestRow {
  /** the other user */
  id: number;
  name: string;
  /** if there is one: the display name (frame 69) */
  display?: string;
  /** when it was asked */
  time: string;
  /** it ends then */
  until: string;
}

/** SessionRow is a device in frame 37. The device is logged in, or can log in by its token. */
export interface SessionRow {
  /** the number of the device, for frame 38 */
  device_id: number;
  /** the same number under its older name */
  session: number;
  /** the device's name; empty for the nameless device */
  device: string;
  /** what its last login said in `label`; may be empty */
  label: string;
  /** the network address of its last login; empty if it is not known */
  address: string;
  /** whether it is logged in now */
  online: boolean;
  /** when it last logged in, or when that session ended */
  used: string;
  /** it is the device that asks */
  here: boolean;
}

/** StateRow is the present state of a message in frame 42. */
export interface StateRow {
  /** the message */
  seq: number;
  /** of its last change */
  rev: number;
  /** if it was edited: the present text */
  msg?: string;
  /** if it was edited: when, the last time */
  edited?: string;
  /** if it was: `true`: there is no text any more */
  recalled?: boolean;
  /** if recalled: who recalled it */
  by?: number;
  /** if there are any: in the order in which the emoji came */
  reactions?: ReactionRow[];
  /** if one has reacted: one's own emoji; left out for none */
  mine?: string[];
  /** if it is: `true` */
  pinned?: boolean;
  /** if an edit set them: who is mentioned now, perhaps nobody; left out: those of the message as it was sent */
  mentions?: number[];
  /** if an edit set it: `true` */
  mention_all?: boolean;
}

/** WindowRow is one time at which a user was a member of a group, as a range of seqs. */
export interface WindowRow {
  /** the user may see seqs above this one */
  after: number;
  /** if it has an end: and up to this one; left out while the user is a member */
  until?: number;
}

/** Frame 0, from the client; frame 1 answers it. */
export interface RegisterRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Register;
  /** the name of the new user */
  name: string;
  /** the password, 5–128 characters by default (10 or more are recommended). It must not be one of the 1,000 most common passwords, or the name */
  pwd: string;
  /** the code of an invitation to this server. Case, dashes, blanks and underscores do not matter. `O` counts as `0`; `I` and `L` count as `1` */
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
  /** taken: the id of the new user */
  id?: number;
  /** taken: the name as it is stored (NFC) */
  name?: string;
  /** refused, sometimes: milliseconds */
  retry_after_ms?: number;
}

/** Frame 2, from the client; frame 3 answers it. */
export interface LoginRequestFields extends AnyRequest {
  msgid: typeof Msgid.Login;
  /** some of `id`, `name`: the user who logs in */
  id?: number;
  /** some of `id`, `name`: their name; blanks around it do not matter */
  name?: string;
  /** some of `pwd`, `token` */
  pwd?: string;
  /** some of `pwd`, `token`: from the last login of this device. It may be sent beside `pwd`, even if it has expired: the server checks the password, and the token shows that this device was logged in before */
  token?: string;
  /** 1–64 characters; without it, or empty: the nameless device (section 5) */
  device?: string;
  /** what the device is, for people (“Firefox on Linux”), 1–64 characters; frame 37 shows it to the user */
  label?: string;
  /** the client's oldest number without an answer (section 4) */
  send_next?: number;
  /** `true`: the session is told of changes of messages (frame 40, section 11) */
  changes?: boolean;
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
  /** taken: 32 characters that name the server's log. If the name is not the same as at the login before, the server was set back to an older state (a backup was restored). Then its numbers mean other messages: forget what is known of conversations, and continue from the server's cursors */
  log?: string;
  /** taken: the highest `send_seq` stored for this device, 0 if there is none */
  last_send_seq?: number;
  /** taken, if there is one: for the next login of this device, instead of the password. It ends when it is revoked, when the password is changed, and after some time (a year by default) */
  token?: string;
  /** taken: send frame 11 this often, in milliseconds */
  heartbeat_ms?: number;
  /** taken */
  friends?: FriendRow[];
  /** taken */
  groups?: GroupRow[];
  /** taken, if asked for: as in the request: the server knows of changes (section 11) */
  changes?: boolean;
  /** taken, if it is to be deleted: when the account will be deleted, because its user wants that (frame 71) */
  deletes?: string;
  /** refused, sometimes: milliseconds */
  retry_after_ms?: number;
}

/** Frame 4, from the client; frame 10 answers it. */
export interface ChatRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Chat;
  /** the user's id */
  to: number;
  /** 1–4,000 characters by default, at least one of them visible; no control characters except newline and tab */
  msg: string;
  /** the device's number for this message (section 4) */
  send_seq?: number;
  /** the seq of the message that this one answers. It is in the same conversation, and the sender can see it */
  reply_to?: number;
  /** ids of the users who are mentioned, at most 50. Who is not in the conversation is left out */
  mentions?: number[];
  /** `true`: everybody in the conversation is mentioned */
  mention_all?: boolean;
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
  /** if it is a reply: the message that it answers, by its seq in the same conversation. It may be recalled by now */
  reply_to?: number;
  /** if anybody is: ids of the users who are mentioned */
  mentions?: number[];
  /** if everybody is: `true`: everybody in the conversation is mentioned */
  mention_all?: boolean;
  /** if it was changed: of its last change; the fields below are there as they apply (section 11) */
  rev?: number;
  /** if it was edited: when, the last time */
  edited?: string;
  /** if it was: `true`; then `msg` is empty */
  recalled?: boolean;
  /** if recalled: who recalled it */
  by?: number;
  /** if there are any: in the order in which the emoji came */
  reactions?: ReactionRow[];
  /** if one has reacted: one's own emoji; not in 28 */
  mine?: string[];
  /** if it is: `true` */
  pinned?: boolean;
}

/** Frame 5, from the client; frame 10 answers it. */
export interface AddFriendRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.AddFriend;
  /** one of `name`, `friendid`: the user's id */
  friendid?: number;
  /** one of `name`, `friendid`: or the user's name; as at login, capitals do not matter */
  name?: string;
}
export type AddFriendRequest = AddFriendRequestFields &
  ({ name: string; friendid?: never } | { name?: never; friendid: number });

/** Frame 6, from the client; frame 10 answers it. */
export interface CreateGroupRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.CreateGroup;
  /** 1–50 characters; it need not be unique. No invisible characters, except those that join emoji or letters */
  gname: string;
  /** 0–200 characters */
  gdesc?: string;
  /** who may join: `open` (everybody by the gid), `invite` (by invitation) or `closed` (only who is added). Default `open` */
  joining?: string;
  /** ids of users who are added at once, at most 50. Who cannot be added is left out; frame 56 says why */
  members?: number[];
}

/** Frame 7, from the client; frame 10 answers it. */
export interface JoinGroupRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.JoinGroup;
  /** one of `gid`, `code`: the id of an open group */
  gid?: number;
  /** one of `gid`, `code`: the code of an invitation to a group. Case, dashes, blanks and underscores do not matter. `O` counts as `0`; `I` and `L` count as `1` */
  code?: string;
}
export type JoinGroupRequest = JoinGroupRequestFields &
  ({ gid: number; code?: never } | { gid?: never; code: string });

/** Frame 8, from the client; frame 10 answers it. */
export interface GroupChatRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.GroupChat;
  gid: number;
  /** as in 4 */
  msg: string;
  /** as in 4; frames 4 and 8 share one sequence of numbers */
  send_seq?: number;
  /** as in 4 */
  reply_to?: number;
  /** as in 4 */
  mentions?: number[];
  /** as in 4 */
  mention_all?: boolean;
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
  /** if it is a reply: the message that it answers, by its seq in the same conversation. It may be recalled by now */
  reply_to?: number;
  /** if anybody is: ids of the users who are mentioned */
  mentions?: number[];
  /** if everybody is: `true`: everybody in the conversation is mentioned */
  mention_all?: boolean;
  /** if it was changed: of its last change; the fields below are there as they apply (section 11) */
  rev?: number;
  /** if it was edited: when, the last time */
  edited?: string;
  /** if it was: `true`; then `msg` is empty */
  recalled?: boolean;
  /** if recalled: who recalled it */
  by?: number;
  /** if there are any: in the order in which the emoji came */
  reactions?: ReactionRow[];
  /** if one has reacted: one's own emoji; not in 28 */
  mine?: string[];
  /** if it is: `true` */
  pinned?: boolean;
}

/** Frame 9, from the client; frame 10 answers it. */
export interface LogoutRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Logout;
  /** `true`: the token of this device ends too, and its next login needs the password. If left out, the token stays valid */
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
  /** 4, 8, 39, if there was one: also in a refusal */
  send_seq?: number;
  /** 4, 7, 8, 29: the message's seq; to 7: what comes after it is to be seen; to 29: up to where it is read now */
  seq?: number;
  /** 4, 8, 39, 71: when it was stored; to 71: when the account will be deleted */
  time?: string;
  /** 39, if there is one: the number of the change (section 11) */
  rev?: number;
  /** 6, 7, 29–31, 45, 47, 54, 55, 62 */
  gid?: number;
  /** 5, 32, 67 */
  friendid?: number;
  /** 5–7, 30–33, 54, 55, 62, 67: the user's or the group's name */
  name?: string;
  /** 5, 67 accepted: the new friend is `online` or `offline`; `asked`: has to agree first (65) */
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
  /** the time of the server's clock */
  time: string;
}

/** Frame 13, from the client; frame 10 answers it. */
export interface ReceivedRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Received;
  /** one of `gid`, `with`: the other user */
  with?: number;
  /** one of `gid`, `with`: the group */
  gid?: number;
  /** all messages up to this one have been displayed. A seq beyond the last message counts as the last message */
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
  /** `true`: the users whom one blocks instead */
  blocked?: boolean;
}

/** Frame 16, from the server. */
export interface FriendsAnswer {
  msgid: typeof Msgid.FriendsAnswer;
  /** as in the request */
  rid?: RID;
  /** none with `blocked` */
  friends: FriendRow[];
  /** with blocked: the users whom one blocks */
  blocked?: PersonRow[];
  /** there are more: ask with `after` = the last id */
  more: boolean;
}

/** Frame 17, from the client; frame 18 answers it. */
export interface GroupsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Groups;
  /** the group whose members are listed */
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
  /** members: the group whose members these are */
  gid?: number;
  /** groups */
  groups?: GroupRow[];
  /** members */
  members?: MemberRow[];
  /** there are more: ask with `after` = the last gid or id */
  more: boolean;
}

/** Frame 19, from the client; frame 20 answers it. */
export interface HistoryRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.History;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** at most one of `after`, `before`: messages with a higher seq */
  after?: number;
  /** at most one of `after`, `before`: messages with a lower seq */
  before?: number;
  /** as in 15; a page has fewer messages if their texts are long */
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
  /** of a group: the times at which the user was a member, oldest first, at most 64. The messages between two of them are not a gap; the user may not see them: show "you were not a member" */
  windows?: WindowRow[];
  /** there are more in the direction that was asked for */
  more: boolean;
}

/** Frame 21, from the client; frame 22 answers it. */
export interface PublicKeyRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.PublicKey;
  /** the fingerprint of the server's key, if the client knows it */
  pin?: string;
}

/** Frame 22, from the server. */
export interface PublicKeyAnswer {
  msgid: typeof Msgid.PublicKeyAnswer;
  /** as in the request */
  rid?: RID;
  /** the server's RSA public key: SubjectPublicKeyInfo, DER, base64 */
  key: string;
  /** 32 random bytes for this connection, base64 */
  nonce: string;
}

/** Frame 23, from the client; frame 24 answers it. */
export interface KeyExchangeRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.KeyExchange;
  /** the client's secret, 32 random bytes, encrypted with RSA-OAEP and SHA-256, base64 */
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
  /** whether the client should reconnect by itself */
  reconnect: boolean;
  /** wait at least this many milliseconds first, and a random time more */
  after_ms: number;
}

/** Frame 27, from the client; frame 28 answers it. */
export interface ConversationsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Conversations;
  /** the last `key` of the page before; not with `order` */
  after?: number;
  /** as in 15 */
  limit?: number;
  /** `recent`: the order of a screen, see below; left out: by `key` */
  order?: string;
  /** with `order`: the `next` of the page before */
  next?: string;
}

/** Frame 28, from the server. */
export interface ConversationsAnswer {
  msgid: typeof Msgid.ConversationsAnswer;
  /** as in the request */
  rid?: RID;
  conversations: ConversationRow[];
  /** there are more: ask with `after` = the last `key`, or with `next` */
  more: boolean;
  /** with order, if there are more: where the next page begins; it means something to the server only */
  next?: string;
}

/** Frame 29, from the client; frame 10 answers it. */
export interface ReadRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Read;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** at least 1. A seq beyond the last message counts as the last message */
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
  /** the user to remove, or to let in again */
  member: number;
  /** `true`, the default, removes the user; `false` lets them join again */
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
  /** group_updated: the group's description; left out if there is none */
  gdesc?: string;
  /** group_updated: who may join */
  joining?: string;
  /** group_updated: who may post */
  posting?: string;
  /** role_changed: the member's new role */
  role?: string;
  /** member_joined, of oneself: the user may see messages with a higher seq; left out if it is 0 */
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
  /** there are more: ask with `after` = the last `device_id` */
  more: boolean;
}

/** Frame 38, from the client; frame 10 answers it. */
export interface RevokeSessionRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.RevokeSession;
  /** some of `session`, `device_id`: the device, as frame 37 lists it */
  device_id?: number;
  /** some of `session`, `device_id`: the older name of `device_id`, which counts if both are there */
  session?: number;
}
export type RevokeSessionRequest = RevokeSessionRequestFields &
  ({ session: number; device_id?: number } | { session?: number; device_id: number });

/** Frame 39, from the client; frame 10 answers it. */
export interface ChangeRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Change;
  /** one of `gid`, `with`: the other user of a direct conversation */
  with?: number;
  /** one of `gid`, `with`: the group */
  gid?: number;
  /** the message */
  seq: number;
  /** `edit`, `recall`, `react`, `unreact`, `pin` or `unpin` */
  op: string;
  /** `edit`: the new text, as in 4 */
  msg?: string;
  /** `react`, `unreact`: one emoji of Unicode's emoji-test.txt, with or without U+FE0F */
  emoji?: string;
  /** one row of numbers with those of 4 and 8 (section 4) */
  send_seq?: number;
  /** `edit`: who is mentioned now, as in 4. If `mentions` and `mention_all` are both left out, the mentions stay as they are; otherwise they are replaced */
  mentions?: number[];
  /** `edit`: as in 4 */
  mention_all?: boolean;
}
export type ChangeRequest = ChangeRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 40, from the server. */
export interface ChangedFrame {
  msgid: typeof Msgid.Changed;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** if there is a state: the message */
  seq?: number;
  /** of its last change */
  rev: number;
  /** the `rev` of the frame before in this conversation */
  prev: number;
  /** if it was edited: the present text */
  msg?: string;
  /** if it was edited: when, the last time */
  edited?: string;
  /** if it was: `true`: there is no text any more */
  recalled?: boolean;
  /** if recalled: who recalled it */
  by?: number;
  /** if there are any: in the order in which the emoji came */
  reactions?: ReactionRow[];
  /** if one's own moved: all of one's own emoji on it, perhaps none; left out: they are what they were */
  mine?: string[];
  /** if it is: `true` */
  pinned?: boolean;
  /** if an edit set them: who is mentioned now, perhaps nobody; left out: those of the message as it was sent */
  mentions?: number[];
  /** if an edit set it: `true` */
  mention_all?: boolean;
}

/** Frame 41, from the client; frame 42 answers it. */
export interface StatesRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.States;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** states whose last change came after this one; default 0 */
  rev?: number;
  /** `true`: the pinned messages instead; then `rev` does not count */
  pinned?: boolean;
  /** with `pinned`: the last seq of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}
export type StatesRequest = StatesRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 42, from the server. */
export interface StatesAnswer {
  msgid: typeof Msgid.StatesAnswer;
  /** as in the request */
  rid?: RID;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** if there are changes: up to where the client is with this page: ask with it for the next one */
  rev?: number;
  /** without pinned */
  changes?: StateRow[];
  /** with pinned: the pinned messages as in 20, by seq */
  messages?: (ChatFrame | GroupChatFrame)[];
  /** there are further ones: ask with `rev`, or with `after` = the last seq */
  more: boolean;
}

/** Frame 43, from the client; frame 44 answers it. */
export interface ReadersRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Readers;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** the message */
  seq: number;
  /** who is listed: `read`, `received` (and not read) or `waiting` (neither); left out: all of them */
  only?: string;
  /** the last id of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}
export type ReadersRequest = ReadersRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 44, from the server. */
export interface ReadersAnswer {
  msgid: typeof Msgid.ReadersAnswer;
  /** as in the request */
  rid?: RID;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** the message */
  seq: number;
  /** how many may see it, without its sender */
  members: number;
  /** how many of them have received it */
  received: number;
  /** how many of those have read it */
  read: number;
  /** who they are, by id */
  users: ReaderRow[];
  /** there are more: ask with `after` = the last id */
  more: boolean;
}

/** Frame 45, from the client; frame 10 answers it. */
export interface TypingRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Typing;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
}
export type TypingRequest = TypingRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number });

/** Frame 45, from the server. */
export interface TypingFrame {
  msgid: typeof Msgid.Typing;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** who is writing */
  id: number;
  /** their name */
  from: string;
}

/** Frame 46, from the server. */
export interface ReceiptsFrame {
  msgid: typeof Msgid.Receipts;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** direct: the other user has received messages up to this seq; left out if it is 0 */
  received?: number;
  /** direct: and has read up to this one; left out if it is 0 */
  read?: number;
  /** group: the members who have moved */
  members?: PositionRow[];
}

/** Frame 47, from the client; frame 10 answers it. */
export interface SettingsRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Settings;
  /** one of `gid`, `with` */
  with?: number;
  /** one of `gid`, `with` */
  gid?: number;
  /** some of `pinned`, `level`, `mute_until`, `hidden`, `draft`: what the user wants to be told of: `all`, `mentions` or `none` */
  level?: string;
  /** some of `pinned`, `level`, `mute_until`, `hidden`, `draft`: nothing is to be told until this time (RFC 3339); empty: ends that */
  mute_until?: string;
  /** some of `pinned`, `level`, `mute_until`, `hidden`, `draft`: `true`: it stands at the top of the list */
  pinned?: boolean;
  /** some of `pinned`, `level`, `mute_until`, `hidden`, `draft`: `true`: it is out of sight until its next message; `false`: at once in sight again */
  hidden?: boolean;
  /** some of `pinned`, `level`, `mute_until`, `hidden`, `draft`: what is typed and not sent, at most as many characters as a message; empty: nothing */
  draft?: string;
  /** with `hidden`: the last message that the user saw; left out: the last there is */
  seq?: number;
}
export type SettingsRequest = SettingsRequestFields &
  ({ gid: number; with?: never } | { gid?: never; with: number }) &
  ({ pinned: boolean; level?: string; mute_until?: string; hidden?: boolean; draft?: string } | { pinned?: boolean; level: string; mute_until?: string; hidden?: boolean; draft?: string } | { pinned?: boolean; level?: string; mute_until: string; hidden?: boolean; draft?: string } | { pinned?: boolean; level?: string; mute_until?: string; hidden: boolean; draft?: string } | { pinned?: boolean; level?: string; mute_until?: string; hidden?: boolean; draft: string });

/** Frame 47, from the server. */
export interface SettingsFrame {
  msgid: typeof Msgid.Settings;
  /** direct */
  with?: number;
  /** group */
  gid?: number;
  /** `all`, `mentions` or `none` */
  level: string;
  /** if it was set: it may be over */
  mute_until?: string;
  /** if it is: `true` */
  pinned?: boolean;
  /** if it is: `true`: it is out of sight unless a message came after `seq` */
  hidden?: boolean;
  /** if hidden: the last message when the user put it out of sight; left out if it is 0 */
  seq?: number;
  /** if there is one */
  draft?: string;
  /** grows with each change; what comes with a lower number than is known is older */
  no: number;
}

/** Frame 48, from the client; frame 49 answers it. */
export interface MentionsRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.Mentions;
  /** at most one of `gid`, `with`: only in the direct conversation with this user */
  with?: number;
  /** at most one of `gid`, `with`: only in this group */
  gid?: number;
  /** the `next` of the page before */
  next?: string;
  /** as in 15 */
  limit?: number;
}
export type MentionsRequest = MentionsRequestFields &
  ({ gid?: number; with?: never } | { gid?: never; with?: number });

/** Frame 49, from the server. */
export interface MentionsAnswer {
  msgid: typeof Msgid.MentionsAnswer;
  /** as in the request */
  rid?: RID;
  /** frames 4 or 8 as in 20 */
  messages: (ChatFrame | GroupChatFrame)[];
  /** if there are more: where the next page begins; it means something to the server only */
  next?: string;
  /** there are more: ask with `next`. A page may be empty and have more */
  more: boolean;
}

/** Frame 50, from the client; frame 51 answers it. */
export interface PeopleRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.People;
  /** how the name begins, 1 to 50 characters; capitals do not matter */
  name: string;
  /** at most this many, and at most 20; default 20 */
  limit?: number;
}

/** Frame 51, from the server. */
export interface PeopleAnswer {
  msgid: typeof Msgid.PeopleAnswer;
  /** as in the request */
  rid?: RID;
  users: PersonRow[];
  /** there are others: ask with a longer beginning */
  more: boolean;
}

/** Frame 54, from the client; frame 10 answers it. */
export interface UpdateGroupRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.UpdateGroup;
  gid: number;
  /** some of `gname`, `gdesc`, `joining`, `posting`: the new name, as in 6 */
  gname?: string;
  /** some of `gname`, `gdesc`, `joining`, `posting`: the new description, as in 6 */
  gdesc?: string;
  /** some of `gname`, `gdesc`, `joining`, `posting`: who may join, as in 6 */
  joining?: string;
  /** some of `gname`, `gdesc`, `joining`, `posting`: who may post: `all` or `admins` */
  posting?: string;
}
export type UpdateGroupRequest = UpdateGroupRequestFields &
  ({ gname: string; gdesc?: string; joining?: string; posting?: string } | { gname?: string; gdesc: string; joining?: string; posting?: string } | { gname?: string; gdesc?: string; joining: string; posting?: string } | { gname?: string; gdesc?: string; joining?: string; posting: string });

/** Frame 55, from the client; frame 10 answers it. */
export interface SetRoleRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.SetRole;
  gid: number;
  /** the member */
  member: number;
  /** `admin`, `normal` or `readonly`; `creator` hands the group over, and who sends this becomes an admin */
  role: string;
}

/** Frame 56, from the client; frame 57 answers it. */
export interface AddMembersRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.AddMembers;
  gid: number;
  /** their ids, at most 50 */
  users: number[];
}

/** Frame 57, from the server. */
export interface AddMembersAnswer {
  msgid: typeof Msgid.AddMembersAnswer;
  /** as in the request */
  rid?: RID;
  gid: number;
  /** who are members now */
  added: number[];
  /** who are not, and why */
  refused: RefusedRow[];
}

/** Frame 58, from the client; frame 59 answers it. */
export interface MakeInviteRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.MakeInvite;
  gid: number;
  /** how often it may be used, at most 1,000,000; 0: as often as anybody wants. Default 10 */
  uses?: number;
  /** how long it lasts, 1–8784. Default 168 (7 days) */
  hours?: number;
}

/** Frame 59, from the server. */
export interface MakeInviteAnswer {
  msgid: typeof Msgid.MakeInviteAnswer;
  /** as in the request */
  rid?: RID;
  gid: number;
  invite: InviteRow;
}

/** Frame 60, from the client; frame 61 answers it. */
export interface InvitesRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Invites;
  gid: number;
  /** the last `invite_id` of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}

/** Frame 61, from the server. */
export interface InvitesAnswer {
  msgid: typeof Msgid.InvitesAnswer;
  /** as in the request */
  rid?: RID;
  gid: number;
  invites: InviteRow[];
  /** there are more: ask with `after` = the last `invite_id` */
  more: boolean;
}

/** Frame 62, from the client; frame 10 answers it. */
export interface RevokeInviteRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.RevokeInvite;
  gid: number;
  /** the invitation, as 59 and 61 have it */
  invite_id: number;
}

/** Frame 63, from the client; frame 64 answers it. */
export interface LookAtInviteRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.LookAtInvite;
  /** as in 7 */
  code: string;
}

/** Frame 64, from the server. */
export interface LookAtInviteAnswer {
  msgid: typeof Msgid.LookAtInviteAnswer;
  /** as in the request */
  rid?: RID;
  gid: number;
  gname: string;
  gdesc: string;
  /** how many members the group has */
  members: number;
  /** unless by the operator: who made the invitation */
  by?: number;
  /** unless by the operator: their name */
  name?: string;
  /** when the invitation ends */
  ends: string;
  /** whether the user who asks is a member already */
  member: boolean;
}

/** Frame 65, from the client; frame 66 answers it. */
export interface FriendRequestsRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.FriendRequests;
  /** `true`: whom the user asks; left out: who asks the user */
  out?: boolean;
  /** the last id of the page before */
  after?: number;
  /** as in 15 */
  limit?: number;
}

/** Frame 66, from the server. */
export interface FriendRequestsAnswer {
  msgid: typeof Msgid.FriendRequestsAnswer;
  /** as in the request */
  rid?: RID;
  requests: RequestRow[];
  /** there are more: ask with `after` = the last id */
  more: boolean;
}

/** Frame 67, from the client; frame 10 answers it. */
export interface AnswerRequestRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.AnswerRequest;
  /** the other user */
  user: number;
  /** `true`: the two are friends; `false`: their request is declined, or, if they do not ask, one's own is withdrawn */
  accept: boolean;
}

/** Frame 68, from the client; frame 69 answers it. */
export interface ProfileRequest extends AnyRequest, Claim {
  msgid: typeof Msgid.Profile;
  /** whose; left out: one's own */
  user?: number;
}

/** Frame 69, from the server. */
export interface ProfileAnswer {
  msgid: typeof Msgid.ProfileAnswer;
  /** as in the request */
  rid?: RID;
  /** the user */
  user: number;
  /** the name of the account, which is theirs alone */
  name: string;
  /** if there is one: how they want to be called; others may be called the same */
  display?: string;
  /** if there is one: what they say about themselves */
  about?: string;
  /** of a friend: `online` or `offline` */
  state?: string;
  /** of a friend who is offline, unless one of the two hides it: when one of their devices last logged in or its session ended */
  seen?: string;
  /** of oneself, if it is: `true`: see frame 70 */
  hide_receipts?: boolean;
  /** of oneself, if it is: `true`: see frame 70 */
  hide_seen?: boolean;
  /** of oneself, if it is to be: when the account will be deleted (frame 71) */
  deletes?: string;
}

/** Frame 70, from the client; frame 10 answers it. */
export interface UpdateProfileRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.UpdateProfile;
  /** some of `display`, `about`, `hide_receipts`, `hide_seen`: the display name, 1 to 50 characters, in any scripts; empty: none */
  display?: string;
  /** some of `display`, `about`, `hide_receipts`, `hide_seen`: a text about oneself, at most 200 characters; empty: none */
  about?: string;
  /** some of `display`, `about`, `hide_receipts`, `hide_seen`: `true`: nobody is told what this user has received and read, and this user is not told it of others */
  hide_receipts?: boolean;
  /** some of `display`, `about`, `hide_receipts`, `hide_seen`: `true`: nobody is told when this user was last here, and this user is not told it of others */
  hide_seen?: boolean;
}
export type UpdateProfileRequest = UpdateProfileRequestFields &
  ({ display: string; about?: string; hide_receipts?: boolean; hide_seen?: boolean } | { display?: string; about: string; hide_receipts?: boolean; hide_seen?: boolean } | { display?: string; about?: string; hide_receipts: boolean; hide_seen?: boolean } | { display?: string; about?: string; hide_receipts?: boolean; hide_seen: boolean });

/** Frame 71, from the client; frame 10 answers it. */
export interface DeleteAccountRequestFields extends AnyRequest, Claim {
  msgid: typeof Msgid.DeleteAccount;
  /** one of `pwd`, `cancel`: the account's password: it is to be deleted */
  pwd?: string;
  /** one of `pwd`, `cancel`: `true`: it is to stay */
  cancel?: boolean;
}
export type DeleteAccountRequest = DeleteAccountRequestFields &
  ({ pwd: string; cancel?: never } | { pwd?: never; cancel: boolean });

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
  | RevokeSessionRequest
  | ChangeRequest
  | StatesRequest
  | ReadersRequest
  | TypingRequest
  | SettingsRequest
  | MentionsRequest
  | PeopleRequest
  | UpdateGroupRequest
  | SetRoleRequest
  | AddMembersRequest
  | MakeInviteRequest
  | InvitesRequest
  | RevokeInviteRequest
  | LookAtInviteRequest
  | FriendRequestsRequest
  | AnswerRequestRequest
  | ProfileRequest
  | UpdateProfileRequest
  | DeleteAccountRequest;

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
  | SessionsAnswer
  | ChangedFrame
  | StatesAnswer
  | ReadersAnswer
  | TypingFrame
  | ReceiptsFrame
  | SettingsFrame
  | MentionsAnswer
  | PeopleAnswer
  | AddMembersAnswer
  | MakeInviteAnswer
  | InvitesAnswer
  | LookAtInviteAnswer
  | FriendRequestsAnswer
  | ProfileAnswer;

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
  39: AckFrame;
  41: StatesAnswer;
  43: ReadersAnswer;
  45: AckFrame;
  47: AckFrame;
  48: MentionsAnswer;
  50: PeopleAnswer;
  54: AckFrame;
  55: AckFrame;
  56: AddMembersAnswer;
  58: MakeInviteAnswer;
  60: InvitesAnswer;
  62: AckFrame;
  63: LookAtInviteAnswer;
  65: FriendRequestsAnswer;
  67: AckFrame;
  68: ProfileAnswer;
  70: AckFrame;
  71: AckFrame;
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
  39: 10,
  41: 42,
  43: 44,
  45: 10,
  47: 10,
  48: 49,
  50: 51,
  54: 10,
  55: 10,
  56: 57,
  58: 59,
  60: 61,
  62: 10,
  63: 64,
  65: 66,
  67: 10,
  68: 69,
  70: 10,
  71: 10,
};
