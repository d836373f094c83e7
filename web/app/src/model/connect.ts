import { Client, IndexedDBStore, MemoryStore, type Chat } from '@parley/sdk';
import { Tabs } from '@parley/sdk/browser';
import type { Account } from './accounts.ts';
import { facts } from './facts.ts';
import { label } from './label.ts';

/** The address of the server that this page came from. */
export const server = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;

interface Opening {
  /** What is known is kept on this device. */
  keep: boolean;
  /** For a login: the name or number that was typed, and the password. Without them the kept token is used. */
  who?: string;
  password?: string;
}

export interface Opened {
  chat: Chat;
  /** This browser keeps nothing for the page, though it was to. */
  inMemory: boolean;
}

/**
 * Opens the chat of an account: with a password it waits for the login, with a kept token it goes on in the background. All
 * tabs of the account share one connection.
 */
export async function openChat(account: Account, o: Opening): Promise<Opened> {
  const number = /^\d{1,15}$/.test(o.who ?? '') ? Number(o.who) : 0;
  const options = {
    server: server(),
    ...(number > 0 ? { userId: number } : { name: o.who || account.name }),
    ...(o.password === undefined ? {} : { password: o.password }),
    device: account.device,
    label: label(),
    allowPlaintext: facts.value.plain,
  };
  const store = o.keep ? await openStore(account) : undefined;
  if (o.keep && !store && o.password === undefined) throw new Error('this browser has kept no token');
  const chat = store ? new Tabs({ ...options, store, shared: account.db }) : new Client({ ...options, store: new MemoryStore() });
  if (o.password === undefined) await chat.start();
  else await chat.login();
  return { chat, inMemory: o.keep && !store };
}

/** The store of an account; undefined where the browser keeps nothing (a private window, a full or damaged disk), or tabs cannot share. */
async function openStore(account: Account): Promise<IndexedDBStore | undefined> {
  if (typeof BroadcastChannel === 'undefined' || !globalThis.navigator?.locks) return undefined;
  const store = new IndexedDBStore(account.db);
  try {
    await store.load();
    return store;
  } catch {
    store.close();
    return undefined;
  }
}

/** Deletes what is kept of an account on this device. */
export const forgetStore = (account: Account): Promise<void> =>
  new Promise((resolve) => {
    const gone = indexedDB.deleteDatabase(account.db);
    gone.onsuccess = gone.onerror = gone.onblocked = () => resolve();
  });
