import type { Conversation } from './conversation.ts';
import { fromKey, keyOf } from './conversation.ts';
import { ClientError } from './errors.ts';
import type { Batch, Queued, Saved, Store } from './store.ts';
import { apply } from './decode.ts';
import type { Message } from './types.ts';

/** How many messages of a conversation stay when the browser's quota is used up; older ones are asked of the server again. */
const keptWhenFull = 200;

const tables = ['meta', 'outbox', 'positions', 'revs', 'firsts', 'messages'] as const;
type Table = (typeof tables)[number];
/** What a transaction may touch, by name. */
type Tables = Record<Table, IDBObjectStore>;

/**
 * A store in IndexedDB. What goes into the outbox, and its numbers, are written with strict durability: they are on the disk
 * before they count as kept. Several tabs may open one; only one of them at a time may run a client on it.
 */
export class IndexedDBStore implements Store {
  private readonly name: string;
  private db: Promise<IDBDatabase> | undefined;

  /** name: the database's, one for each account, server and device. */
  constructor(name: string) {
    this.name = name;
  }

  async load(): Promise<Saved> {
    const revs: NonNullable<Saved['revs']> = [];
    const saved: Saved = { log: '', token: '', outbox: [], sendNext: 0, positions: [], revs };
    await this.run('readonly', ['meta', 'outbox', 'positions', 'revs'], (t) => {
      each(t.revs, (key, rev: number) => void revs.push({ conversation: fromKey(key as string), rev }));
      each(t.meta, (key, value) => void ((saved as unknown as Record<string, unknown>)[key as string] = value));
      each(t.outbox, (_, q: Queued) => void (isQueued(q) && saved.outbox.push(q)));
      each(t.positions, (key, seq: number) => void (Number.isSafeInteger(seq) && saved.positions.push({ conversation: fromKey(key as string), seq })));
    });
    return saved;
  }

  async queue(to: Conversation, text: string, key: string, time: number, change?: Queued['change']): Promise<number> {
    const row: Omit<Queued, 'id'> = { to, text, key, time, sendSeq: 0, ...(change && { change }) };
    return (await this.run('strict', ['outbox'], (t) => t.outbox.add(row))).result as number;
  }

  async outbox(after: number): Promise<Queued[]> {
    const rows = (await this.run('readonly', ['outbox'], (t) => t.outbox.getAll() as IDBRequest<Queued[]>)).result;
    return rows.filter((q) => isQueued(q) && (q.id > after || q.failed));
  }

  async number(ids: number[], first: number): Promise<void> {
    await this.run('strict', ['outbox', 'meta'], (t) => {
      ids.forEach((id, i) => {
        const get: IDBRequest<Queued | undefined> = t.outbox.get(id);
        get.onsuccess = () => {
          if (get.result) t.outbox.put({ ...get.result, sendSeq: first + i });
          else t.outbox.transaction.abort();
        };
      });
      t.meta.put(first + ids.length, 'sendNext');
    });
  }

  async save(b: Batch): Promise<void> {
    try {
      await this.saveOnce(b);
    } catch (err) {
      if (!(err instanceof ClientError && (err.cause as Error | undefined)?.name === 'QuotaExceededError')) throw err;
      await this.shrink();
      await this.saveOnce(b);
    }
  }

  private async saveOnce(b: Batch): Promise<void> {
    await this.run('readwrite', tables, (t) => {
      if (b.log === undefined) put(t, b);
      else newLog(t, b.log, () => put(t, b));
    });
  }

  async messages(of: Conversation, before: number, limit: number): Promise<{ messages: Message[]; first: number }> {
    const messages: Message[] = [];
    const first = await this.run('readonly', ['messages', 'firsts'], (t) => {
      const cursor = t.messages.openCursor(range(of, 0, before > 0 ? before : Infinity), 'prev');
      cursor.onsuccess = () => {
        const c = cursor.result;
        if (!c) return;
        const m = c.value as Message;
        if (m && Number.isSafeInteger(m.seq)) messages.push(m);
        if (messages.length < limit) c.continue();
      };
      return t.firsts.get(keyOf(of)) as IDBRequest<number | undefined>;
    });
    return { messages: messages.reverse(), first: first.result ?? 0 };
  }

  async keepToken(token: string): Promise<void> {
    await this.run('strict', ['meta'], (t) => t.meta.put(token, 'token'));
  }

  close(): void {
    void this.db?.then((db) => db.close(), () => undefined);
    this.db = undefined;
  }

  /** Leaves of each conversation the newest messages: the browser gives no more room. */
  private async shrink(): Promise<void> {
    await this.run('readwrite', ['messages'], (t) => {
      const cursor = t.messages.openKeyCursor(null, 'prev');
      let key = '';
      let n = 0;
      cursor.onsuccess = () => {
        const c = cursor.result;
        if (!c) return;
        const [of] = c.key as [string, number];
        n = of === key ? n + 1 : 1;
        key = of;
        if (n > keptWhenFull) t.messages.delete(c.key);
        c.continue();
      };
    });
  }

