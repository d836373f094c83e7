import type { Message } from '@parley/sdk';

/** A message with one's own reaction, or without it. */
export function reacted(m: Message, emoji: string, on: boolean): Message {
  const own = m.reacted ?? [];
  if (own.includes(emoji) === on) return m;
  const before = m.reactions ?? [];
  const there = before.some((r) => r.emoji === emoji);
  const reactions = (there ? before.map((r) => (r.emoji === emoji ? { emoji, count: r.count + (on ? 1 : -1) } : r)) : [...before, { emoji, count: 1 }]).filter((r) => r.count > 0);
  return { ...m, reactions, reacted: on ? [...own, emoji] : own.filter((e) => e !== emoji) };
}
