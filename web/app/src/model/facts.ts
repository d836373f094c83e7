import { signal } from '@preact/signals';

/** What the server says of itself before anybody logs in. */
export interface Facts {
  registration: 'open' | 'invite' | 'closed';
  /** It takes passwords over plain HTTP from other machines too. */
  plain: boolean;
  maxText: number;
  version: string;
}

export const facts = signal<Facts>({ registration: 'open', plain: false, maxText: 4000, version: '' });
/** Whether the server answers: asked, yes, or no. */
export const answers = signal<'asking' | 'yes' | 'no'>('asking');

/** Asks the server. It gives up after 5 s. */
export async function askFacts(): Promise<boolean> {
  try {
    const answer = await fetch('/server.json', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const got = (await answer.json()) as Record<string, unknown>;
    const registration = got.registration;
    facts.value = {
      registration: registration === 'invite' || registration === 'closed' ? registration : 'open',
      plain: got.plain === true,
      maxText: typeof got.max_text === 'number' ? got.max_text : 4000,
      version: typeof got.version === 'string' ? got.version : '',
    };
    answers.value = 'yes';
  } catch {
    answers.value = 'no';
  }
  return answers.value === 'yes';
}

/** The page came in a way that lets everybody on the path read passwords, and the server takes none so. */
export const unsafe = (): boolean => !isSecureContext && location.protocol !== 'https:' && !facts.value.plain;
