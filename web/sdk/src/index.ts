/**
 * The TypeScript SDK of Parley for browsers and Node: it logs in, sends until the server says "stored", and hands
 * every conversation over in order, each message once, over reconnects and reloads.
 *
 * @packageDocumentation
 */
export { Client, register } from './client.ts';
export type { Chat, HistoryOptions, RequestOptions } from './chat.ts';
export { direct, fromKey, group, keyOf } from './conversation.ts';
export type { Conversation } from './conversation.ts';
export { absent, apply as applyState } from './decode.ts';
export { ClientError, codeOf, Goodbye, isReason, Refusal } from './errors.ts';
export type { ParleyError, PlainError, Reason } from './errors.ts';
export { Code, GoodbyeCode, Limits } from './frames.ts';
export type { AnswerTo, Request } from './session.ts';
export type { Options, Settings } from './options.ts';
export { IndexedDBStore } from './idb.ts';
export { MemoryStore } from './store.ts';
export type { Batch, Queued, Saved, Store } from './store.ts';
export { webSocket } from './transport.ts';
export type { Connector, Transport } from './transport.ts';
export type * from './types.ts';
