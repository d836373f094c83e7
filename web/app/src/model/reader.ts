import { signal } from '@preact/signals';
import { Code, codeOf, fromKey, keyOf, type Conversation } from '@parley/sdk';
import type { Actions } from './actions.ts';
import { Feed } from './feed.ts';
import { theChat } from './session.ts';
import { talkOf, takeRead } from './talks.ts';

/** The read cursor moves when the last message was on screen for this long, in milliseconds. */
const SEEN_AFTER = 600;

/** Follows what the reader of the open conversation does. */
class Reader {
  /** The reader is not at the end: the way there is offered. */
  readonly away = signal(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private choose: ((step: number) => void) | undefined;
  private goToEnd: (() => void) | undefined;

  /** Opens a conversation where the account left off. */
  open(of: Conversation): Feed {
    const chat = theChat();
    const feed = new Feed(of, {
      page: (c, { before, after, limit }) =>
        chat.recall(c, { limit, ...(before ? { before } : {}), ...(after === undefined ? {} : { after }) }).catch((err: unknown) => {
          // With a friend to whom nothing was said yet there is no conversation: it is empty.
          if (codeOf(err) === Code.NoConversation) return { messages: [], more: false };
          throw err;
        }),
    });
    const key = keyOf(of);
    for (const o of chat.outgoing()) if (!o.change && keyOf(o.conversation) === key) feed.send(o);
    const talk = talkOf(key);
    void feed.open(talk.read, talk.unread);
    this.away.value = false;
    return feed;
  }

  close(feed: Feed): void {
    clearTimeout(this.timer);
    feed.close();
  }

  actions(_feed: Feed, attach: (toEnd: () => void) => void): Actions {
    return {
      retry: (key) =>
        void theChat()
          .retry(key)
          .catch(() => undefined),
      discard: (key) =>
        void theChat()
          .discard(key)
          .catch(() => undefined),
      seen: (f) => this.look(f),
      attach: (_f, toEnd) => {
        this.goToEnd = toEnd;
        attach(toEnd);
      },
      onChoose: (choose) => {
        this.choose = choose;
        return () => void (this.choose === choose && (this.choose = undefined));
      },
    };
  }

  /** Chooses the message before or after the chosen one. */
  step(by: number): void {
    this.choose?.(by);
  }

  /** Goes to the newest message. */
  async toEnd(feed: Feed): Promise<void> {
    await feed.toEnd();
    this.goToEnd?.();
    this.read(feed);
  }

  /** Looks whether the last message is on screen; if it stays there for a moment, it is read. */
  look(feed: Feed): void {
    this.away.value = !feed.follow || !feed.atEnd.value;
    clearTimeout(this.timer);
    if (!this.sees(feed)) return;
    this.timer = setTimeout(() => this.sees(feed) && this.read(feed), SEEN_AFTER);
  }

  private sees(feed: Feed): boolean {
    return feed.follow && feed.atEnd.value && document.visibilityState === 'visible' && document.hasFocus();
  }

  private read(feed: Feed): void {
    const last = feed.messages.value.at(-1);
    if (!last) return;
    const key = keyOf(feed.of);
    if (last.seq <= talkOf(key).read) return;
    takeRead(key, last.seq);
    void theChat()
      .markRead(feed.of, last.seq)
      .catch(() => undefined); // the next message moves it too
  }
}

export const reader = new Reader();

/** Marks a conversation read that is not on screen. */
export function markAllRead(talk: { key: string; lastSeq: number }): void {
  takeRead(talk.key, talk.lastSeq);
  void theChat()
    .markRead(fromKey(talk.key), talk.lastSeq)
    .catch(() => undefined);
}
