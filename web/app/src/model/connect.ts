import { Client, IndexedDBStore, MemoryStore, register, type Chat, type Store, type User } from '@parley/sdk';
import type { Account } from './accounts.ts';
import { facts } from './facts.ts';
import { label } from './label.ts';

/** The address of the server that this page came from. */
const server = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;

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

/** Opens the chat of an account: with a password it waits for the login, with a kept token it goes on in the background. */
export async function openChat(account: Account, o: Opening): Promise<Opened> {
  const number = /^\d{1,15}$/.test(o.who ?? '') ? Number(o.who) : 0;
  const store = await openStore(account, o.keep);
  const client = new Client({
    server: server(),
    ...(number > 0 ? { userId: number } : { name: o.who || account.name }),
    ...(o.password === undefined ? {} : { password: o.password }),
    device: account.device,
    label: label(),
    store,
    allowPlaintext: facts.value.plain,
  });
  if (o.password === undefined) await client.start();
  else await client.login();
  return { chat: client, inMemory: o.keep && store instanceof MemoryStore };
}

/** The store of an account. Where the browser keeps nothing (a private window, a full or broken disk), it is memory. */
async function openStore(account: Account, keep: boolean): Promise<Store> {
  if (!keep) return new MemoryStore();
  const store = new IndexedDBStore(account.db);
  try {
    await store.load();
    return store;
  } catch {
    store.close();
    return new MemoryStore();
  }
}

/** Makes an account. */
export const registerAccount = (name: string, password: string, invite: string): Promise<User> =>
  register({ server: server(), name, password, allowPlaintext: facts.value.plain, ...(invite ? { invite } : {}) });

/** Deletes what is kept of an account on this device. */
export const forgetStore = (account: Account): Promise<void> =>
  new Promise((resolve) => {
    const gone = indexedDB.deleteDatabase(account.db);
    gone.onsuccess = gone.onerror = gone.onblocked = () => resolve();
  });
