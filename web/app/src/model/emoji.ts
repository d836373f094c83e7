import data from 'virtual:emoji';

/** One emoji, as Unicode names it in both languages. */
export interface Emoji {
  emoji: string;
  en: string;
  zh: string;
  /** Further words that find it, in both languages, in small letters. */
  words: string;
}

/** The icons of the groups, in Unicode's order. */
const icons = ['smile', 'hand', 'leaf', 'cup', 'car', 'ball', 'bulb', 'heart', 'flag'];

let groups: { icon: string; emoji: Emoji[] }[] | undefined;
let byEmoji: Map<string, Emoji> | undefined;

/** All emoji by group. They are taken apart when they are first wanted. */
export function groupsOfEmoji(): { icon: string; emoji: Emoji[] }[] {
  groups ??= data.split('\n\n').map((group, i) => ({
    icon: icons[i] ?? 'smile',
    emoji: group.split('\n').map((line) => {
      const [emoji = '', en = '', zh = '', words = ''] = line.split('\t');
      return { emoji, en, zh, words };
    }),
  }));
  return groups;
}

export function emojiOf(emoji: string): Emoji | undefined {
  byEmoji ??= new Map(groupsOfEmoji().flatMap((g) => g.emoji.map((e) => [e.emoji, e] as const)));
  return byEmoji.get(emoji);
}

/** Finds emoji by words in either language: first those whose name begins with the text, then those with a word that does. */
export function findEmoji(query: string): Emoji[] {
  const q = query.trim().toLowerCase();
  if (q === '') return [];
  const ranked: [rank: number, e: Emoji][] = [];
  for (const g of groupsOfEmoji()) {
    for (const e of g.emoji) {
      const all = ` ${e.en} ${e.words}`;
      const rank = e.en === q || e.zh === q ? 0 : e.en.startsWith(q) || e.zh.startsWith(q) ? 1 : all.includes(` ${q}`) || e.zh.includes(q) ? 2 : e.words.includes(q) && /\p{Script=Han}/u.test(q) ? 3 : -1;
      if (rank >= 0) ranked.push([rank, e]);
    }
  }
  return ranked.sort((a, b) => a[0] - b[0]).map(([, e]) => e);
}
