import { ClientError } from './errors.ts';
import { Limits } from './frames.ts';
import type { Store } from './store.ts';
import { MemoryStore } from './store.ts';
import type { Connector } from './transport.ts';
import { webSocket } from './transport.ts';
import type { Message } from './types.ts';

/** Whom to connect to, as whom, and within which bounds. Every time is in milliseconds. */
export interface Options {
  /** `wss://host/ws` or `ws://localhost:8080/ws`; https: and http: mean the same. On Node also `tls://host:port` and `tcp://host:port`. */
  server: string;
  /** `name`, or `userId`, or both (which must agree), say who logs in. */
  name?: string;
  userId?: number;
  /** Or a token, of an earlier login; or neither, where the store has kept a token. */
  password?: string;
  token?: string;
  /** For register alone: the code of an invitation, where the server asks for one. */
  invite?: string;
  /**
   * This program's own name among the account's devices, 1 to 64 characters. Strongly recommended: without it
   * nothing links one run to the next, and a second nameless login of the account is refused.
   */
  device?: string;
  /** What this program and machine are ("Firefox on Linux"), at most 64 characters; people find it in the list of logins. */
  label?: string;
  /**
   * Gets every message, in order, one's own included. A message counts as displayed when it has returned, or
   * its promise has settled. Further listeners are added with `on`.
   */
  onMessage?: (m: Message) => unknown;
  /** Keeps the outbox, what was displayed, and the token; default: a MemoryStore. */
  store?: Store;
  /** How to connect; default: the WebSocket of the browser. @parley/sdk/node has one for Node. */
  connect?: Connector;
  /** Lets passwords and tokens go to other machines over connections that everybody on the way can read. */
  allowPlaintext?: boolean;

  /** Connecting and logging in; default 10 s. */
  connectTimeout?: number;
  /** A request without a signal of its own; default 15 s. */
  requestTimeout?: number;
  /** A chat frame without an answer ends the connection; default 30 s. */
  answerTimeout?: number;
  /** Upper bound of the first pause before a reconnect; default 250 ms. */
  minBackoff?: number;
  /** Upper bound of any such pause; default 10 s. */
  maxBackoff?: number;
  /** The first pause after a refusal for now without a time of its own; it doubles. Default 100 ms. */
  retryDelay?: number;
  /** Upper bound of that pause; default 5 s. */
  maxRetryDelay?: number;
  /** Messages without an answer: at the bound send waits and post fails; default 1024. */
  outbox?: number;
  /** Messages under way at once; default and most 256. */
  window?: number;
  /** Messages, and other events, that wait for a handler; default 1024. */
  events?: number;
  /** How long a missing message may still come by itself; default 500 ms. Each try to fetch it waits twice as long. */
  gapWait?: number;
  /** How often the history is asked for it; default 3. */
  gapTries?: number;
  /** Messages that wait behind a gap, in each conversation; default 256. */
  early?: number;
  /** How often the server is told what was displayed; default and least 1 s. */
  receivedEvery?: number;
  /** Or after that many messages; default 256. */
  receivedAfter?: number;
}

/** Options with every default filled in. */
export type Settings = Options & Required<Omit<Options, 'name' | 'userId' | 'password' | 'token' | 'invite' | 'device' | 'label' | 'onMessage'>>;

/** Returns options with their defaults. It throws for what cannot work. */
export function settings(o: Options): Settings {
  if (!o.name && !o.userId) throw bad('name or userId must say who logs in');
  for (const what of ['device', 'label'] as const) {
    const n = [...(o[what] ?? '')].length;
    if (n > Limits.maxDeviceName) throw bad(`${what} has ${n} characters; at most ${Limits.maxDeviceName} are allowed`);
  }
  const or = (v: number | undefined, def: number, least = 1, most = Infinity): number => Math.min(Math.max(v && v > 0 ? v : def, least), most);
  const minBackoff = or(o.minBackoff, 250);
  const retryDelay = or(o.retryDelay, 100);
  return {
    ...o,
    store: o.store ?? new MemoryStore(),
    connect: o.connect ?? webSocket,
    allowPlaintext: o.allowPlaintext ?? false,
    connectTimeout: or(o.connectTimeout, 10_000),
    requestTimeout: or(o.requestTimeout, 15_000),
    answerTimeout: or(o.answerTimeout, 30_000),
    minBackoff,
    maxBackoff: or(o.maxBackoff, 10_000, minBackoff),
    retryDelay,
    maxRetryDelay: or(o.maxRetryDelay, 5_000, retryDelay),
    outbox: or(o.outbox, 1024, 1, 1 << 20),
    window: or(o.window, Limits.maxUnacked, 1, Limits.maxUnacked),
    events: or(o.events, 1024, 1, 1 << 20),
    gapWait: or(o.gapWait, 500, 10, 60_000),
    gapTries: or(o.gapTries, 3, 1, 10),
    early: or(o.early, 256, 1, 65_536),
    receivedEvery: or(o.receivedEvery, 1000, 1000),
    receivedAfter: or(o.receivedAfter, 256),
  };
}

const bad = (what: string): ClientError => new ClientError('argument', `options: ${what}`);
