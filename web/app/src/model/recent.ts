import { emojiOf, type Emoji } from './emoji.ts';

/** The emoji that were picked last on this device: one row. */
const KEY = 'parley.emoji';
const MOST = 8;

function load(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((e): e is string => typeof e === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const recentEmoji = (): Emoji[] => load().flatMap((e) => emojiOf(e) ?? []);

export function rememberEmoji(emoji: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([emoji, ...load().filter((e) => e !== emoji)].slice(0, MOST)));
  } catch {
    // It is not remembered then.
  }
}
