import { fromPlain, toPlain } from './errors.ts';
import type { PlainError } from './errors.ts';
import type { Event, State, User } from './types.ts';

/** What the follower asks of the leading tab: methods of a client. Those that are harmless twice are asked of the next leader. */
const twice = ['history', 'recall', 'conversations', 'recallConversations', 'markRead', 'friends', 'groups', 'members', 'logins', 'block', 'readmit', 'flush'] as const;
const once = ['addFriend', 'unfriend', 'createGroup', 'joinGroup', 'leaveGroup', 'removeMember', 'changePassword', 'revoke', 'request', 'retry', 'discard', 'logout', 'signOut'] as const;
export type Method = (typeof twice)[number] | (typeof once)[number];
/** `request` is one of the others: whether it is harmless, it says itself. */
export const methods: ReadonlySet<string> = new Set([...twice, ...once]);
export const harmless: ReadonlySet<string> = new Set(twice);

/** What tabs tell each other. */
export type Note =
  /** A tab has come and asks who leads. */
  | { t: 'hello' }
  /** The leader, and where it stands: its answer to hello, and when it has begun. */
  | { t: 'leader'; leader: string; state: State; self: User | undefined; device: string; began: boolean }
  | { t: 'event'; event: Event }
  /** Another tab has put messages into the outbox. */
  | { t: 'queued' }
  | { t: 'wake' }
  | { t: 'call'; from: string; call: number; method: Method; args: unknown[] }
  | { t: 'answer'; to: string; call: number; value?: unknown; error?: PlainError };

/** Errors lose their kind on the way between tabs: they travel as plain data. */
export function pack<E extends Event>(e: E): E {
  return mapErrors(e, (err) => (err instanceof Error ? toPlain(err) : err));
}

export function unpack<E extends Event>(e: E): E {
  return mapErrors(e, (err) => (err ? fromPlain(err as PlainError) : err));
}

function mapErrors<E extends Event>(e: E, map: (err: unknown) => unknown): E {
  const copy: Record<string, unknown> = { ...e };
  if (copy['error']) copy['error'] = map(copy['error']);
  for (const k of ['state', 'outgoing']) {
    const inner = copy[k] as { error?: unknown } | undefined;
    if (inner?.error) copy[k] = { ...inner, error: map(inner.error) };
  }
  return copy as E;
}
