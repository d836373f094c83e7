import { register as make } from '@parley/sdk';
import { server } from './connect.ts';
import { facts } from './facts.ts';
import { signIn } from './session.ts';

/** Makes an account and signs in as it. A refusal is thrown; the caller says it. */
export async function register(name: string, password: string, invite: string, keep: boolean): Promise<void> {
  const code = invite.trim();
  const made = await make({ server: server(), name: name.trim(), password, allowPlaintext: facts.value.plain, ...(code ? { invite: code } : {}) });
  await signIn(made.name, password, keep);
}
