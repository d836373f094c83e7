import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClientError } from '../errors.ts';
import type { Pins } from './seal.ts';

/**
 * Keeps pins in a text file, one server and fingerprint a line; the last one of a server counts. Several programs may share it,
 * also those of the Go SDK.
 */
export function pinFile(path: string): Pins {
  const lines = async (): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new ClientError('store', 'the known servers cannot be read', err);
    }
  };
  const find = (text: string, server: string): string =>
    text.split('\n').findLast((l) => l.startsWith(`${server} SHA256:`))?.slice(server.length + 1).trim() ?? '';
  return {
    pin: async (server) => find(await lines(), server),
    keepPin: async (server, fingerprint) => {
      const text = await lines();
      if (find(text, server) === fingerprint) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // A crash may have cut the last line.
      const torn = text !== '' && !text.endsWith('\n');
      await appendFile(path, `${torn ? '\n' : ''}${server} ${fingerprint}\n`, { mode: 0o600, flush: true });
    },
  };
}
