import type { Message } from '@parley/sdk';
import { expect, test } from 'vitest';
import { emojiData } from '../build/emoji.ts';
import { reacted } from '../src/model/reacted.ts';

const message = (more: Partial<Message>): Message => ({ conversation: { with: 2 }, seq: 1, from: { id: 2, name: 'bob' }, text: 'hi', time: 0, mine: false, sendSeq: 0, ...more });

test('a reaction shows at once as the server will tell it', () => {
  const none = message({});
  const one = reacted(none, '👍', true);
  expect(one).toMatchObject({ reactions: [{ emoji: '👍', count: 1 }], reacted: ['👍'] });
  expect(reacted(one, '👍', true)).toBe(one);
  expect(reacted(one, '👍', false)).toMatchObject({ reactions: [], reacted: [] });
  const others = message({ reactions: [{ emoji: '👍', count: 3 }, { emoji: '🚀', count: 1 }], reacted: ['🚀'] });
  expect(reacted(others, '👍', true).reactions).toEqual([{ emoji: '👍', count: 4 }, { emoji: '🚀', count: 1 }]);
  expect(reacted(others, '🚀', false).reactions).toEqual([{ emoji: '👍', count: 3 }]);
});

test('the emoji of the picker have names in both languages', () => {
  const groups = emojiData().split('\n\n').map((g) => g.split('\n').map((line) => line.split('\t')));
  expect(groups).toHaveLength(9);
  const all = groups.flat();
  expect(all.length).toBeGreaterThan(1800);
  expect(all.filter(([emoji, en, zh]) => !emoji || !en || !zh).map(([emoji]) => emoji)).toEqual([]);
  expect(all.find(([emoji]) => emoji === '🚀')?.slice(1, 3)).toEqual(['rocket', '火箭']);
});
