import { createHash, randomBytes } from 'node:crypto';
import { ClientError } from '../errors.ts';

/** The longest frame that is taken from a server, in bytes. */
const maxFrame = 16 << 20;

/** How frames stand in a stream of bytes. */
export interface Framing {
  /** Returns a frame as it goes over the wire. Frames must be written in the order of these calls. */
  encode(frame: string): Buffer;
  /** Takes bytes that came and returns the frames that they complete. It throws for what cannot be read. */
  decode(chunk: Buffer): string[];
}

/** TCP: the server ends each frame with a newline, which cannot stand inside one. */
export class Lines implements Framing {
  private parts: Buffer[] = [];
  private length = 0;

  encode(frame: string): Buffer {
    return Buffer.from(`${frame}\n`);
  }

  decode(chunk: Buffer): string[] {
    const frames: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.parts, chunk.subarray(from, end)]).toString();
      this.parts = [];
      this.length = 0;
      if (line !== '') frames.push(line);
      from = end + 1;
    }
    if (from < chunk.length) {
      this.parts.push(chunk.subarray(from));
      this.length += chunk.length - from;
      if (this.length > maxFrame) throw tooLong();
    }
    return frames;
  }
}

const Op = { More: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;

/** WebSocket: one frame a text message (RFC 6455, the client's side). */
export class Web implements Framing {
  private rest: Buffer = Buffer.alloc(0);
  private message: Buffer[] = [];
  private length = 0;
  private readonly control: (bytes: Buffer) => void;
  /** The server has said that it ends the connection. */
  closed = false;

  /** control: writes what the protocol itself has to say. */
  constructor(control: (bytes: Buffer) => void) {
    this.control = control;
  }

  encode(frame: string): Buffer {
    return masked(Op.Text, Buffer.from(frame));
  }

  decode(chunk: Buffer): string[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: string[] = [];
    for (;;) {
      const b = this.rest;
      if (b.length < 2) return frames;
      const first = b[0] as number;
      let size = (b[1] as number) & 0x7f;
      let at = 2;
      if (((b[1] as number) & 0x80) !== 0 || (first & 0x70) !== 0) throw broken('a masked frame or a reserved bit');
      if (size === 126) {
        if (b.length < 4) return frames;
        size = b.readUInt16BE(2);
        at = 4;
      } else if (size === 127) {
        if (b.length < 10) return frames;
        size = Number(b.readBigUInt64BE(2));
        at = 10;
      }
      if (size + this.length > maxFrame) throw tooLong();
      if (b.length < at + size) return frames;
      this.rest = b.subarray(at + size);
      const text = this.take((first & 0x80) !== 0, first & 0x0f, b.subarray(at, at + size));
      if (text !== undefined) frames.push(text);
    }
  }

  /** Takes one frame, and returns the message that it completes. */
  private take(end: boolean, op: number, payload: Buffer): string | undefined {
    if (op === Op.Ping) this.control(masked(Op.Pong, payload));
    else if (op === Op.Close) {
      this.closed = true;
      this.control(masked(Op.Close, payload));
    } else if (op === Op.Binary) throw new ClientError('protocol', 'the server sent a binary message, which Parley does not know');
    else if (op === Op.Text || op === Op.More) {
      if ((op === Op.More) !== this.message.length > 0) throw broken('a fragment out of place');
      this.message.push(payload);
      this.length += payload.length;
      if (!end) return undefined;
      const text = Buffer.concat(this.message).toString();
      this.message = [];
      this.length = 0;
      return text;
    } else if (op !== Op.Pong) throw broken(`the opcode ${op}`);
    return undefined;
  }
}

/** Returns one whole frame of a client. */
function masked(op: number, payload: Buffer): Buffer {
  const n = payload.length;
  const size = n < 126 ? 0 : n < 65_536 ? 2 : 8;
  const out = Buffer.alloc(2 + size + 4 + n);
  out[0] = 0x80 | op;
  out[1] = 0x80 | (size === 0 ? n : size === 2 ? 126 : 127);
  if (size === 2) out.writeUInt16BE(n, 2);
  if (size === 8) out.writeBigUInt64BE(BigInt(n), 2);
  const mask = randomBytes(4);
  mask.copy(out, 2 + size);
  const start = 6 + size;
  for (let i = 0; i < n; i++) out[start + i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return out;
}

/** Returns the request that opens a WebSocket, and what checks its answer's head. */
export function upgrade(url: URL): { request: string; check: (head: string) => void } {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return {
    request: `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    check: (head) => {
      const status = head.split('\r\n', 1)[0] ?? '';
      if (!/^HTTP\/1\.1 101\b/.test(status)) throw new ClientError('connection', `${url.host} is no WebSocket there: it says "${status}"`);
      if (!new RegExp(`^sec-websocket-accept: *${accept.replace(/[+/]/g, '\\$&')} *$`, 'im').test(head)) throw broken('a wrong handshake');
    },
  };
}

const broken = (what: string): ClientError => new ClientError('protocol', `the server broke the WebSocket protocol: ${what}`);

const tooLong = (): ClientError => new ClientError('protocol', `the server sent a frame of more than ${maxFrame} bytes`);
