import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Returns a port that is free now. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A server of the real program, which can be killed and started again with its data and at its address. */
export class Server {
  readonly url: string;
  /** Where it takes TCP. */
  tcp = '';
  private readonly port: number;
  private readonly data: string;
  private readonly flags: string[];
  private child: ChildProcess | undefined;

  private constructor(port: number, flags: string[], scheme: string) {
    this.port = port;
    this.flags = flags;
    this.data = mkdtempSync(join(inject('scratch'), 'data-'));
    this.url = `${scheme}://localhost:${port}`;
  }

  static async start(...flags: string[]): Promise<Server> {
    const s = new Server(await freePort(), flags, flags.includes('--tls-self-signed') ? 'https' : 'http');
    await s.run();
    return s;
  }

  /** Starts it, and resolves when it is ready. */
  async run(): Promise<void> {
    const flags = ['--data', this.data, '--tcp', '127.0.0.1:0', '--http', `127.0.0.1:${this.port}`, '--admin', '127.0.0.1:0', '--rate-accounts', '1000'];
    const child = spawn(inject('parley'), ['serve', ...flags, ...this.flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let log = '';
    child.stderr?.on('data', (d: Buffer) => (log += d.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (d: Buffer) => {
        const ready = /parley ready tcp=(\S+)/.exec(d.toString());
        if (!ready) return;
        this.tcp = `tcp://${ready[1]}`;
        resolve();
      });
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
    });
  }

  /** Kills it as a power cut does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** Runs another command of the program against it. Input goes to its standard input. */
  async command(args: string[], env: Record<string, string> = {}, input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(inject('parley'), args, { env: { ...process.env, ...env }, timeout: 30_000 }, (err, stdout, stderr) =>
        err ? reject(new Error(`${err.message}\n${stderr}`)) : resolve(stdout),
      );
      child.stdin?.end(input);
    });
  }

  get ws(): string {
    return `${this.url.replace('http', 'ws')}/ws`;
  }
}
