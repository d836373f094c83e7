import { batch, computed, signal } from '@preact/signals';
import {
  ClientError,
  codeOf,
  Code,
  direct,
  Goodbye,
  GoodbyeCode,
  group,
  keyOf,
  type Chat,
  type Conversation,
  type Event,
  type Outgoing,
  type State,
  type User,
} from '@parley/sdk';
import { accountFor, currentAccount, keepAccount, leaveAccount, onAccountChange, type Account } from './accounts.ts';
import { forgetStore, openChat, type Opened } from './connect.ts';
import { dropDrafts, openDrafts, takeDraft } from './drafts.ts';
import type { Feed } from './feed.ts';
import { go } from './route.ts';
import * as talks from './talks.ts';

/** `starting`: what is kept here is being read. `gate`: nobody is signed in. `in`: somebody is. */
export const phase = signal<'starting' | 'gate' | 'in'>('starting');
/** Why the last session ended, for the gate. */
export const ended = signal<'' | 'revoked' | 'taken' | 'disabled'>('');
export const self = signal<User>({ id: 0, name: '' });
export const connection = signal<State>({ phase: 'idle' });
/** The conversation on screen. */
export const feed = signal<Feed | undefined>(undefined);
/** Messages of this device without an ack. */
export const waiting = signal(0);
/** This browser keeps nothing: what waits is lost with the tab. */
export const inMemory = signal(false);
/** The browser says that it has no network. */
export const offline = signal(!navigator.onLine);
export const connected = computed(() => connection.value.phase === 'online');

let chat: Chat | undefined;
let account: Account | undefined;
let refreshing: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(e: Event) => void>();

/** The chat of the account that is signed in. It throws when nobody is. */
export function theChat(): Chat {
  if (!chat) throw new Error('nobody is signed in');
  return chat;
}

