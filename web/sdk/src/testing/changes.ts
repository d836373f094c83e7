import { Code } from '../frames.ts';
import type { Sent } from './peer.ts';

/** What was done to a message in the fake server. */
export interface Done {
  rev: number;
  edited?: string;
  recalled?: true;
  by?: number;
  reactions: { emoji: string; users: number[] }[];
  pinned?: true;
}

/** A message that things can be done to. */
export interface Changeable {
  id: number;
  msg: string;
  seq: number;
  done?: Done;
}

/** Does to a message what a frame 39 asks for. It returns a code, 0 for success; the state gets `rev` only if it changes anything. */
export function doChange(m: Changeable | undefined, user: number, f: Sent, rev: number, time: string): { code: number; changed: boolean } {
  const no = (code: number): { code: number; changed: boolean } => ({ code, changed: false });
  if (!m) return no(Code.NoSuchMessage);
  if (m.done?.recalled) return no(Code.MessageRecalled);
  const d: Done = m.done ?? { rev: 0, reactions: [] };
  const before = JSON.stringify([m.msg, d]);
  const emoji = f['emoji'] as string;
  const row = d.reactions.find((r) => r.emoji === emoji);
  switch (f['op']) {
    case 'edit':
      if (m.id !== user) return no(Code.NotAuthor);
      if (m.msg !== f['msg']) {
        m.msg = f['msg'] as string;
        d.edited = time;
      }
      break;
    case 'recall':
      if (m.id !== user) return no(Code.NotAuthor);
      m.msg = '';
      m.done = { rev, recalled: true, by: user, reactions: [] };
      return { code: 0, changed: true };
    case 'react':
      if (!row) d.reactions.push({ emoji, users: [user] });
      else if (!row.users.includes(user)) row.users.push(user);
      break;
    case 'unreact':
      if (row) row.users = row.users.filter((u) => u !== user);
      d.reactions = d.reactions.filter((r) => r.users.length > 0);
      break;
    case 'pin':
      d.pinned = true;
      break;
    case 'unpin':
      delete d.pinned;
      break;
    default:
      return no(Code.BadField);
  }
  if (JSON.stringify([m.msg, d]) === before) return { code: 0, changed: false };
  d.rev = rev;
  m.done = d;
  return { code: 0, changed: true };
}

/** The state of a message as a user's frames have it. */
export function stateFields(m: Changeable, user: number): Record<string, unknown> {
  const d = m.done;
  if (!d?.rev) return {};
  const mine = d.reactions.filter((r) => r.users.includes(user)).map((r) => r.emoji);
  return {
    rev: d.rev, ...(d.edited && { edited: d.edited, msg: m.msg }), ...(d.recalled && { recalled: true, by: d.by }), ...(d.pinned && { pinned: true }),
    ...(d.reactions.length > 0 && { reactions: d.reactions.map((r) => ({ emoji: r.emoji, count: r.users.length })) }), ...(mine.length > 0 && { mine }),
  };
}
