/** Why a call failed that the server did not refuse. */
export type Reason =
  /** the client was closed or logged out */
  | 'closed'
  /** the client was not started: call login or start first */
  | 'not-started'
  /** the connection ended before the answer came; whether the request took effect is unknown */
  | 'interrupted'
  /** there is no connection, and nothing of what was asked for is kept here */
  | 'offline'
  /** no answer, or no connection, within the time allowed */
  | 'timeout'
  /** as many messages as are allowed wait for their acks */
  | 'outbox-full'
  /** another program used this device meanwhile: whether the message was stored is unknown */
  | 'unknown-outcome'
  /** the client ended before the ack; the store has the message and the next run sends it */
  | 'kept'
  /** the call was aborted with the message on its way: it may still be stored */
  | 'on-its-way'
  /** the store belongs to another account */
  | 'other-account'
  /** everybody on the way could read the password */
  | 'plaintext'
  /** the server was silent for two and a half heartbeats, or did not answer a wake */
  | 'silent'
  /** the connection could not be made, or ended */
  | 'connection'
  /** the server sent something that is not the protocol, or a number beyond 2^53 */
  | 'protocol'
  /** the store failed */
  | 'store'
  /** the server's key is not the one that is known */
  | 'pin'
  /** an argument or option cannot work */
  | 'argument';

/** A failure that is not the server's refusal; `reason` says which. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly reason: Reason;

  constructor(reason: Reason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** A refusal by the server. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** One of `Code`; later versions of the server may send others. */
  readonly code: number;
  /** What happened and what to do, in the server's words (English). */
  readonly info: string;
  /** Milliseconds after which it may work, 0 where waiting does not help; at most 10 minutes. */
  readonly retryAfter: number;

  constructor(code: number, info = '', retryAfter = 0) {
    super(`${info || 'the server refused it'} (code ${code})`);
    this.code = code;
    this.info = info;
    this.retryAfter = advised(retryAfter);
  }
}

/** The server's goodbye (frame 26), as the reason why a connection ended. */
export class Goodbye extends Error {
  override readonly name = 'Goodbye';
  /** One of `GoodbyeCode`. */
  readonly code: number;
  /** The server's words. */
  readonly info: string;
  /** Whether the client comes back by itself. */
  readonly reconnect: boolean;
  /** Milliseconds to stay away before the next attempt; at most 10 minutes. */
  readonly after: number;

  constructor(code: number, info: string, reconnect: boolean, after: number) {
    super(`the server said goodbye: ${info} (goodbye code ${code})`);
    this.code = code;
    this.info = info;
    this.reconnect = reconnect;
    this.after = advised(after);
  }
}

/** The errors that this library throws; aborted calls reject with the signal's reason. */
export type ParleyError = ClientError | Refusal | Goodbye;

/** A pause that the server asks for, within reason. */
export const advised = (ms: number | undefined): number => Math.min(Math.max(ms ?? 0, 0), 600_000);

/** Returns an error for what an answer carries, undefined for success. */
export function refusalOf(f: { erron: number; errinfo?: string; retry_after_ms?: number }): Refusal | undefined {
  return f.erron ? new Refusal(f.erron, f.errinfo, f.retry_after_ms) : undefined;
}

/** Returns the server's code in an error, 0 if the error is no refusal. */
export const codeOf = (err: unknown): number => (err instanceof Refusal ? err.code : 0);

/** Reports whether an error is a ClientError with this reason. */
export const isReason = (err: unknown, reason: Reason): boolean => err instanceof ClientError && err.reason === reason;

/** Returns the milliseconds that a refusal names, 0 if it names none. */
export const retryAfterOf = (err: unknown): number => (err instanceof Refusal ? err.retryAfter : 0);

export const closed = (): ClientError => new ClientError('closed', 'the client is closed');

export const interrupted = (cause?: unknown): ClientError =>
  new ClientError('interrupted', 'the connection ended before the answer came; whether the request took effect is unknown', cause);

export const badNumber = (n: unknown, what: string): ClientError =>
  new ClientError('argument', `${String(n)} cannot name ${what}: it must be a whole number from 1 to 2^53-1, the largest that JavaScript keeps exactly`);

/** An error as plain data, to be kept in a store or sent to another tab. */
export interface PlainError {
  name: string;
  message: string;
  code?: number;
  info?: string;
  after?: number;
  reconnect?: boolean;
  reason?: Reason;
}

/** Returns an error as plain data. */
export function toPlain(err: unknown): PlainError {
  if (err instanceof Refusal) return { name: err.name, message: err.message, code: err.code, info: err.info, after: err.retryAfter };
  if (err instanceof Goodbye) return { name: err.name, message: err.message, code: err.code, info: err.info, after: err.after, reconnect: err.reconnect };
  if (err instanceof ClientError) return { name: err.name, message: err.message, reason: err.reason };
  return err instanceof Error ? { name: err.name, message: err.message } : { name: 'Error', message: String(err) };
}

/** Returns the error that plain data stands for. */
export function fromPlain(p: PlainError): Error {
  switch (p.name) {
    case 'Refusal':
      return new Refusal(p.code ?? 0, p.info, p.after);
    case 'Goodbye':
      return new Goodbye(p.code ?? 0, p.info ?? '', p.reconnect ?? false, p.after ?? 0);
    case 'ClientError':
      return new ClientError(p.reason ?? 'connection', p.message);
  }
  const err = new Error(p.message);
  err.name = p.name;
  return err;
}
