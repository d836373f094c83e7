import './css/tokens.css';
import './css/app.css';
import './css/more.css';
import { render } from 'preact';
import { currentAccount } from './model/accounts.ts';
import { followDrafts } from './model/drafts.ts';
import { askFacts } from './model/facts.ts';
import { followDays } from './model/now.ts';
import { firstLang, followPrefs } from './model/prefs.ts';
import { followRoute, go } from './model/route.ts';
import { followAccount, resume } from './model/session.ts';
import { speak } from './text/text.ts';
import { App } from './view/App.tsx';
import { rest } from './view/rest.ts';

// A file that is dropped beside a field never replaces the page.
for (const type of ['dragover', 'drop'] as const) addEventListener(type, (e) => e.preventDefault());

followPrefs();
followRoute();
followDrafts();
followDays();
followAccount();
navigator.serviceWorker?.addEventListener('message', (e) => {
  const key: unknown = (e.data as { go?: unknown } | null)?.go;
  if (typeof key === 'string' && /^[ug]\d+$/.test(key)) go(key);
});

/**
 * Shows the page. It is a function because a module that waits for a part of the page at its top would wait for ever: each
 * part imports this one, and waits for its end.
 */
async function show(place: HTMLElement): Promise<void> {
  if (!currentAccount()) void import('./view/entry.ts').catch(() => undefined); // it is asked for again where it is shown
  // A language that cannot be loaded is no reason for a blank page: English is here.
  await Promise.all([speak(firstLang()).catch(() => speak('en')), resume(), isSecureContext ? undefined : askFacts()]);
  render(<App />, place);
  const { followTheRest } = await rest();
  followTheRest();
}

const place = document.getElementById('app');
if (place) void show(place);
