import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Framing } from '../src/node/framing.ts';
import { Sealed, sealKeys } from '../src/node/seal.ts';

interface Vectors {
  f21: string;
  f22: string;
  f23: string;
  secret: string;
  nonce: string;
  hash: string;
  key_client: string;
  key_server: string;
  from_client: { piece: string; frame: string }[];
  from_server: { piece: string; frame: string }[];
}

const v = JSON.parse(readFileSync(new URL('../../../wire/seal/testdata/seal.json', import.meta.url), 'utf8')) as Vectors;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Takes frames as they are. */
const bare = (): Framing => ({ encode: (f) => Buffer.from(`${f}\n`), decode: (b) => b.toString().split('\n').filter((f) => f !== '') });

test('keys and frames are those of the vectors', () => {
  const keys = sealKeys(bytes(v.secret), bytes(v.nonce), Buffer.from(v.f21), Buffer.from(v.f22), Buffer.from(v.f23));
  expect(keys.hash.toString('hex')).toBe(v.hash);
  expect(keys.client.toString('hex')).toBe(v.key_client);
  expect(keys.server.toString('hex')).toBe(v.key_server);
  const sealed = new Sealed(bare(), keys);
  for (const { piece, frame } of v.from_client) expect(sealed.seal(Buffer.from(piece))).toBe(frame);
  const frames = v.from_server.flatMap(({ frame }) => sealed.decode(Buffer.from(`${frame}\n`)));
  expect(frames.map((f) => `${f}\n`).join('')).toBe(v.from_server.map((s) => s.piece).join(''));
  // The last one again: it was made for another place.
  expect(() => sealed.decode(Buffer.from(`${v.from_server.at(-1)?.frame}\n`))).toThrow('was not sealed for it');
});
