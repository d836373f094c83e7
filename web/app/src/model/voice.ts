import { signal } from '@preact/signals';

/** What the one live region says. A screen reader reads it when it changes. */
export const spoken = signal('');

export function say(text: string): void {
  spoken.value = spoken.value === text ? `${text}\u200b` : text;
}

/** What went wrong a moment ago: a line that goes by itself. */
export const problem = signal('');
let gone: ReturnType<typeof setTimeout> | undefined;

export function sayError(text: string): void {
  problem.value = text;
  clearTimeout(gone);
  gone = setTimeout(() => (problem.value = ''), 6000);
}

const MOST = 3;
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says that messages came: at most three in a row by their texts, more by their number. */
export function sayMessage(line: string, many: (n: number) => string): void {
  waiting.push(line);
  timer ??= setTimeout(() => {
    say(waiting.length <= MOST ? waiting.join('\n') : many(waiting.length));
    waiting = [];
    timer = undefined;
  }, 400);
}
