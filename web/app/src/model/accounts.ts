/** Which accounts this browser knows, and which one is signed in. Tokens are not here: they are in the store of the account. */
export interface Account {
  /** 0 until the first login has succeeded. */
  id: number;
  name: string;
  /** This browser's name among the devices of the account: random, made once. */
  device: string;
  /** The name of the account's database. */
  db: string;
}

const KEY = 'parley.accounts';

interface Kept {
  current: number;
  accounts: Account[];
}

function load(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
    const accounts = Array.isArray(kept.accounts)
      ? kept.accounts.filter((a) => Number.isSafeInteger(a?.id) && typeof a.name === 'string' && typeof a.device === 'string' && typeof a.db === 'string')
      : [];
    return { current: Number(kept.current) || 0, accounts };
  } catch {
    return { current: 0, accounts: [] };
  }
}

function save(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A private window, or no room: the account is known to this page alone.
  }
}

const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(36).padStart(2, '0'))
    .join('')
    .slice(0, 20);
const same = (a: string, b: string): boolean => a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();

/** The account that is signed in on this browser. */
export function currentAccount(): Account | undefined {
  const kept = load();
  return kept.accounts.find((a) => a.id === kept.current && a.id !== 0);
}

/** The account that somebody means by a name or number; a new one if this browser does not know it. */
export function accountFor(who: string): Account {
  const known = load().accounts.find((a) => same(a.name, who.trim()) || String(a.id) === who.trim());
  return known ?? { id: 0, name: who.trim(), device: `web-${random()}`, db: `parley-${random()}` };
}

/** Notes who is signed in. All tabs follow. */
export function keepAccount(account: Account): void {
  const kept = load();
  save({ current: account.id, accounts: [...kept.accounts.filter((a) => a.id !== account.id), account] });
}

/** Nobody is signed in any more. What belongs to the account stays under its name, unless it is forgotten. */
export function leaveAccount(account: Account, forget: boolean): void {
  const kept = load();
  save({ current: kept.current === account.id ? 0 : kept.current, accounts: forget ? kept.accounts.filter((a) => a.id !== account.id) : kept.accounts });
}

/** Calls back when another tab has signed in or out. */
export function onAccountChange(changed: () => void): void {
  addEventListener('storage', (e) => {
    if (e.key === KEY || e.key === null) changed();
  });
}
