/** Whether a name has the letters of a query in their order: at once, or with others between. Case and accents do not count. */
export const matches = (name: string, query: string): boolean => marks(name, query) !== undefined;

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();

/**
 * Where a name has the letters of a query, as places of its characters; undefined if it has not. All of them
 * side by side are better than scattered, and the beginning of a word better than its middle.
 */
export function marks(name: string, query: string): { at: number[]; score: number } | undefined {
  const letters = [...name];
  const folded = letters.map(fold);
  const wanted = [...fold(query.trim())].filter((c) => c !== ' ');
  if (wanted.length === 0) return { at: [], score: 0 };
  const whole = together(folded, wanted);
  if (whole >= 0) {
    const begins = whole === 0 ? 3 : /[\s\p{P}]/u.test(letters[whole - 1] ?? '') ? 2 : 1;
    return { at: wanted.map((_, i) => whole + i), score: begins * 100 - whole };
  }
  const at: number[] = [];
  let from = 0;
  for (const c of wanted) {
    const found = folded.findIndex((f, i) => i >= from && f.startsWith(c));
    if (found < 0) return undefined;
    at.push(found);
    from = found + 1;
  }
  return { at, score: -((at.at(-1) ?? 0) - (at[0] ?? 0)) };
}

function together(folded: string[], wanted: string[]): number {
  for (let i = 0; i + wanted.length <= folded.length; i++) if (wanted.every((c, j) => folded[i + j] === c)) return i;
  return -1;
}
