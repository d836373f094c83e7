import { effect, signal } from '@preact/signals';
import type { Lang } from '../text/text.ts';

/** What this browser remembers of how the page is to be: of no account, and of no secrecy. early.js reads it too. */
export interface Prefs {
  theme: '' | 'light' | 'dark';
  size: 's' | 'm' | 'l';
  lang: '' | Lang;
  enterSends: boolean;
  notify: boolean;
  showText: boolean;
  sound: boolean;
  /** What groups notify of. Mentions are part of it once messages have them. */
  groups: 'all' | 'none';
}

const KEY = 'parley.prefs';
const standard: Prefs = { theme: '', size: 'm', lang: '', enterSends: true, notify: false, showText: true, sound: false, groups: 'all' };

/** Reads what is kept. A private window, or a record that somebody damaged, is as good as none. */
function load(): Prefs {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return standard;
    const known = Object.entries(kept).filter(([key, value]) => key in standard && typeof value === typeof standard[key as keyof Prefs]);
    return { ...standard, ...(Object.fromEntries(known) as Partial<Prefs>) };
  } catch {
    return standard;
  }
}

export const prefs = signal<Prefs>(load());

export function setPref<K extends keyof Prefs>(key: K, value: Prefs[K]): void {
  prefs.value = { ...prefs.value, [key]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.value));
  } catch {
    // It holds for this page then.
  }
}

/** The language to begin with: the chosen one, else the browser's. */
export const firstLang = (): Lang => prefs.value.lang || (/^zh\b/i.test(navigator.language) ? 'zh' : 'en');

/** Keeps the page as the preferences say, also when another tab changes them. */
export function followPrefs(): void {
  addEventListener('storage', (e) => {
    if (e.key === KEY) prefs.value = load();
  });
  effect(() => {
    const root = document.documentElement;
    const { theme, size } = prefs.value;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    if (size === 'm') delete root.dataset.size;
    else root.dataset.size = size;
  });
}
