/**
 * What is wanted rarely, over any chat: settings of conversations, pinned messages, and what may be done in groups.
 *
 * @packageDocumentation
 */
import type { Chat } from './chat.ts';
import type { Conversation } from './conversation.ts';
import { checkNumber, named } from './conversation.ts';
import { toMessage } from './decode.ts';
import { Refusal } from './errors.ts';
import { Limits, Msgid } from './frames.ts';
import type { AddMembersRequest, SetRoleRequest, SettingsRequest, StatesRequest, UpdateGroupRequest } from './frames.ts';
import type { Message } from './types.ts';

/** What to set for a conversation; what is left out stays as it is. */
export interface NewSettings {
  /** What the user wants to be told of. */
  level?: 'all' | 'mentions' | 'none';
  /** Nothing is to be told until then: milliseconds since 1970; 0 ends that. */
  muteUntil?: number;
  /** It stands at the top of the list. */
  pinned?: boolean;
  /** Out of sight until the next message after `seq` (left out: after the last there is); false: in sight again at once. */
  hidden?: boolean;
  seq?: number;
  /** What is typed and not sent. */
  draft?: string;
}

/** Sets what a user wants of a conversation, on all their devices, which are told by an event `settings`. */
export async function setConversation(chat: Chat, of: Conversation, s: NewSettings, signal?: AbortSignal): Promise<void> {
  const { muteUntil, ...rest } = s;
  const until = muteUntil === undefined ? {} : { mute_until: muteUntil === 0 ? '' : new Date(muteUntil).toISOString() };
  await chat.request({ msgid: Msgid.Settings, ...named(of), ...rest, ...until } as SettingsRequest, { repeat: true, ...(signal && { signal }) });
}

/** Returns the pinned messages of a conversation, by seq; there are at most `Limits.maxPins`. */
export async function pinnedMessages(chat: Chat, of: Conversation, signal?: AbortSignal): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const last = all.at(-1);
    const q = { msgid: Msgid.States, ...named(of), pinned: true, limit: Limits.maxPage, ...(last && { after: last.seq }) } as StatesRequest;
    const answer = await chat.request(q, { repeat: true, ...(signal && { signal }) });
    const page = answer.messages ?? [];
    for (const f of page) all.push(toMessage(f, chat.self?.id ?? 0));
    if (!answer.more || page.length === 0) return all;
  }
}

/** What to change of a group; what is left out stays as it is. */
export interface GroupChange {
  name?: string;
  description?: string;
  /** Who may join; the creator alone may change it. */
  joining?: 'open' | 'invite' | 'closed';
  /** Who may post; the creator alone may change it. */
  posting?: 'all' | 'admins';
}

/** Changes a group: its creator and admins may. */
export async function updateGroup(chat: Chat, gid: number, c: GroupChange, signal?: AbortSignal): Promise<void> {
  const { name, description, ...rules } = c;
  const q = { msgid: Msgid.UpdateGroup, gid: checkNumber(gid, 'a group'), ...(name !== undefined && { gname: name }), ...(description !== undefined && { gdesc: description }), ...rules };
  await chat.request(q as UpdateGroupRequest, { repeat: true, ...(signal && { signal }) });
}

/** Gives a member another role: the creator alone may. With `creator` the group is handed over, and who does it becomes an admin. */
export async function setRole(chat: Chat, gid: number, user: number, role: 'creator' | 'admin' | 'normal' | 'readonly', signal?: AbortSignal): Promise<void> {
  const q: SetRoleRequest = { msgid: Msgid.SetRole, gid: checkNumber(gid, 'a group'), member: checkNumber(user, 'a user'), role };
  await chat.request(q, { repeat: role !== 'creator', ...(signal && { signal }) });
}

/** Makes users members of a group, also those who were removed; its creator and admins may. It returns who was added, and why others were not. */
export async function addMembers(chat: Chat, gid: number, users: number[], signal?: AbortSignal): Promise<{ added: number[]; refused: { id: number; error: Refusal }[] }> {
  const q: AddMembersRequest = { msgid: Msgid.AddMembers, gid: checkNumber(gid, 'a group'), users: users.map((u) => checkNumber(u, 'a user')) };
  const answer = await chat.request(q, signal ? { signal } : {});
  return { added: answer.added, refused: answer.refused.map((r) => ({ id: r.id, error: new Refusal(r.erron, r.errinfo) })) };
}
