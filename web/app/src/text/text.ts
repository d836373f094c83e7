import { signal } from '@preact/signals';
import { en, type Texts } from './en.ts';

export type Lang = 'en' | 'zh';

const texts = signal<Texts>(en);
export const lang = signal<Lang>('en');

/** The texts of the page in its language. A component that calls it is drawn anew when the language changes. */
export const t = (): Texts => texts.value;

/** Loads the texts of a language, which for Chinese takes one request, and then shows them. */
export async function speak(to: Lang): Promise<void> {
  const loaded = to === 'zh' ? (await import('./zh.ts')).zh : en;
  texts.value = loaded;
  lang.value = to;
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
}
