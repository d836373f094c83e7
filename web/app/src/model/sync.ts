import { effect } from '@preact/signals';
import { fromKey } from '@parley/sdk';
import { setConversation } from '@parley/sdk/more';
import { drafts, sent } from './drafts.ts';
import { theChat } from './session.ts';
import { talks } from './talks.ts';

/** A draft goes to the other devices when nothing was written for this long, in milliseconds. */
const REST = 3000;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Tells the account's other devices what is being written. */
export function followDraftsElsewhere(): void {
  let known: ReadonlyMap<string, { text: string }> = new Map();
  effect(() => {
    const now = drafts.value;
    for (const key of new Set([...known.keys(), ...now.keys()])) {
      if (known.get(key)?.text === now.get(key)?.text) continue;
      clearTimeout(timers.get(key));
      timers.set(key, setTimeout(() => void tell(key), REST));
    }
    known = now;
  });
}

async function tell(key: string): Promise<void> {
  const text = drafts.value.get(key)?.text ?? '';
  const talk = talks.value.get(key);
  try {
    if (talk && talk.lastSeq > 0 && text !== talk.settings.draft) await setConversation(theChat(), fromKey(key), { draft: text });
    if (text === '') sent.delete(key);
  } catch {
    // It is kept here; the next change tries again.
  }
}
