/**
 * Servers in memory for the tests of programs that use the SDK: one that does wrong what a test asks for, and one that a test
 * plays frame by frame.
 *
 * @packageDocumentation
 */
export { Peer, ScriptedServer } from './peer.ts';
export type { Sent } from './peer.ts';
export { FakeServer } from './server.ts';
export type { Fate, Faults } from './server.ts';
