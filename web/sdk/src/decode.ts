import type { Conversation } from './conversation.ts';
import { ClientError } from './errors.ts';
import { Msgid } from './frames.ts';
import type { ChangedFrame, ChatFrame, ConversationRow, FriendRow, GroupChatFrame, GroupRow, MemberRow, ServerFrame, SessionRow, SettingsFrame, StateRow, WindowRow } from './frames.ts';
import type { ConversationInfo, ConversationSettings, Friend, GroupInfo, LoginInfo, Member, Message, MessageState, Window } from './types.ts';

const known: ReadonlySet<unknown> = new Set(Object.values(Msgid));

/**
 * Returns the server's frame in a text, undefined for one that this version does not know. It throws for
 * what is not the protocol, and for numbers that JavaScript cannot keep exactly: an id or seq beyond 2^53
 * would silently be another one.
 */
export function decode(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('it sent what is not JSON');
  }
  if (typeof value !== 'object' || value === null || !Number.isInteger((value as ServerFrame).msgid)) {
    throw broken('it sent something without a msgid');
  }
  const frame = value as ServerFrame;
  if (!known.has(frame.msgid)) return undefined;
  exact(frame, '');
  if (frame.msgid === Msgid.Chat || frame.msgid === Msgid.GroupChat) checkMessage(frame);
  if (frame.msgid === Msgid.Ack && !(Number.isInteger(frame.re) && Number.isInteger(frame.erron))) throw broken('it sent an ack without "re" or "erron"');
  return frame;
}

const broken = (what: string): ClientError => new ClientError('protocol', `this is not a Parley server, or a damaged connection: ${what}`);

/** Refuses numbers that are not exact, wherever they stand. */
function exact(value: unknown, field: string): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new ClientError('protocol', `the server sent ${value} in "${field}": JavaScript keeps whole numbers exactly up to 2^53-1 only`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const k in value) if (k !== 'rid') exact((value as Record<string, unknown>)[k], k);
  }
}

function checkMessage(f: ChatFrame | GroupChatFrame): void {
  const to = f.msgid === Msgid.Chat ? f.to : f.gid;
  if (!(f.id > 0 && to > 0 && f.seq > 0 && typeof f.msg === 'string' && typeof f.from === 'string')) {
    throw broken('it sent a message without sender, receiver, seq or text');
  }
}

/** Returns a message as user self sees it. */
export function toMessage(f: ChatFrame | GroupChatFrame, self: number): Message {
  const mine = f.id === self;
  const conversation: Conversation = 'gid' in f ? { gid: f.gid } : { with: mine ? f.to : f.id };
  const m: Message = { conversation, seq: f.seq, from: { id: f.id, name: f.from }, text: f.msg, time: Date.parse(f.time), mine, sendSeq: f.send_seq ?? 0 };
  if (f.device !== undefined) m.device = f.device;
  return f.rev ? apply(m, toState(f, true, f.seq)) : m;
}

/** Returns a state as it stands in frames 4, 8, 40 and 42; where it is whole, one's own reactions that are left out are none. */
export function toState(f: ChatFrame | GroupChatFrame | StateRow | ChangedFrame, whole: boolean, seq: number): MessageState {
  const s: MessageState = { seq, rev: f.rev ?? 0 };
  if (f.edited !== undefined) {
    s.edited = Date.parse(f.edited);
    if (f.msg !== undefined) s.text = f.msg;
  }
  if (f.recalled) s.recalled = true;
  if (f.by) s.by = f.by;
  if (f.reactions?.length) s.reactions = f.reactions.map(({ emoji, count }) => ({ emoji, count }));
  if (f.mine || whole) s.reacted = f.mine ?? [];
  if (f.pinned) s.pinned = true;
  return s;
}

/** Returns a message in a state, unless it is in a newer one. */
export function apply(m: Message, s: MessageState): Message {
  if ((m.rev ?? 0) >= s.rev) return m;
  const { edited: _e, recalled: _r, by: _b, reactions: _s, pinned: _p, reacted, ...rest } = m;
  const { seq: _, text, reacted: own = reacted, ...state } = s;
  return { ...rest, ...state, text: s.recalled ? '' : (text ?? m.text), ...(own?.length && !s.recalled && { reacted: own }) };
}

export function toSettings(r: ConversationRow | SettingsFrame): ConversationSettings {
  const s: ConversationSettings = { level: r.level ?? 'all', pinned: r.pinned ?? false, hidden: r.hidden ?? false, draft: r.draft ?? '', no: r.no ?? 0 };
  if (r.mute_until) s.muteUntil = Date.parse(r.mute_until);
  return s;
}

export const toFriend = (r: FriendRow): Friend => ({ id: r.id, name: r.name, online: r.state === 'online' });

export const toGroup = (r: GroupRow): GroupInfo => ({ gid: r.gid, name: r.gname, description: r.gdesc, role: r.role, members: r.members, joining: r.joining ?? 'open', posting: r.posting ?? 'all' });

export const toMember = (r: MemberRow): Member => ({ id: r.id, name: r.name, role: r.role, online: r.state === 'online' });

export const toLogin = (r: SessionRow): LoginInfo => ({
  deviceId: r.device_id || r.session, device: r.device, label: r.label ?? '', address: r.address ?? '', online: r.online, used: Date.parse(r.used), here: r.here,
});

export const toWindow = (r: WindowRow): Window => (r.until ? { after: r.after, until: r.until } : { after: r.after });

export function toConversation(r: ConversationRow, self: number): ConversationInfo {
  const info: ConversationInfo = {
    conversation: r.gid ? { gid: r.gid } : { with: r.with as number },
    name: r.name, lastSeq: r.last_seq, delivered: r.delivered, read: r.read, unread: r.unread, settings: toSettings(r),
  };
  if (r.last) info.last = toMessage(r.last, self);
  if (r.windows) info.windows = r.windows.map(toWindow);
  return info;
}

/**
 * Returns the messages, from and to included, that were said between two others while the account was no
 * member: those that follow `before`, up to the next that may be seen. undefined if there are none.
 */
export function absent(windows: Window[], before: number, after: number): { from: number; to: number } | undefined {
  let next = after;
  for (const w of windows) {
    if (w.until === undefined || w.until > before) {
      next = Math.min(after, Math.max(w.after, before) + 1);
      break;
    }
  }
  return next > before + 1 ? { from: before + 1, to: next - 1 } : undefined;
}