  /** Runs a transaction, and resolves when all of it is kept. */
  private async run<T>(mode: 'readonly' | 'readwrite' | 'strict', names: readonly Table[], work: (t: Tables) => T): Promise<T> {
    let tx: IDBTransaction;
    try {
      this.db ??= this.open();
      tx = (await this.db).transaction(names, mode === 'readonly' ? mode : 'readwrite', { durability: mode === 'strict' ? mode : 'relaxed' });
    } catch (err) {
      this.db = undefined; // the browser has closed it, or it could not be opened: the next call tries anew
      throw failed(err);
    }
    return new Promise((resolve, reject) => {
      const t = {} as Tables;
      for (const name of names) t[name] = tx.objectStore(name);
      tx.onabort = () => reject(failed(tx.error));
      const result = work(t);
      tx.oncomplete = () => resolve(result);
    });
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 2);
      request.onupgradeneeded = () => {
        const db = request.result;
        for (const name of tables) {
          if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, name === 'outbox' ? { keyPath: 'id', autoIncrement: true } : undefined);
        }
        // An older version has kept messages without knowing what was done to them.
        for (const name of ['messages', 'firsts']) request.transaction?.objectStore(name).clear();
      };
      request.onblocked = () => reject(new Error('another tab with an older version of this page keeps the store open: close it'));
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        db.onclose = () => (this.db = undefined);
        // A newer version of the page wants to change the tables.
        db.onversionchange = () => {
          db.close();
          this.db = undefined;
        };
        resolve(db);
      };
    });
  }
}

/** Writes what a batch tells, but for the log. */
function put(t: Tables, b: Batch): void {
  if (b.self) t.meta.put(b.self, 'self');
  for (const id of b.settled ?? []) t.outbox.delete(id);
  for (const { id, error } of b.failed ?? []) {
    const get: IDBRequest<Queued | undefined> = t.outbox.get(id);
    get.onsuccess = () => get.result && t.outbox.put({ ...get.result, failed: error });
  }
  for (const c of b.left ?? []) t.positions.delete(keyOf(c));
  for (const c of b.reset ?? []) {
    t.positions.delete(keyOf(c));
    t.messages.delete(range(c, 0, Infinity));
  }
  const positions = new Map<string, number>();
  for (const m of b.shown ?? []) positions.set(keyOf(m.conversation), m.seq);
  for (const [key, seq] of positions) t.positions.put(seq, key);
  for (const m of [...(b.shown ?? []), ...(b.fetched ?? [])]) t.messages.put(m, [keyOf(m.conversation), m.seq]);
  for (const { conversation, state } of b.states ?? []) {
    const key = [keyOf(conversation), state.seq];
    const get: IDBRequest<Message | undefined> = t.messages.get(key);
    get.onsuccess = () => get.result && t.messages.put(apply(get.result, state), key);
  }
  for (const r of b.revs ?? []) t.revs.put(r.rev, keyOf(r.conversation));
  for (const f of b.first ?? []) t.firsts.put(f.seq, keyOf(f.conversation));
  if (b.list) t.meta.put(b.list, 'list');
}

/** Notes the log's name, and then goes on; in another log nothing kept of conversations is true. */
function newLog(t: Tables, log: string, then: () => void): void {
  const get: IDBRequest<string | undefined> = t.meta.get('log');
  get.onsuccess = () => {
    if (get.result && get.result !== log) {
      t.meta.delete('list');
      for (const name of ['positions', 'revs', 'firsts', 'messages'] as const) t[name].clear();
    }
    t.meta.put(log, 'log');
    then();
  };
}

const range = (of: Conversation, after: number, before: number): IDBKeyRange => IDBKeyRange.bound([keyOf(of), after], [keyOf(of), before], true, true);

const failed = (err: unknown): ClientError =>
  err instanceof ClientError ? err : new ClientError('store', `the browser's storage does not work: ${(err as Error | null)?.message ?? 'the transaction was aborted'}`, err ?? undefined);

/** A record that was damaged is left out, rather than to keep everything else from being shown. */
const isQueued = (q: Queued): boolean => typeof q?.text === 'string' && typeof q.key === 'string' && typeof q.to === 'object' && Number.isSafeInteger(q.sendSeq);

/** Calls back for each record, in the order of keys. */
function each<T>(table: IDBObjectStore, take: (key: IDBValidKey, value: T) => void): void {
  const cursor = table.openCursor();
  cursor.onsuccess = () => {
    const c = cursor.result;
    if (!c) return;
    take(c.key, c.value as T);
    c.continue();
  };
}
