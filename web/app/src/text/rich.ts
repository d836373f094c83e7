/** What a text is made of: plain text, code in a line, a block of code, a link. Nothing else has a meaning. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'block'; text: string; lang: string }
  | { kind: 'link'; text: string; href: string };

const block = /^```([^\n`]{0,30})\n([\s\S]*?)\n?```[^\S\n]*(?:\n|$)/gm;
const inline = /`([^`\n]+)`/g;
const address = /https?:\/\/[^\s<>"`]+/gi;

/** Takes a text apart. The pieces in their order, without the marks of code, are all of the text. */
export function pieces(text: string): Piece[] {
  return apart(text, block, (m) => ({ kind: 'block', lang: (m[1] ?? '').trim(), text: m[2] ?? '' }), lines);
}

const lines = (text: string): Piece[] => apart(text, inline, (m) => ({ kind: 'code', text: m[1] ?? '' }), links);

function links(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const m of text.matchAll(address)) {
    const found = linkEnd(m[0]);
    const href = linkTo(found);
    if (!href) continue;
    if (m.index > from) out.push({ kind: 'text', text: text.slice(from, m.index) });
    out.push({ kind: 'link', text: found, href });
    from = m.index + found.length;
  }
  if (from < text.length) out.push({ kind: 'text', text: text.slice(from) });
  return out;
}

function apart(text: string, what: RegExp, make: (m: RegExpMatchArray) => Piece, rest: (text: string) => Piece[]): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const m of text.matchAll(what)) {
    if (m.index > from) out.push(...rest(text.slice(from, m.index)));
    out.push(make(m));
    from = m.index + m[0].length;
  }
  if (from < text.length) out.push(...rest(text.slice(from)));
  return out;
}

const opened: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '）': '（' };
// What no address that people write goes on with: full-width punctuation, and quotes.
const stops = /[，。！？；：、）】》」』”’…]/;

/** The part of a found address that belongs to it: punctuation behind it does not, nor a bracket that it did not open. */
export function linkEnd(found: string): string {
  let end = found.search(stops);
  if (end < 0) end = found.length;
  for (; end > 0; end--) {
    const last = found[end - 1] ?? '';
    const pair = opened[last];
    if (pair) {
      const inside = found.slice(0, end);
      if (inside.split(pair).length >= inside.split(last).length) break;
    } else if (!/[.,;:!?'"*_~|]/.test(last)) break;
  }
  return found.slice(0, end);
}

/** The address to go to; undefined for what is none. */
function linkTo(text: string): string | undefined {
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** How long a text is for the server: code points after NFC. */
export const length = (text: string): number => {
  let n = 0;
  for (const _ of text.normalize('NFC')) n++;
  return n;
};

/** A closing emoji stays with the word before it: the blank between them does not wrap on screen. */
export const tied = (text: string): string =>
  text.replace(/ (\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)*)$/u, '\u00a0$1');

/** One line of a text, for lists and notices. */
export const oneLine = (text: string): string => text.replaceAll('```', ' ').replace(/\s+/g, ' ').trim();
