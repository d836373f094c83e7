import { codeOf, Code, type Change, type Message } from '@parley/sdk';
import { reacted } from './reacted.ts';
import { groups } from './talks.ts';
import { feed, theChat } from './session.ts';
import { editing } from './ui.ts';
import { sayError } from './voice.ts';
import { explain } from '../text/explain.ts';

/** Does something to a message; a refusal is said. It reports whether it was done. */
export async function touch(m: Message, what: Change): Promise<boolean> {
  try {
    await theChat().change(m.conversation, m.seq, what);
    return true;
  } catch (err) {
    sayError(explain(err));
    return false;
  }
}

/** Gives or takes back a reaction: at once on screen, and back if it is refused. */
export async function toggleReaction(m: Message, emoji: string): Promise<void> {
  const has = m.reacted?.includes(emoji) ?? false;
  const shown = feed.value;
  shown?.alter(m.seq, (now) => reacted(now, emoji, !has));
  if (await touch(m, { op: has ? 'unreact' : 'react', emoji })) return;
  // Where a newer state came meanwhile, that stands.
  shown?.alter(m.seq, (now) => (now.rev === m.rev ? m : now));
}

/** Saves an edit. Why it was refused for good is thrown. */
export async function saveEdit(m: Message, text: string): Promise<void> {
  if (text === m.text) return;
  await theChat().change(m.conversation, m.seq, { op: 'edit', text });
}

/** Begins to edit one's last message of the open conversation; reports whether there is one. */
export function editLast(): boolean {
  const last = feed.value?.messages.value.findLast((m) => m.mine && !m.recalled);
  if (last) editing.value = last;
  return last !== undefined;
}

/** Whether the account looks after a group, or the conversation is a direct one. */
export function mayPin(m: Message): boolean {
  const gid = m.conversation.gid;
  return gid === undefined || looksAfter(gid);
}

export const mayRecall = (m: Message): boolean => !m.recalled && (m.mine || (m.conversation.gid !== undefined && looksAfter(m.conversation.gid)));

/** The account is creator or admin of a group. */
export function looksAfter(gid: number): boolean {
  const role = groups.value.get(gid)?.role;
  return role === 'creator' || role === 'admin';
}

/** An edit came too late: what was written can be sent as a new message. */
export const tooLate = (err: unknown): boolean => codeOf(err) === Code.TooLate;
