import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The real server, built from this repository, on a folder of its own. */
export class RealServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-sdk-'));
  tcp = '127.0.0.1:0';
  http = '127.0.0.1:0';
  private readonly flags: string[];
  private process: ChildProcess | undefined;

  constructor(...flags: string[]) {
    this.flags = flags;
  }

  /** The program. */
  bin = join(this.folder, 'parley');

  /** Builds the program, and returns where it is. */
  build(): string {
    execFileSync('go', ['build', '-o', this.bin, './cmd/parley'], { cwd: fileURLToPath(new URL('../../..', import.meta.url)), stdio: 'inherit' });
    return this.bin;
  }

  /** Starts it, again at the same addresses, and resolves when it is ready. */
  start(): Promise<void> {
    const args = ['serve', '--data', join(this.folder, 'data'), '--tcp', this.tcp, '--http', this.http, '--admin', '127.0.0.1:0', ...this.flags];
    const child = spawn(this.bin, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    return new Promise((resolve, reject) => {
      let text = '';
      const read = (chunk: Buffer): void => {
        text += chunk.toString();
        const m = /parley ready tcp=(\S+) http=(\S+)/.exec(text);
        if (!m) return;
        this.tcp = m[1] as string;
        this.http = m[2] as string;
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', () => reject(new Error(`the server has ended: ${text.slice(-2000)}`)));
    });
  }

  /** Kills it, as kill -9 does. */
  async kill(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Runs another command of the program on its data. */
  run(...args: string[]): string {
    return execFileSync(this.bin, [...args, '--data', join(this.folder, 'data')]).toString();
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
