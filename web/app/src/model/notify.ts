import { effect, signal } from '@preact/signals';
import { keyOf, type Event, type Message } from '@parley/sdk';
import { prefs } from './prefs.ts';
import { currentKey, go } from './route.ts';
import { onEvent, phase } from './session.ts';
import { muted, talkOf, unreadTalks } from './talks.ts';
import { chime } from './chime.ts';
import { sayMessage } from './voice.ts';
import { oneLine } from '../text/rich.ts';
import { t } from '../text/text.ts';

/** What the browser allows. */
export const notifyState = signal<NotificationPermission>(typeof Notification === 'undefined' ? 'denied' : Notification.permission);

/** Asks the browser. It is called only when somebody has just wanted it. */
export async function askToNotify(): Promise<void> {
  if (typeof Notification === 'undefined') return;
  notifyState.value = await Notification.requestPermission();
}

const shown = new Map<string, Notification>();
/** Messages that are older than the login, in milliseconds, are caught up with, and are no news. */
const LATE = 5000;
let since = 0;

const away = (key: string): boolean => !(currentKey.value === key && document.visibilityState === 'visible' && document.hasFocus());

function news(m: Message): void {
  const key = keyOf(m.conversation);
  if (m.mine || !away(key) || m.time < since - LATE) return;
  const talk = talkOf(key);
  if (muted(talk) || (talk.group && prefs.value.groups === 'none')) return;
  if (prefs.value.sound) chime();
  if (!prefs.value.notify || notifyState.value !== 'granted') return;
  const title = talk.group ? `${m.from.name} · ${talk.name}` : m.from.name;
  try {
    const n = new Notification(title, {
      tag: `parley-${key}`,
      icon: '/icon-192.png',
      ...(prefs.value.showText ? { body: oneLine(m.text).slice(0, 200) } : {}),
    });
    n.onclick = () => {
      window.focus();
      go(key);
      n.close();
    };
    shown.set(key, n);
  } catch {
    // On a phone only a service worker may show one.
    void navigator.serviceWorker?.ready.then((r) => r.showNotification(title, { tag: `parley-${key}`, icon: '/icon-192.png', data: { key } }));
  }
}

function hear(e: Event): void {
  if (e.type === 'connected') since = Date.now();
  if (e.type === 'read') shown.get(keyOf(e.conversation))?.close();
  if (e.type !== 'message') return;
  if (!e.message.mine && keyOf(e.message.conversation) === currentKey.value)
    sayMessage(`${e.message.from.name}: ${oneLine(e.message.text).slice(0, 200)}`, t().newMessages);
  news(e.message);
}

/** Follows what comes: notices, the title of the page, the dot in its icon. */
export function followNews(): void {
  onEvent(hear);
  const own = document.title;
  let plain = own;
  new MutationObserver(() => retitle()).observe(document.querySelector('title') ?? document.head, { childList: true });
  const retitle = () => {
    const title = document.title.replace(/^\(\d+\) /, '');
    if (title !== plain) plain = title;
    const wanted = phase.value === 'in' && unreadTalks.value > 0 ? `(${unreadTalks.value}) ${plain}` : plain;
    if (document.title !== wanted) document.title = wanted;
  };
  effect(() => {
    const dot = phase.value === 'in' && unreadTalks.value > 0;
    retitle();
    for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=icon]'))
      link.href = link.href.replace(/favicon(-dark)?(-dot)?\.svg/, (_, dark?: string) => `favicon${dark ?? ''}${dot ? '-dot' : ''}.svg`);
  });
  document.addEventListener('visibilitychange', () => {
    if (typeof Notification !== 'undefined') notifyState.value = Notification.permission;
  });
}
