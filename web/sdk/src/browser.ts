/**
 * Accounts in a browser: kept in IndexedDB, over one connection for all tabs.
 *
 * @packageDocumentation
 */
import type { Chat } from './chat.ts';
import { Client } from './client.ts';
import { ClientError } from './errors.ts';
import { IndexedDBStore } from './idb.ts';
import type { Options } from './options.ts';
import { newKey } from './sender.ts';
import { MemoryStore } from './store.ts';
import { Tabs } from './tabs.ts';

/** An account that has been used in this browser. */
export interface Account {
  server: string;
  name: string;
  /** This browser's random name among the account's devices. */
  device: string;
  /** When it was opened last, by this machine's clock: milliseconds since 1970. */
  used: number;
  /** It was not signed out. */
  current: boolean;
}

/** Whom to open. */
export interface BrowserOptions extends Pick<Options, 'server' | 'password' | 'label' | 'connect'> {
  name: string;
  /** Aborts the login. */
  signal?: AbortSignal;
}

const registry = 'parley';

/**
 * Opens an account in a browser: over IndexedDB, over one connection for all tabs, as a device with a random name that is kept.
 * With a password it resolves after the login, and throws what the server says; without one it goes on where the last visit has
 * ended, and resolves when what is kept can be read, also without a connection. Data is kept by account: another one sees
 * nothing of it.
 *
 * Where the browser keeps nothing (a private window, no room, a damaged database) the account works in memory, as a new device,
 * over a connection of this tab's own: `durable` is false then.
 */
export async function openBrowser(o: BrowserOptions): Promise<Chat> {
  const { signal, ...options } = o;
  const id = accountId(o.server, o.name);
  let chat: Tabs | Client;
  try {
    if (typeof BroadcastChannel === 'undefined' || !globalThis.navigator?.locks) throw new ClientError('store', 'this browser cannot share a connection between tabs');
    const account = await remember({ server: o.server, name: o.name, device: `browser ${newKey()}`.slice(0, 32), used: Date.now(), current: false });
    const store = new IndexedDBStore(`${registry} ${id}`);
    const { token } = await store.load();
    if (!token && !o.password) throw new ClientError('argument', 'the account is signed out here: the password is needed');
    chat = new Tabs({ ...options, device: account.device, shared: `${registry} ${id}`, store });
  } catch (err) {
    if (!o.password) throw err;
    chat = new Client({ ...options, device: `browser ${newKey()}`.slice(0, 32), store: new MemoryStore() });
  }
  if (o.password) await chat.login(signal);
  else await chat.start();
  if (chat.durable) {
    await mark(id, true);
    chat.on('state', (e) => {
      // Who is out for good is asked for the password the next time. close() alone is no sign-out.
      if (e.state.phase === 'ended' && !kept(e.state.error)) void mark(id, false).catch(() => undefined);
    });
    const signOut = chat.signOut.bind(chat);
    chat.signOut = async (s) => {
      try {
        await signOut(s);
      } finally {
        await mark(id, false);
      }
    };
  }
  return chat;
}

/** Returns the account of this server that was opened last in this browser and is not signed out. */
export async function lastAccount(server: string): Promise<Account | undefined> {
  return (await accounts()).filter((a) => a.current && a.server === server).sort((a, b) => b.used - a.used)[0];
}

/** Returns the accounts that have been used in this browser. */
export async function accounts(): Promise<Account[]> {
  return within('readonly', (t) => t.getAll() as IDBRequest<Account[]>);
}

/** Forgets everything that this browser has kept of an account: messages, drafts of the outbox, and the device's name. It is to be closed before. */
export async function forgetAccount(server: string, name: string): Promise<void> {
  const id = accountId(server, name);
  await within('readwrite', (t) => t.delete(id));
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`${registry} ${id}`);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new ClientError('store', 'what was kept could not be deleted', request.error));
    request.onblocked = () => reject(new ClientError('store', 'another tab still uses the account: close it'));
  });
}

/** A chat that ends with one of these goes on at the next visit. */
const kept = (err: Error | undefined): boolean => err instanceof ClientError && err.reason !== 'other-account';

const accountId = (server: string, name: string): string => `${server} ${name.normalize('NFC').toLowerCase()}`;

/** Returns the account as it is kept, or keeps a new one. */
async function remember(fresh: Account): Promise<Account> {
  const id = accountId(fresh.server, fresh.name);
  let account = fresh;
  await within('readwrite', (t) => {
    const get = t.get(id) as IDBRequest<Account | undefined>;
    get.onsuccess = () => t.put((account = get.result ?? fresh), id);
    return get;
  });
  return account;
}

async function mark(id: string, current: boolean): Promise<void> {
  await within('readwrite', (t) => {
    const get = t.get(id) as IDBRequest<Account | undefined>;
    get.onsuccess = () => get.result && t.put({ ...get.result, current, used: Date.now() }, id);
    return get;
  });
}

/** Works in the list of accounts. */
async function within<T>(mode: IDBTransactionMode, work: (t: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(registry, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('accounts');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new ClientError('store', 'the browser keeps nothing here', request.error));
  });
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = db.transaction('accounts', mode);
      const request = work(tx.objectStore('accounts'));
      tx.addEventListener('complete', () => resolve(request.result));
      tx.addEventListener('abort', () => reject(new ClientError('store', 'the browser keeps nothing here', tx.error)));
    });
  } finally {
    db.close();
  }
}

export { Tabs } from './tabs.ts';
export type { Browser, TabsOptions } from './tabs.ts';
