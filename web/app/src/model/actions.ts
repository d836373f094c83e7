import type { Feed } from './feed.ts';

/** What the messages on screen can have done. */
export interface Actions {
  retry(key: string): void;
  discard(key: string): void;
  /** The reader came to the end, or something new stands there: the read cursor may move. */
  seen(feed: Feed): void;
  /** Tells how the view of a feed goes to its end. */
  attach(feed: Feed, toEnd: () => void): void;
  /** Calls a function when the keys choose another message; returns what ends that. */
  onChoose(choose: (step: number) => void): () => void;
}
