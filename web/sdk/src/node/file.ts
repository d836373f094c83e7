import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClientError } from '../errors.ts';
import type { Conversation } from '../conversation.ts';
import type { Batch, Queued, Saved } from '../store.ts';
import { MemoryStore } from '../store.ts';

type Line =
  | { queue: Queued }
  | { number: { ids: number[]; first: number } }
  | { save: Batch }
  | { token: string };

/** A file larger than this is written anew at start, with what is still true. */
const rewriteAt = 4 << 20;

/**
 * A store in a file: a journal of JSON lines, each synced before it counts. All of it is held in memory as well, up to 10,000 messages of a
 * conversation. One process at a time may use a file; a lock beside it (FILE.lock) sees to that. It holds the login's token, so it
 * is readable for its owner alone.
 */
export class FileStore extends MemoryStore {
  private readonly path: string;
  private file: FileHandle | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private locked = false;

  constructor(path: string) {
    super();
    this.path = path;
  }

  override async load(): Promise<Saved> {
    await this.turn(() => this.open());
    return super.load();
  }

  override async queue(to: Conversation, text: string, key: string, time: number, change?: Queued['change']): Promise<number> {
    return this.turn(async () => {
      await this.write({ queue: { id: this.lastId + 1, to, text, key, time, sendSeq: 0, ...(change && { change }) } });
      return super.queue(to, text, key, time, change);
    });
  }

  override async number(ids: number[], first: number): Promise<void> {
    return this.turn(async () => {
      const there = new Set(this.saved.outbox.map((q) => q.id));
      if (ids.every((id) => there.has(id))) await this.write({ number: { ids, first } });
      return super.number(ids, first);
    });
  }

  override async save(batch: Batch): Promise<void> {
    return this.turn(async () => {
      await this.write({ save: batch });
      return super.save(batch);
    });
  }

  override async keepToken(token: string): Promise<void> {
    return this.turn(async () => {
      await this.write({ token });
      return super.keepToken(token);
    });
  }

  override close(): Promise<void> {
    return this.turn(async () => {
      await this.file?.close();
      this.file = undefined;
      if (this.locked) rmSync(`${this.path}.lock`, { force: true });
      this.locked = false;
    });
  }

  private turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async write(line: Line): Promise<void> {
    const file = this.file;
    if (!file) throw new ClientError('store', `the store ${this.path} is not open`);
    const before = (await file.stat()).size;
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.datasync();
    } catch (err) {
      // What was written of the line must not stand before the next one.
      await file.truncate(before).catch(() => file.close().then(() => (this.file = undefined)));
      throw new ClientError('store', `the store ${this.path} cannot be written`, err);
    }
  }

  private async open(): Promise<void> {
    if (this.file) return;
    lock(this.path);
    this.locked = true;
    let text = '';
    try {
      text = await readFile(this.path, 'utf8');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw new ClientError('store', `the store ${this.path} cannot be read`, err);
    }
    const end = text.lastIndexOf('\n') + 1;
    for (const [i, line] of text.slice(0, end).split('\n').entries()) if (line !== '') await this.replay(line, i + 1);
    if (text.length > rewriteAt) {
      await this.rewrite();
      return;
    }
    this.file = await open(this.path, 'a', 0o600);
    // A crash has cut the last line: it never counted.
    if (end < text.length) await this.file.truncate(Buffer.byteLength(text.slice(0, end)));
    await syncFolder(this.path);
  }

  private async replay(text: string, n: number): Promise<void> {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (err) {
      throw new ClientError('store', `the store ${this.path} is damaged in line ${n}`, err);
    }
    if ('queue' in line) {
      this.lastId = line.queue.id;
      this.saved.outbox.push(line.queue);
    } else if ('number' in line) await super.number(line.number.ids, line.number.first);
    else if ('save' in line) await super.save(line.save);
    else await super.keepToken(line.token);
  }

  /** Writes what is still true into a new file, and puts it in the old one's place. */
  private async rewrite(): Promise<void> {
    const s = await super.load();
    const lines: Line[] = [{ token: s.token }, { save: { ...(s.self && { self: s.self }), ...(s.log && { log: s.log }), ...(s.list && { list: s.list }) } }];
    for (const save of this.batches()) lines.push({ save });
    if (s.revs?.length) lines.push({ save: { revs: s.revs } });
    for (const queue of s.outbox) lines.push({ queue });
    if (s.sendNext > 0) lines.push({ number: { ids: [], first: s.sendNext } });
    const fresh = await open(`${this.path}.new`, 'w', 0o600);
    await fresh.writeFile(lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
    await fresh.sync();
    await fresh.close();
    await rename(`${this.path}.new`, this.path);
    await syncFolder(this.path);
    this.file = await open(this.path, 'a', 0o600);
  }
}

/** A rename, and a new file, last when their folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  await folder.sync().catch(() => undefined); // some systems cannot
  await folder.close();
}

/** Makes the lock file, or throws if a living process has it. */
function lock(path: string): void {
  const name = `${path}.lock`;
  for (let tries = 0; ; tries++) {
    try {
      const fd = openSync(name, 'wx', 0o600);
      writeSync(fd, `${process.pid}\n`);
      closeSync(fd);
      return;
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 2) throw new ClientError('store', `the lock ${name} cannot be made`, err);
    }
    const pid = +readFileSync(name, 'utf8');
    if (pid > 0 && alive(pid)) throw new ClientError('store', `the store ${path} is used by process ${pid}: one at a time may`);
    rmSync(name, { force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}