/** Calls back for each event of the chat; returns what ends that. */
export function onEvent(listener: (e: Event) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Goes on as whoever is signed in on this browser, with or without a connection. */
export async function resume(): Promise<void> {
  const known = currentAccount();
  if (!known) {
    phase.value = 'gate';
    return;
  }
  try {
    await enter(known, await openChat(known, { keep: true }));
  } catch {
    phase.value = 'gate';
  }
}

/** Signs in by name or number. A refusal is thrown; the caller says it. */
export async function signIn(who: string, password: string, keep: boolean): Promise<void> {
  const known = accountFor(who);
  await enter(known, await openChat(known, { keep, password, who: who.trim() }), keep);
}

async function enter(known: Account, { chat: opened, inMemory: memory }: Opened, keep = true): Promise<void> {
  chat = opened;
  inMemory.value = memory;
  const me = opened.self ?? { id: known.id, name: known.name };
  account = { ...known, id: me.id, name: me.name };
  if (keep) keepAccount(account);
  openDrafts(me.id);
  batch(() => {
    self.value = me;
    talks.takeList(opened.recallConversations());
    for (const o of opened.outgoing()) {
      talks.takeOutgoing(o);
      // A change that was refused while nobody looked: what is on screen is how it is.
      if (o.change && o.state === 'failed') void opened.discard(o.key).catch(() => undefined);
    }
    connection.value = opened.state;
    waiting.value = opened.outgoing().filter((o) => o.state === 'pending').length;
    ended.value = '';
    phase.value = 'in';
  });
  opened.on('*', (e) => {
    if (chat === opened) told(e);
  });
  if (opened.state.phase === 'online') await refresh();
}

/** Ends the session here and its token. What waits to be sent stays on this device until the same person comes back. */
export async function signOut(): Promise<void> {
  const mine = chat;
  const known = account;
  if (!mine || !known) return;
  const rest = mine.outgoing().length > 0;
  out('');
  if (!rest) dropDrafts();
  leaveAccount(known, !rest);
  await mine.signOut(AbortSignal.timeout(3000)).catch(() => mine.close());
  if (!rest) await forgetStore(known);
}

function out(why: typeof ended.value): void {
  feed.value?.close();
  go('', true);
  batch(() => {
    chat = undefined;
    feed.value = undefined;
    self.value = { id: 0, name: '' };
    connection.value = { phase: 'idle' };
    waiting.value = 0;
    talks.forgetTalks();
    ended.value = why;
    phase.value = 'gate';
  });
}

function told(e: Event): void {
  batch(() => take(e));
  for (const listener of listeners) listener(e);
}

/** Takes what the server, or another device, tells into what is shown. */
function take(e: Event): void {
  switch (e.type) {
    case 'message':
      talks.takeMessage(e.message);
      if (e.message.key) settle(e.message.conversation, e.message.key);
      if (shows(e.message.conversation)) feed.value?.take(e.message);
      break;
    case 'outgoing':
      talks.takeOutgoing(e.outgoing);
      if (!e.outgoing.change && shows(e.outgoing.conversation) && e.outgoing.state !== 'stored') feed.value?.send(e.outgoing);
      waiting.value = theChat()
        .outgoing()
        .filter((o) => o.state === 'pending').length;
      break;
    case 'changed':
      talks.takeState(keyOf(e.conversation), e.state);
      if (shows(e.conversation)) feed.value?.restate(e.state);
      break;
    case 'settings': {
      const before = talks.takeSettings(keyOf(e.conversation), e.settings);
      if (before) takeDraft(keyOf(e.conversation), before.draft, e.settings.draft);
      break;
    }
    case 'discarded':
      talks.takeDiscarded(keyOf(e.conversation), e.key);
      if (shows(e.conversation)) feed.value?.discard(e.key);
      break;
    case 'gap':
      if (shows(e.conversation)) feed.value?.hole({ from: e.from, to: e.to, kind: 'gap' });
      break;
    case 'not-member':
      if (shows(e.conversation)) feed.value?.hole({ from: e.from, to: e.to, kind: 'absent' });
      break;
    case 'presence':
      talks.takePresence(e.user.id, e.online);
      break;
    case 'read':
      talks.takeRead(keyOf(e.conversation), e.seq);
      break;
    case 'state':
      connection.value = e.state;
      if (e.state.phase === 'ended') leave(e.state.error);
      break;
    case 'connected':
      self.value = e.user;
      talks.takeFriends(e.friends);
      talks.takeGroups(e.groups);
      refreshSoon(0);
      break;
    case 'missed':
      void feed.value?.again();
      refreshSoon(100);
      break;
    case 'change':
      refreshSoon(100);
      break;
    default:
  }
}

/** The session is over, and will not come back by itself. */
function leave(error: Error | undefined): void {
  const code = error instanceof Goodbye ? error.code : codeOf(error);
  // A fault of this browser is no end: the next visit goes on.
  if (account && !(error instanceof ClientError)) leaveAccount(account, false);
  out(code === GoodbyeCode.TakenOver ? 'taken' : code === Code.Disabled ? 'disabled' : error instanceof ClientError ? '' : 'revoked');
}

const shows = (of: Conversation): boolean => feed.value !== undefined && keyOf(feed.value.of) === keyOf(of);

/** A message that was on its way has its place in the log now. */
function settle(of: Conversation, key: string): void {
  const talk = talks.talkOf(keyOf(of));
  if (talk.pending?.key === key) talks.takeOutgoing({ ...talk.pending, state: 'stored' });
  if (shows(of)) feed.value?.discard(key);
}

/** Counts what this page has changed of groups' members: the server tells the others. */
export const regrouped = signal(0);

/** A group's members or rules were changed here. */
export function regroup(): void {
  regrouped.value++;
  refreshSoon(0);
}

/** Asks for the lists again, once for all that happens within a moment. */
export function refreshSoon(ms: number): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void refresh(), ms);
}

async function refresh(): Promise<void> {
  const mine = chat;
  if (!mine) return;
  try {
    const [list, friends, groups] = await Promise.all([mine.conversations(), mine.friends(), mine.groups()]);
    if (mine !== chat) return;
    batch(() => {
      talks.takeFriends(friends);
      talks.takeGroups(groups);
      talks.takeList(list);
      for (const c of list) takeDraft(keyOf(c.conversation), '', c.settings.draft);
    });
  } catch {
    // The connection is gone: the next login asks again.
  }
}

/** The conversation of a key of the list. */
export const conversationOf = (talk: { group: boolean; id: number }): Conversation => (talk.group ? group(talk.id) : direct(talk.id));

/** Sends a text to a conversation, whether it is on screen or not. It is kept here before this returns. */
export async function post(to: Conversation, text: string): Promise<Outgoing> {
  const mine = theChat();
  const shown = shows(to) ? feed.value : undefined;
  if (shown) void shown.toEnd();
  const o = await mine.post(to, text);
  batch(() => {
    talks.takeOutgoing(o);
    if (shows(to) && mine.outgoing().some((other) => other.key === o.key)) feed.value?.send(o);
  });
  return o;
}

/** Keeps the page with the account that is signed in, when another tab signs in or out. */
export function followAccount(): void {
  onAccountChange(() => {
    const known = currentAccount();
    if (known?.id === account?.id && (known !== undefined) === (phase.value === 'in')) return;
    location.reload();
  });
  const net = () => {
    offline.value = !navigator.onLine;
    if (navigator.onLine) chat?.wake();
  };
  addEventListener('online', net);
  addEventListener('offline', net);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && chat?.wake());
}
