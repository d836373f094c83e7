import { connect as tcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tls } from 'node:tls';
import { ClientError } from '../errors.ts';
import type { Connector, Transport } from '../transport.ts';
import { isLoopback, webSocketURL } from '../transport.ts';
import { Lines, upgrade, Web } from './framing.ts';
import type { Framing } from './framing.ts';
import { handshake } from './seal.ts';
import type { Pins } from './seal.ts';

/** How to connect from Node. */
export interface NodeOptions {
  /** Certificates (PEM) to trust, besides those of the system, for tls:// and wss://. */
  ca?: string | Buffer;
  /**
   * Seals connections to tcp:// and ws:// addresses, where there is no TLS; there is no falling back to plain ones. Without a pin
   * the key is taken as it is found the first time, and must stay the same.
   */
  sealed?: boolean;
  /** The fingerprint of the server's key, "SHA256:…", as its operator tells it; it implies sealed. */
  pin?: string;
  /** Keeps pins; default: in memory, as long as the connector lives. */
  pins?: Pins;
}

/**
 * Returns a connector for Options.connect, for `tcp://host:port`, `tls://host:port`, `ws://host:port/ws` and `wss://host/ws`.
 * Without a scheme an address is TCP; without a port it is 6000 for TCP and TLS.
 */
export function nodeConnect(o: NodeOptions = {}): Connector {
  const known = new Map<string, string>();
  const pins: Pins = o.pins ?? { pin: async (s) => known.get(s) ?? '', keepPin: async (s, f) => void known.set(s, f) };
  return async (server, signal) => {
    const ep = endpoint(server);
    const seals = o.sealed || !!o.pin;
    if (seals && ep.secure) throw new ClientError('argument', `${server} is TLS already; sealing is for tcp:// and ws://`);
    const socket = await open(ep, o, signal);
    const stop = (): void => void socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const reader = new Reader(socket);
      let framing: Framing = ep.url ? await openWeb(ep.url, socket, reader) : new Lines();
      if (seals) {
        framing = await handshake(`${ep.host}:${ep.port}`, framing, (bytes, f) => {
          if (bytes) socket.write(bytes);
          return reader.frame(f);
        }, o.pin ?? '', pins);
      }
      return transport(ep, socket, reader, framing, seals || ep.secure);
    } catch (err) {
      socket.destroy();
      throw err;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

interface Endpoint {
  host: string;
  port: number;
  secure: boolean;
  url?: URL;
}

function endpoint(server: string): Endpoint {
  const address = server.includes('://') ? server : `tcp://${server}`;
  if (/^(ws|http)s?:/.test(address)) {
    const url = webSocketURL(address);
    const secure = url.protocol === 'wss:';
    return { host: bare(url.hostname), port: +(url.port || (secure ? 443 : 80)), secure, url };
  }
  const m = /^(tcp|tls):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?\/?$/.exec(address);
  if (!m) throw new ClientError('argument', `the server "${server}" is no address; write tls://host:port or wss://host/ws, or tcp:// and ws:// without encryption`);
  return { host: bare(m[2] as string), port: +(m[3] ?? 6000), secure: m[1] === 'tls' };
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

function open(ep: Endpoint, o: NodeOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { host, port } = ep;
    const socket: Socket = ep.secure ? tls({ host, port, minVersion: 'TLSv1.2', ...(!isIP(host) && { servername: host }), ...(o.ca && { ca: o.ca }) }) : tcp({ host, port });
    const stop = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.once('error', (err: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      reject(new ClientError('connection', `cannot connect to ${host}:${port}: ${explain(err)}`, err));
    });
    socket.once(ep.secure ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
  });
}

function explain(err: NodeJS.ErrnoException): string {
  switch (err.code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its certificate is signed by nobody that is trusted here; if it is the server\'s own, give its file (ca)';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'it does not speak TLS there; without encryption the address begins with tcp:// or ws://';
  }
  return err.message;
}

/** Takes a socket's bytes, first on demand, then as they come. */
class Reader {
  private early: Buffer[] = [];
  private frames: string[] = [];
  private waiting: { resolve: () => void; reject: (err: Error) => void } | undefined;
  private ended: Error | undefined;
  private flow: ((chunk: Buffer) => void) | undefined;
  private over: ((why: Error) => void) | undefined;

  constructor(socket: Socket) {
    let why: Error | undefined;
    socket.on('data', (chunk: Buffer) => {
      if (this.flow) return this.flow(chunk);
      this.early.push(chunk);
      this.waiting?.resolve();
    });
    socket.on('error', (err) => (why = err));
    socket.on('close', () => {
      this.ended = new ClientError('connection', `the connection has ended${why ? `: ${why.message}` : ''}`, why);
      this.waiting?.reject(this.ended);
      this.over?.(this.ended);
    });
  }

  private more(): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** Returns what comes before an end mark, with it. */
  async upTo(mark: string): Promise<string> {
    for (;;) {
      const all = Buffer.concat(this.early);
      const i = all.indexOf(mark);
      if (i >= 0) {
        this.early = [all.subarray(i + mark.length)];
        return all.subarray(0, i + mark.length).toString('latin1');
      }
      if (all.length > 65_536) throw new ClientError('protocol', 'the server answered with a head that has no end');
      await this.more();
    }
  }

  /** Returns the next frame. */
  async frame(framing: Framing): Promise<string> {
    for (;;) {
      for (const chunk of this.early.splice(0)) this.frames.push(...framing.decode(chunk));
      const f = this.frames.shift();
      if (f !== undefined) return f;
      await this.more();
    }
  }

  /** From now on everything goes to flow, what has come already first. */
  start(framing: Framing, flow: (frame: string) => void, over: (why: Error) => void): void {
    const failing = (work: () => void): void => {
      try {
        work();
      } catch (err) {
        over(err as Error);
      }
    };
    this.over = over;
    this.flow = (chunk) => failing(() => framing.decode(chunk).forEach(flow));
    for (const f of this.frames.splice(0)) flow(f);
    for (const chunk of this.early.splice(0)) this.flow(chunk);
    if (this.ended) over(this.ended);
  }
}

async function openWeb(url: URL, socket: Socket, reader: Reader): Promise<Framing> {
  const { request, check } = upgrade(url);
  socket.write(request);
  check(await reader.upTo('\r\n\r\n'));
  return new Web((bytes) => void socket.write(bytes));
}

function transport(ep: Endpoint, socket: Socket, reader: Reader, framing: Framing, encrypted: boolean): Transport {
  let over = false;
  const t: Transport = {
    confidential: encrypted || isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? ep.host),
    onframe: () => undefined,
    onclose: () => undefined,
    send: (frame) => {
      if (!over) socket.write(framing.encode(frame));
    },
    close: () => {
      over = true;
      socket.destroySoon();
    },
  };
  // The client sets its handlers first.
  setImmediate(() => reader.start(framing, (f) => void (over || t.onframe(f)), (why) => {
    if (over) return;
    over = true;
    socket.destroy();
    t.onclose(why);
  }));
  return t;
}
