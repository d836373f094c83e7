import { expect, test } from 'vitest';
import { marks, matches } from '../src/view/match.ts';
import { letter } from '../src/view/Avatar.tsx';

test('a name is found by some of its letters in their order', () => {
  expect(matches('Release 2.0', 'rel')).toBe(true);
  expect(matches('Release 2.0', 'r2')).toBe(true);
  expect(matches('José', 'jose')).toBe(true);
  expect(matches('韩梅梅', '梅')).toBe(true);
  expect(matches('bob', 'bx')).toBe(false);
});

test('a beginning is better than a middle, and that better than scattered letters', () => {
  const score = (name: string) => marks(name, 're')?.score ?? -Infinity;
  expect(score('Release')).toBeGreaterThan(score('Share'));
  expect(score('My release')).toBeGreaterThan(score('Share'));
  expect(score('Share')).toBeGreaterThan(score('grace'));
});

test('an avatar has the first character, of two or three hanzi the last', () => {
  expect(letter('bob')).toBe('B');
  expect(letter('李雷')).toBe('雷');
  expect(letter('韩梅梅')).toBe('梅');
  expect(letter('李雷小组一')).toBe('李');
  expect(letter('👩‍💻 dev')).toBe('👩‍💻');
  expect(letter('')).toBe('?');
});
