/**
 * What Node has beyond browsers: TCP, TLS and sealed connections, a WebSocket of its own, and a store in a file.
 *
 * @packageDocumentation
 */
export { nodeConnect } from './connect.ts';
export type { NodeOptions } from './connect.ts';
export { FileStore } from './file.ts';
export { pinFile } from './pins.ts';
export type { Pins } from './seal.ts';
export * from '../index.ts';
