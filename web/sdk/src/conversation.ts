import { badNumber } from './errors.ts';

/** Names one conversation: a direct one by the other user (`with`), or a group's (`gid`). */
export type Conversation =
  | { readonly with: number; readonly gid?: undefined }
  | { readonly gid: number; readonly with?: undefined };

/** The conversation with another user. */
export const direct = (user: number): Conversation => ({ with: checkNumber(user, 'a user') });

/** A group's conversation. */
export const group = (gid: number): Conversation => ({ gid: checkNumber(gid, 'a group') });

/** A key for maps: `u2` for the conversation with user 2, `g7` for group 7. */
export const keyOf = (c: Conversation): string => (c.gid ? `g${c.gid}` : `u${c.with}`);

/** The conversation with this key. */
export const fromKey = (key: string): Conversation =>
  key[0] === 'g' ? { gid: +key.slice(1) } : { with: +key.slice(1) };

/**
 * Returns a number that may stand for an id or seq. JavaScript's numbers are exact up to 2^53-1 only,
 * so a larger one would silently be another one: it is refused.
 */
export function checkNumber(n: number, what: string, least = 1): number {
  if (!Number.isSafeInteger(n) || n < least) throw badNumber(n, what);
  return n;
}

/** The field of a frame that names a conversation. */
export const named = (c: Conversation): { with: number } | { gid: number } =>
  c.gid ? { gid: c.gid } : { with: c.with as number };
