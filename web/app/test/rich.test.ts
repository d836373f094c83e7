import { expect, test } from 'vitest';
import { length, linkEnd, oneLine, pieces, tied } from '../src/text/rich.ts';

test('a text is text, and nothing in it is markup', () => {
  expect(pieces('<b>bold</b> <script>alert(1)</script>')).toEqual([{ kind: 'text', text: '<b>bold</b> <script>alert(1)</script>' }]);
  expect(pieces('javascript:alert(1) data:text/html,x //host file:///etc')).toHaveLength(1);
});

test('code stands between marks, and is not looked into', () => {
  expect(pieces('run `kill -9` now')).toEqual([
    { kind: 'text', text: 'run ' },
    { kind: 'code', text: 'kill -9' },
    { kind: 'text', text: ' now' },
  ]);
  expect(pieces('see\n```sh\nls `x` https://a.example\n```\nend')).toEqual([
    { kind: 'text', text: 'see\n' },
    { kind: 'block', lang: 'sh', text: 'ls `x` https://a.example' },
    { kind: 'text', text: 'end' },
  ]);
  expect(pieces('```\nnever closed')).toEqual([{ kind: 'text', text: '```\nnever closed' }]);
});

test('a link ends where people mean it to', () => {
  for (const [found, want] of [
    ['https://a.example.', 'https://a.example'],
    ['https://a.example/x_(y)', 'https://a.example/x_(y)'],
    ['https://a.example/x)', 'https://a.example/x'],
    ['https://a.example/x).', 'https://a.example/x'],
    ['https://a.example/路径，然后', 'https://a.example/路径'],
    ['https://a.example）', 'https://a.example'],
    ['https://a.example/?a=b&c=d!', 'https://a.example/?a=b&c=d'],
    ['https://a.example/**', 'https://a.example/'],
  ] as const)
    expect(linkEnd(found), found).toBe(want);
});

test('only http and https become links', () => {
  expect(pieces('at https://a.example/x, and http:// alone')).toEqual([
    { kind: 'text', text: 'at ' },
    { kind: 'link', text: 'https://a.example/x', href: 'https://a.example/x' },
    { kind: 'text', text: ', and http:// alone' },
  ]);
});

test('the pieces are all of the text', () => {
  const text = 'a `b` https://c.example/d) e\n```js\nf\n```\ng';
  const all = pieces(text)
    .map((p) => p.text)
    .join('|');
  for (const part of ['a ', 'b', 'https://c.example/d', ') e', 'f', 'g']) expect(all).toContain(part);
});

test('length is what the server counts: code points after NFC', () => {
  expect(length('e\u0301')).toBe(1);
  expect(length('🙂🙂')).toBe(2);
  expect(length('')).toBe(0);
});

test('a closing emoji does not wrap alone', () => {
  expect(tied('good 🙂')).toBe('good\u00a0🙂');
  expect(tied('hi 👍🏽')).toBe('hi\u00a0👍🏽');
  expect(tied('🙂 good')).toBe('🙂 good');
});

test('a preview is one line', () => {
  expect(oneLine('a\n\n  b\t```sh\nc```')).toBe('a b sh c');
});
