import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, nodeConnect, register } from '../src/node/index.ts';
import { RealServer } from './server.ts';

const server = new RealServer();
beforeAll(async () => {
  server.build();
  await server.start();
}, 300_000);
afterAll(() => server.remove());

// The first lines of code of the README, as they stand there, with the SDK as it is built.
test('the lines of the README chat', async () => {
  const here = fileURLToPath(new URL('..', import.meta.url));
  const code = /```ts\n([^]*?)```/.exec(readFileSync(join(here, 'README.md'), 'utf8'))?.[1] as string;
  expect(code.split('\n').length).toBeLessThanOrEqual(31);
  const folder = join(server.folder, 'readme');
  mkdirSync(join(folder, 'node_modules', '@parley'), { recursive: true });
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-p', here, '--outDir', join(folder, 'sdk', 'dist')]);
  writeFileSync(join(folder, 'sdk', 'package.json'), readFileSync(join(here, 'package.json')));
  symlinkSync(join(folder, 'sdk'), join(folder, 'node_modules', '@parley', 'sdk'));
  symlinkSync(fileURLToPath(new URL('../../node_modules/@types', import.meta.url)), join(folder, 'node_modules', '@types'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'chat.ts'), code);
  execFileSync(process.execPath, [tsc, 'chat.ts', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--ignoreConfig', '--skipLibCheck'], { cwd: folder, stdio: 'inherit' });

  const address = `ws://${server.http}/ws`;
  const connect = nodeConnect();
  const password = 'three small stones';
  for (const name of ['alice', 'bob']) await register({ server: address, name, password, connect });
  const bob = new Client({ server: address, name: 'bob', password, device: 'test', connect });
  const got = new Promise<string>((resolve) => bob.on('message', ({ message: m }) => resolve(m.text)));
  await bob.login();
  const program = spawn(process.execPath, ['chat.js', 'alice', password, 'bob'], { cwd: folder, env: { ...process.env, PARLEY_SERVER: address } });
  let out = '';
  program.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  program.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const done = new Promise((resolve) => program.once('exit', resolve));
  program.stdin.write('hello bob\n');
  expect(await Promise.race([got, done])).toBe('hello bob');
  await bob.send({ with: 1 }, 'hello alice');
  while (!out.includes('bob: hello alice')) {
    expect(program.exitCode, out).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  program.stdin.end();
  expect(await done, out).toBe(0);
  await bob.close();
}, 120_000);
