import { signal } from '@preact/signals';
import { en } from './en.ts';
import type { enGate } from './en-gate.ts';
import type { enMore } from './en-more.ts';

export type Lang = 'en' | 'zh';
export type Texts = typeof en & typeof enGate & typeof enMore;

let english: Partial<Texts> = en;
const texts = signal<Partial<Texts>>(english);
export const lang = signal<Lang>('en');

/**
 * The texts of the page in its language. A component that calls it is drawn anew when the language changes. In English a text
 * is there when the part of the page that says it is loaded; a test holds that each part brings its own.
 */
export const t = (): Texts => texts.value as Texts;

/** Adds the English texts of a part of the page that is loaded now. */
export function addTexts(part: Partial<Texts>): void {
  english = { ...english, ...part };
  if (lang.value === 'en') texts.value = english;
}

/** Loads the texts of a language, which for Chinese takes one request, and then shows them. */
export async function speak(to: Lang): Promise<void> {
  texts.value = to === 'zh' ? (await import('./zh.ts')).zh : english;
  lang.value = to;
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
}
