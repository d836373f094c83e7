import { signal } from '@preact/signals';
import type { Message } from '@parley/sdk';

/** The dialogs of the app; at most one is open. */
export type DialogName = '' | 'new' | 'friend' | 'group' | 'join' | 'palette' | 'keys' | 'rules' | 'add';

/** What a menu is about, and the element that it belongs to. */
export type MenuOf = { of: 'message'; message: Message; at: Element } | { of: 'react'; message: Message; at: Element } | { of: 'talk'; key: string; at: Element };

/** The menu that is open. */
export const menu = signal<MenuOf | undefined>(undefined);

/** One's own message that is being edited, in its conversation. */
export const editing = signal<Message | undefined>(undefined);

/** A message that is asked about before it is recalled. */
export const recalling = signal<Message | undefined>(undefined);

export const dialog = signal<DialogName>('');
/** The panel beside the conversation is open. */
export const panel = signal(false);

export const open = (name: DialogName): void => {
  dialog.value = name;
};

/** A newer build waits to take over this page, and how it is let. Every tab is loaded anew; what is written is kept before that. */
export const updateReady = signal(false);
export const takeOver = signal<() => void>(() => undefined);

/** Runs what a chord of keys stands for, and reports whether it stands for anything. It is there a moment after the page. */
export const chords: { run: (keys: string) => boolean } = { run: () => false };
