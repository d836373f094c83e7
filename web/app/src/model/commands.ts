import { setPref } from './prefs.ts';
import { reader } from './reader.ts';
import { currentKey, go } from './route.ts';
import { feed } from './session.ts';
import { listed } from './talks.ts';
import { open, panel } from './ui.ts';
import { t } from '../text/text.ts';

/** Something that can be done from the palette, and by its keys. */
export interface Command {
  name: () => string;
  icon: string;
  /** As `chord` names it. */
  keys?: string;
  run: () => void;
}

export const commands: readonly Command[] = [
  { name: () => t().newConversation, icon: 'compose', keys: 'alt+n', run: () => open('new') },
  { name: () => t().addFriend, icon: 'adduser', keys: 'alt+a', run: () => open('friend') },
  { name: () => t().createGroup, icon: 'people', keys: 'alt+g', run: () => open('group') },
  { name: () => t().joinByNumber, icon: 'hash', run: () => open('join') },
  { name: () => t().markRead, icon: 'check', keys: 'shift+Escape', run: () => feed.value && void reader.toEnd(feed.value) },
  { name: () => t().settings, icon: 'tune', run: () => go('settings') },
  { name: () => t().keyboard, icon: 'keys', keys: 'mod+/', run: () => open('keys') },
  { name: () => t().themeDark, icon: 'moon', run: () => setPref('theme', 'dark') },
  { name: () => t().themeLight, icon: 'sun', run: () => setPref('theme', 'light') },
  { name: () => t().themeSystem, icon: 'auto', run: () => setPref('theme', '') },
];

/** Chords that are no entry of the palette. */
const others: Readonly<Record<string, () => void>> = {
  'mod+k': () => open('palette'),
  'alt+ArrowUp': () => step(-1, false),
  'alt+ArrowDown': () => step(1, false),
  'alt+shift+ArrowDown': () => step(1, true),
  'alt+m': () => {
    if (currentKey.value) panel.value = !panel.value;
  },
  'mod+ArrowUp': () => reader.step(-1),
  'mod+ArrowDown': () => reader.step(1),
};

/** Goes to the conversation before or after the open one, or to the next one with something unread. */
function step(by: number, unread: boolean): void {
  const all = listed.value;
  const at = all.findIndex((talk) => talk.key === currentKey.value);
  for (let i = 1; i <= all.length; i++) {
    const next = all[(at + by * i + all.length * 2) % all.length];
    if (next && (!unread || next.unread > 0)) return go(next.key);
  }
}

/** Runs what a chord stands for; reports whether it stands for anything. */
export function runChord(keys: string): boolean {
  const run = others[keys] ?? commands.find((c) => c.keys === keys)?.run;
  run?.();
  return run !== undefined;
}
