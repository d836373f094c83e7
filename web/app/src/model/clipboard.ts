import { say } from './voice.ts';
import { t } from '../text/text.ts';

/** Copies a text and says so, or that the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    say(t().copied);
    return true;
  } catch {
    say(t().copyRefused);
    return false;
  }
}
