import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyState, Client, Code, FileStore, nodeConnect, pinFile, register } from '../src/node/index.ts';
import type { Message } from '../src/node/index.ts';
import { addMembers, pinnedMessages, setConversation, setRole, updateGroup } from '../src/more.ts';
import { RealServer } from './server.ts';

const plain = new RealServer();
const server = new RealServer('--tls-self-signed');
const password = 'three small stones';

beforeAll(async () => {
  const bin = plain.build();
  server.bin = bin;
  await Promise.all([server.start(), plain.start()]);
}, 300_000);
afterAll(() => Promise.all([server.remove(), plain.remove()]));

const port = (address: string): string => address.split(':').at(-1) as string;

/** Resolves when something is true. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('the server is killed with -9 in mid-chat: every message is stored and shown once, in order', async () => {
  const address = `tcp://${plain.tcp}`;
  const connect = nodeConnect();
  const shown: Record<string, string[]> = { alice: [], bob: [] };
  const clients = await Promise.all(['alice', 'bob'].map(async (name) => {
    await register({ server: address, name, password, connect });
    const client = new Client({
      server: name === 'alice' ? address : `ws://${plain.http}/ws`, name, password, device: 'test', connect,
      store: new FileStore(join(plain.folder, `${name}.log`)), maxBackoff: 500, onMessage: (m) => shown[name]?.push(`${m.seq} ${m.text}`),
    });
    await client.login();
    return client;
  }));
  const [alice, bob] = clients as [Client, Client];
  const rounds = 3;
  const each = 60;
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < each; n++) {
      await alice.post({ with: bob.self?.id as number }, `a${round * each + n}`);
      await bob.post({ with: alice.self?.id as number }, `b${round * each + n}`);
      if (n === each / 2) await plain.kill(); // with messages on their way
    }
    await plain.start();
  }
  await Promise.all(clients.map((c) => c.flush()));
  await until(() => Object.values(shown).every((s) => s.length >= 2 * rounds * each));
  const all = Array.from({ length: rounds * each }, (_, n) => n);
  expect(shown['alice']).toEqual(shown['bob']);
  expect(shown['bob']?.map((t) => +(t.split(' ')[0] as string))).toEqual(Array.from({ length: 2 * rounds * each }, (_, i) => i + 1));
  for (const who of ['a', 'b']) {
    expect(shown['bob']?.map((t) => t.split(' ')[1] as string).filter((t) => t.startsWith(who))).toEqual(all.map((n) => `${who}${n}`));
  }
  await Promise.all(clients.map((c) => c.close()));

  // The next run logs in by the token that was kept, and shows nothing again.
  const more: string[] = [];
  await Promise.all(clients.map((c) => c.options.store.close()));
  const again = new Client({ server: address, name: 'bob', device: 'test', connect, store: new FileStore(join(plain.folder, 'bob.log')), onMessage: (m) => more.push(m.text) });
  await again.login();
  expect((await again.recall({ with: alice.self?.id as number }, { limit: 3 })).messages).toHaveLength(3);
  await again.send({ with: alice.self?.id as number }, 'after');
  await until(() => more.length > 0);
  expect(more).toEqual(['after']);
  await again.signOut();
}, 120_000);

test('TLS, over TCP and WebSocket, with the certificate of the server', async () => {
  const ca = readFileSync(join(server.folder, 'data', 'tls.crt'));
  const connect = nodeConnect({ ca });
  await register({ server: `tls://127.0.0.1:${port(server.tcp)}`, name: 'carol', password, connect });
  for (const address of [`tls://127.0.0.1:${port(server.tcp)}`, `wss://127.0.0.1:${port(server.http)}/ws`]) {
    const c = new Client({ server: address, name: 'carol', password, device: 'test', connect });
    await c.login();
    expect(await c.friends()).toEqual([]);
    await c.close();
  }
  const stranger = new Client({ server: `tls://127.0.0.1:${port(server.tcp)}`, name: 'carol', password, device: 'test', connect: nodeConnect() });
  await expect(stranger.login()).rejects.toThrow('signed by nobody that is trusted here');
  const untold = new Client({ server: `tcp://${server.tcp}`, name: 'carol', password, device: 'test', connect: nodeConnect(), connectTimeout: 2000 });
  await expect(untold.login()).rejects.toThrow();
});

test('sealed connections, over TCP and WebSocket, with a pin that is kept', async () => {
  const address = `tcp://${plain.tcp}`;
  const key = /SHA256:\S+/.exec(plain.run('key'))?.[0] as string;
  const path = join(plain.folder, 'known');
  const connect = nodeConnect({ sealed: true, pins: pinFile(path) });
  await register({ server: address, name: 'dave', password, connect });
  expect(readFileSync(path, 'utf8')).toBe(`${plain.tcp} ${key}\n`);
  const long = '长'.repeat(3000);
  for (const [to, by] of [[address, connect], [`ws://${plain.http}/ws`, nodeConnect({ pin: key })]] as const) {
    const c = new Client({ server: to, name: 'dave', password, device: to, connect: by });
    await c.login();
    const gid = await c.createGroup('alone');
    await Promise.all(Array.from({ length: 30 }, (_, i) => c.send({ gid }, `${i} ${long}`)));
    const texts: string[] = [];
    for (let after = 0, more = true; more; after = texts.length) {
      const page = await c.history({ gid }, { after });
      texts.push(...page.messages.map((m) => m.text));
      more = page.more;
    }
    expect(texts).toEqual(Array.from({ length: 30 }, (_, i) => `${i} ${long}`));
    await c.close();
  }
  const wrong = new Client({ server: address, name: 'dave', password, device: 'x', connect: nodeConnect({ pin: `SHA256:${'A'.repeat(43)}` }) });
  await expect(wrong.login()).rejects.toMatchObject({ reason: 'pin' });
}, 60_000);

test('what is done to a message is told to both sides, over a restart of the server too', async () => {
  const address = `ws://${plain.http}/ws`;
  const connect = nodeConnect();
  const messages = { cora: new Map<number, Message>(), dirk: new Map<number, Message>() };
  const open = async (name: 'cora' | 'dirk'): Promise<Client> => {
    await register({ server: address, name, password, connect });
    const c = new Client({ server: address, name, password, device: 'test', connect, maxBackoff: 500, onMessage: (m) => void messages[name].set(m.seq, m) });
    c.on('changed', ({ state }) => {
      const m = messages[name].get(state.seq);
      if (m) messages[name].set(state.seq, applyState(m, state));
    });
    await c.login();
    return c;
  };
  const [carol, dave] = [await open('cora'), await open('dirk')];
  const to = { with: dave.self?.id as number };
  const from = { with: carol.self?.id as number };
  await carol.send(to, 'one');
  await carol.send(to, 'two');
  await carol.change(to, 1, { op: 'edit', text: 'One' });
  expect((await dave.change(from, 1, { op: 'react', emoji: '❤' })).rev).toBe(2);
  await expect(dave.change(from, 1, { op: 'edit', text: 'mine' })).rejects.toMatchObject({ code: Code.NotAuthor });
  await plain.kill();
  const later = dave.change(from, 2, { op: 'pin' }); // waits in the outbox
  await plain.start();
  await later;
  await carol.change(to, 2, { op: 'recall' });
  await until(() => messages.dirk.get(2)?.recalled === true && messages.cora.get(2)?.recalled === true && messages.cora.get(1)?.reactions?.length === 1);
  expect(messages.dirk.get(1)).toMatchObject({ text: 'One', reactions: [{ emoji: '❤️', count: 1 }], reacted: ['❤️'] });
  expect(messages.cora.get(1)).toMatchObject({ text: 'One', rev: 2 });
  expect(messages.cora.get(1)?.reacted).toBeUndefined();
  expect(messages.cora.get(2)).toMatchObject({ text: '', recalled: true, by: carol.self?.id });
  expect((await carol.history(to)).messages.map((m) => m.text)).toEqual(['One', '']);

  await dave.change(from, 1, { op: 'pin' });
  expect((await pinnedMessages(carol, to)).map((m) => m.seq)).toEqual([1]);
  const told = new Promise<unknown>((resolve) => void carol.on('settings', (e) => resolve(e.settings)));
  await setConversation(carol, to, { pinned: true, level: 'mentions', draft: 'half a' });
  expect(await told).toMatchObject({ pinned: true, level: 'mentions', draft: 'half a', hidden: false });
  expect((await carol.conversations())[0]?.settings).toMatchObject({ pinned: true, draft: 'half a' });

  const gid = await carol.createGroup('go');
  await updateGroup(carol, gid, { name: 'go and chess', joining: 'closed' });
  const added = await addMembers(carol, gid, [to.with, 999_999]);
  expect(added.added).toEqual([to.with]);
  expect(added.refused.map((r) => r.error.code)).toEqual([Code.NoSuchUser]);
  await setRole(carol, gid, to.with, 'admin');
  expect((await dave.groups()).find((g) => g.gid === gid)).toMatchObject({ name: 'go and chess', role: 'admin', joining: 'closed', posting: 'all', members: 2 });
  await Promise.all([carol.close(), dave.close()]);
});
