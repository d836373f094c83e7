import { signal } from '@preact/signals';

/** A text that is being written, and when it was last changed. */
export interface Draft {
  text: string;
  time: number;
}

/** The drafts of the account, by the key of their conversation. */
export const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

let account = 0;
const KEPT_AFTER = 300;
/** Conversations whose draft was sent here, until the other devices know. */
export const sent = new Set<string>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const place = (id: number) => `parley.drafts.${id}`;

/** Reads the drafts of an account. A damaged record is none. */
export function openDrafts(id: number): void {
  account = id;
  drafts.value = new Map();
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(id)) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return;
    const good = Object.entries(kept as Record<string, Partial<Draft>>).filter(([, d]) => typeof d?.text === 'string' && typeof d.time === 'number');
    drafts.value = new Map(good as [string, Draft][]);
  } catch {
    // There are none then.
  }
}

/** Notes what is written in a conversation; it is kept 300 ms after the last change, or when the page goes. */
export function draft(key: string, text: string): void {
  const next = new Map(drafts.value);
  if (text.trim() === '') next.delete(key);
  else next.set(key, { text, time: drafts.value.get(key)?.time ?? Date.now() });
  drafts.value = next;
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(keep, KEPT_AFTER));
}

/** Another device has another draft, `now` instead of `before`. It does not replace what was written here. */
export function takeDraft(key: string, before: string, now: string): void {
  if (sent.has(key)) return; // it may be the one that was just sent
  const mine = drafts.value.get(key)?.text ?? '';
  if (mine !== before || mine === now) return;
  draft(key, now);
}

/** A text was sent: it is no draft any more, at once. */
export function undraft(key: string): void {
  if (drafts.value.has(key)) sent.add(key);
  clearTimeout(timers.get(key));
  timers.delete(key);
  const next = new Map(drafts.value);
  next.delete(key);
  drafts.value = next;
  keep();
}

/** Forgets all drafts of the account on this device. */
export function dropDrafts(): void {
  drafts.value = new Map();
  try {
    localStorage.removeItem(place(account));
  } catch {
    // There is nothing then.
  }
}

function keep(): void {
  if (account === 0) return;
  try {
    localStorage.setItem(place(account), JSON.stringify(Object.fromEntries(drafts.value)));
  } catch {
    // It lives as long as the page.
  }
}

/** Keeps what is not kept yet when the page goes, and takes over what another tab writes. */
export function followDrafts(): void {
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && keep());
  addEventListener('storage', (e) => {
    if (account !== 0 && e.key === place(account)) openDrafts(account);
  });
}
