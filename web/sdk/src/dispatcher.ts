import type { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { keyOf } from './conversation.ts';
import { ClientError } from './errors.ts';
import type { Batch } from './store.ts';
import { isEmpty } from './store.ts';
import { now, pause } from './time.ts';
import type { Event, Message } from './types.ts';

/** A batch for the store is saved when nothing waits for a handler, and at the latest after so many messages or so long a time. */
const saveAfter = 128;
const saveEvery = 100;
/** The pause after a batch that could not be saved. */
const saveRetry = 1000;

interface Item {
  event?: Event;
  /** What is to be kept when its turn has come. */
  keep?: (b: Batch) => void;
  /** The dispatcher's log when it came. */
  log: number;
}

/** Hands events to the listeners, one after the other, and what was displayed to the store. */
export class Dispatcher {
  private readonly client: Client;
  private items: Item[] = [];
  /** Of the items waiting or being handled. */
  private messages = 0;
  private others = 0;
  private missed = false;
  /** How many logs were known before the one that is. */
  private log = 0;
  private running = false;
  private silenced = false;
  private pending: Batch = {};
  private savedAt = -Infinity;
  private idle: (() => void)[] = [];

  constructor(client: Client) {
    this.client = client;
  }

  /** There is no room for another message. */
  get full(): boolean {
    return this.messages >= this.client.options.events;
  }

  /** At least half of the room is free. */
  get roomy(): boolean {
    return this.messages <= this.client.options.events / 2;
  }

  /** Too many events wait: no changes are taken now. */
  get crowded(): boolean {
    return this.others >= this.client.options.events;
  }

  get room(): number {
    return this.client.options.events - this.messages;
  }

  push(event: Event): void {
    if (event.type === 'message') this.messages++;
    else {
      // These can be many; the others are few, and never left out.
      if ((event.type === 'presence' || event.type === 'change' || event.type === 'read') && this.others >= this.client.options.events) {
        if (this.missed) return;
        this.missed = true;
        event = { type: 'missed' };
      }
      this.others++;
    }
    this.items.push({ event, log: this.log });
    this.wake();
  }

  /** Notes something to be kept, after all that was pushed before. */
  noteLater(keep: (b: Batch) => void): void {
    this.items.push({ keep, log: this.log });
    this.wake();
  }

  /** Sees to it that items are handled, and what is pending is saved. */
  wake(): void {
    if (this.running) return;
    this.running = true;
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    for (;;) {
      const items = this.items;
      this.items = [];
      for (const item of items) {
        await this.handle(item);
        const n = (this.pending.shown?.length ?? 0) + (this.pending.states?.length ?? 0);
        if (n >= saveAfter || (n > 0 && now() - this.savedAt >= saveEvery)) await this.save();
      }
      await this.save();
      if (this.items.length === 0 && isEmpty(this.pending)) break;
      if (this.client.over && items.length === 0) break;
    }
    this.running = false;
    for (const rested of this.idle.splice(0)) rested();
  }

  private async handle(item: Item): Promise<void> {
    const { event } = item;
    if (!event) {
      if (item.log === this.log) item.keep?.(this.pending);
      return;
    }
    const told = event.type === 'state' || (!this.silenced && !this.client.closed);
    if (told && !(ofLog(event) && item.log !== this.log)) await this.client.emit(event);
    if (event.type !== 'message') {
      this.others--;
      if (event.type === 'missed') this.missed = false;
      if (event.type === 'changed' && item.log === this.log) (this.pending.states ??= []).push(event);
      if (this.others === this.client.options.events >> 1) this.client.changes.pull();
      return;
    }
    this.messages--;
    if (told && !this.client.closed && item.log === this.log && this.client.receiver.find(event.message.conversation)?.order.started) {
      (this.pending.shown ??= []).push(event.message);
    }
    if (this.messages === this.client.options.events >> 1) this.client.receiver.fill();
  }

  /** Notes something to be kept. */
  note(change: (b: Batch) => void): void {
    change(this.pending);
    this.wake();
  }

  /** Notes that the position in a conversation is to be forgotten. */
  left(name: Conversation): void {
    const key = keyOf(name);
    this.note((b) => {
      if (b.shown) b.shown = b.shown.filter((m: Message) => keyOf(m.conversation) !== key);
      if (!b.left?.some((c) => keyOf(c) === key)) (b.left ??= []).push(name);
    });
  }

  /**
   * Brings to the store what happened, and has the server told then. While that fails no handler is called,
   * so that what waits stays bounded; what came too early for that is shown again by the next run.
   */
  private async save(): Promise<void> {
    this.savedAt = now();
    let batch = this.pending;
    if (isEmpty(batch)) {
      this.client.saved?.();
      return;
    }
    this.pending = {};
    const log = this.log;
    for (let tries = 0; ; tries++) {
      if (log !== this.log) batch = kept(batch);
      try {
        await this.client.options.store.save(batch);
        break;
      } catch (err) {
        if (this.client.over) return;
        if (tries === 0) await this.client.emit({ type: 'unkept', error: new ClientError('store', 'what was displayed could not be kept', err) });
        await pause(saveRetry);
      }
    }
    if (log === this.log) for (const m of batch.shown ?? []) this.client.receiver.displayed(m);
    this.client.saved?.();
  }

  /** Forgets messages that wait, and what is pending of conversations: the server has another log. */
  forgetAll(): void {
    this.log++;
    this.items = this.items.filter((i) => i.event?.type !== 'message' || (this.messages--, false));
    this.pending = kept(this.pending);
  }

  /** Calls no listener any more once those under way have returned. What comes after that counts as not displayed. */
  silence(): void {
    this.silenced = true;
  }

  /** Resolves when no handler is under way and what was handled is kept. */
  rest(): Promise<void> {
    return this.running ? new Promise((resolve) => this.idle.push(resolve)) : Promise.resolve();
  }
}

/** It is about what stands in the server's log. */
const ofLog = (e: Event): boolean => e.type === 'message' || e.type === 'changed';

/** What of a batch is true in another log as well. */
function kept(b: Batch): Batch {
  const k: Batch = {};
  if (b.self) k.self = b.self;
  if (b.settled) k.settled = b.settled;
  if (b.failed) k.failed = b.failed;
  return k;
}
