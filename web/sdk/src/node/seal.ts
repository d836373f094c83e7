import { constants, createCipheriv, createDecipheriv, createHash, createPublicKey, hkdfSync, publicEncrypt, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ClientError } from '../errors.ts';
import { Limits, Msgid } from '../frames.ts';
import { Lines } from './framing.ts';
import type { Framing } from './framing.ts';

const client = 1;
const server = 2;

/** The keys of a sealed connection, as both sides find them (section 10 of the protocol). */
export function sealKeys(secret: Buffer, nonce: Buffer, f21: Buffer, f22: Buffer, f23: Buffer): { hash: Buffer; client: Buffer; server: Buffer } {
  const h = createHash('sha256');
  for (const f of [f21, f22, f23]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(f.length);
    h.update(length).update(f);
  }
  const hash = h.digest();
  const derive = (way: string): Buffer => Buffer.from(hkdfSync('sha256', secret, nonce, Buffer.concat([Buffer.from(`parley sealed 1 ${way}`), hash]), 32));
  return { hash, client: derive('client to server'), server: derive('server to client') };
}

/** One direction of a sealed connection. */
class Direction {
  private counter = 0n;
  private readonly key: Buffer;
  private readonly who: number;

  constructor(key: Buffer, who: number) {
    this.key = key;
    this.who = who;
  }

  /** Returns the nonce and the associated data of the next frame. */
  next(): { nonce: Buffer; data: Buffer } {
    if (this.counter >= 1n << 32n) throw new ClientError('protocol', 'this sealed connection is used up: the next one has a key of its own');
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(this.counter++, 4);
    return { nonce, data: Buffer.concat([Buffer.from([this.who]), nonce.subarray(4)]) };
  }

  seal(piece: Buffer): Buffer {
    const { nonce, data } = this.next();
    const c = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(data);
    return Buffer.concat([c.update(piece), c.final(), c.getAuthTag()]);
  }

  open(sealed: Buffer): Buffer {
    const { nonce, data } = this.next();
    try {
      const d = createDecipheriv('aes-256-gcm', this.key, nonce).setAAD(data).setAuthTag(sealed.subarray(-16));
      return Buffer.concat([d.update(sealed.subarray(0, -16)), d.final()]);
    } catch (err) {
      throw new ClientError('protocol', 'what came on the sealed connection was not sealed for it, or was repeated, left out or altered', err);
    }
  }
}

/** A stream of frames in sealed pieces, inside of another framing. */
export class Sealed implements Framing {
  private readonly outer: Framing;
  private readonly mine: Direction;
  private readonly theirs: Direction;
  private readonly stream = new Lines();

  constructor(outer: Framing, keys: { client: Buffer; server: Buffer }) {
    this.outer = outer;
    this.mine = new Direction(keys.client, client);
    this.theirs = new Direction(keys.server, server);
  }

  encode(frame: string): Buffer {
    const bytes = Buffer.from(`${frame}\n`);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += Limits.maxSealPiece) {
      pieces.push(this.outer.encode(this.seal(bytes.subarray(at, at + Limits.maxSealPiece))));
    }
    return Buffer.concat(pieces);
  }

  /** Returns the frame 25 of the next piece of the stream. */
  seal(piece: Buffer): string {
    return `{"msgid":${Msgid.Sealed},"data":"${this.mine.seal(piece).toString('base64')}"}`;
  }

  decode(chunk: Buffer): string[] {
    return this.outer.decode(chunk).flatMap((f) => this.opened(f));
  }

  private opened(frame: string): string[] {
    const f = JSON.parse(frame) as { msgid: number; data?: string; reason?: string };
    if (f.msgid === Msgid.Goodbye) throw new ClientError('connection', `the server ends the connection before it is sealed: ${f.reason ?? ''}`);
    if (f.msgid !== Msgid.Sealed || typeof f.data !== 'string') throw new ClientError('protocol', 'the server sent a frame in plain on a sealed connection');
    return this.stream.decode(this.theirs.open(Buffer.from(f.data, 'base64')));
  }
}

/** Remembers the keys of servers for sealed connections, by their addresses (host:port). */
export interface Pins {
  /** Returns the fingerprint that is known for a server, '' for none. */
  pin(server: string): Promise<string>;
  /** Keeps a fingerprint in the place of any other. */
  keepPin(server: string, fingerprint: string): Promise<void>;
}

/** Makes the handshake of a sealed connection (frames 21 to 24) and returns the framing inside of it. */
export async function handshake(
  address: string, outer: Framing, exchange: (bytes: Buffer | undefined, framing: Framing) => Promise<string>, given: string, pins: Pins,
): Promise<Framing> {
  const pin = (await pins.pin(address)) || given;
  const f21 = JSON.stringify({ msgid: Msgid.PublicKey, ...(pin && { pin }) });
  const f22 = await exchange(outer.encode(f21), outer);
  const answer = JSON.parse(f22) as { msgid: number; key?: string; nonce?: string; errinfo?: string; reason?: string };
  if (answer.msgid !== Msgid.PublicKeyAnswer) throw new ClientError('connection', `${address} does not seal: ${answer.errinfo ?? answer.reason ?? 'it answered with something else'}`);
  const der = Buffer.from(answer.key ?? '', 'base64');
  const fingerprint = `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`;
  if (pin && fingerprint !== pin) {
    throw new ClientError('pin', `the key of ${address} is not the one that is known: it was ${pin} and is now ${fingerprint}; somebody may be between you and the server. Ask its operator ("parley key" prints it there), and if it is right, give it as the pin`);
  }
  const nonce = Buffer.from(answer.nonce ?? '', 'base64');
  if (nonce.length !== 32) throw new ClientError('protocol', `the nonce of ${address} is not 32 bytes`);
  const secret = randomBytes(32);
  const f23 = JSON.stringify({ msgid: Msgid.KeyExchange, key: encrypt(der, secret, address) });
  const sealed = new Sealed(outer, sealKeys(secret, nonce, Buffer.from(f21), Buffer.from(f22), Buffer.from(f23)));
  // Frame 24 proves that the server has the key: only then is its fingerprint kept.
  const f24 = JSON.parse(await exchange(outer.encode(f23), sealed)) as { msgid: number; pin?: string };
  if (f24.msgid !== Msgid.KeyExchangeAnswer) throw new ClientError('protocol', `${address} answered frame 23 with frame ${f24.msgid}`);
  await pins.keepPin(address, f24.pin || fingerprint);
  return sealed;
}

function encrypt(der: Buffer, secret: Buffer, address: string): string {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (err) {
    throw new ClientError('protocol', `the key of ${address} cannot be read`, err);
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new ClientError('protocol', `the key of ${address} is no RSA key of at least 2048 bits`);
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, secret).toString('base64');
}
