import type { Feed } from '../model/feed.ts';

/** Nearer to the end than this, in pixels, the reader is at the end. */
const AT_END = 48;

/**
 * Keeps what the reader looks at where it is, whatever is added, taken away, or grows: it remembers the first
 * line on screen and how far it stood from the top, and after each change puts it there again. At the end it
 * keeps the end in sight. Lines that the window let go live on as the height of one spacer at each end.
 */
export class Keeper {
  /** Called when the reader comes to the end, or leaves it. */
  onFollow: (follow: boolean) => void = () => {};

  private readonly box: HTMLElement;
  private readonly list: HTMLElement;
  private readonly feed: Feed;
  private readonly before: HTMLElement;
  private readonly after: HTMLElement;
  private anchor: { key: string; offset: number } | undefined;
  private heights = new Map<string, number>();
  private keys: string[] = [];
  private above = 0;
  private below = 0;
  private readonly sizes: ResizeObserver;
  private placed = false;

  constructor(box: HTMLElement, list: HTMLElement, spacers: [HTMLElement, HTMLElement], feed: Feed) {
    this.box = box;
    this.list = list;
    this.feed = feed;
    [this.before, this.after] = spacers;
    this.sizes = new ResizeObserver(() => this.restore());
    this.sizes.observe(box);
    this.sizes.observe(list);
    box.addEventListener('scroll', this.scrolled, { passive: true });
  }

  close(): void {
    this.sizes.disconnect();
    this.box.removeEventListener('scroll', this.scrolled);
  }

  /** To be called after each drawing, before it is painted. */
  drawn(): void {
    this.measure();
    if (!this.placed && this.keys.length > 0) this.place();
    else this.restore();
    const target = this.feed.target.value;
    if (target > 0) this.show(target);
    this.reach();
  }

  /** Goes to the end and stays there. */
  toEnd(): void {
    this.feed.follow = true;
    this.anchor = undefined;
    this.box.scrollTop = this.box.scrollHeight;
    this.onFollow(true);
  }

  /** The first place after opening: the pennant a third from the top, or the end. */
  private place(): void {
    this.placed = true;
    const pennant = this.list.querySelector<HTMLElement>('.unreadline');
    if (pennant && this.feed.target.value === 0) {
      this.box.scrollTop = pennant.offsetTop - this.box.clientHeight / 3;
      this.remember();
    } else this.toEnd();
  }

  private show(seq: number): void {
    const line = this.list.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    if (!line) return;
    this.box.scrollTop = line.offsetTop - this.box.clientHeight / 3;
    this.remember();
    line.classList.add('target');
    line.focus({ preventScroll: true });
    setTimeout(() => line.classList.remove('target'), 2000);
    this.feed.target.value = 0;
  }

  /** Moves the heights of lines that went into the spacers, and takes out those of lines that came back. */
  private measure(): void {
    const lines = this.lines();
    const keys = lines.map((l) => l.dataset.key ?? '');
    if (same(keys, this.keys)) return;
    const now = new Map<string, number>();
    for (const [i, line] of lines.entries()) {
      const next = lines[i + 1];
      now.set(keys[i] ?? '', (next ? next.offsetTop : line.offsetTop + line.offsetHeight) - line.offsetTop);
    }
    const sum = (list: string[], of: Map<string, number>) => list.reduce((n, key) => n + (of.get(key) ?? 0), 0);
    const kept = keys.findIndex((key) => this.heights.has(key));
    if (kept < 0) this.above = this.below = 0;
    else {
      const firstKept = this.keys.indexOf(keys[kept] ?? '');
      const lastKept = keys.findLastIndex((key) => this.heights.has(key));
      const lastBefore = this.keys.indexOf(keys[lastKept] ?? '');
      this.above = Math.max(0, this.above + sum(this.keys.slice(0, firstKept), this.heights) - sum(keys.slice(0, kept), now));
      this.below = Math.max(0, this.below + sum(this.keys.slice(lastBefore + 1), this.heights) - sum(keys.slice(lastKept + 1), now));
    }
    if (this.feed.atBegin.value) this.above = 0;
    if (this.feed.atEnd.value) this.below = 0;
    this.before.style.setProperty('block-size', `${this.above}px`);
    this.after.style.setProperty('block-size', `${this.below}px`);
    this.heights = now;
    this.keys = keys;
  }

  private restore(): void {
    if (!this.placed) return;
    if (this.feed.follow && this.feed.atEnd.value) {
      this.box.scrollTop = this.box.scrollHeight;
      return;
    }
    const anchor = this.anchor;
    if (!anchor) return;
    const line = this.list.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.key)}"]`);
    if (!line) return;
    const off = line.offsetTop - this.box.scrollTop - anchor.offset;
    if (Math.abs(off) >= 1) this.box.scrollTop += off;
  }

  private readonly scrolled = (): void => {
    if (!this.placed) return;
    const rest = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight;
    const follow = rest <= AT_END && this.feed.atEnd.value;
    if (follow !== this.feed.follow) {
      this.feed.follow = follow;
      if (follow) this.feed.below.value = 0;
      this.onFollow(follow);
    }
    this.remember();
    this.reach();
  };

  /** Notes the first line that is on screen. */
  private remember(): void {
    const lines = this.lines();
    const top = this.box.scrollTop;
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      const line = lines[mid];
      if (line && line.offsetTop + line.offsetHeight <= top) low = mid + 1;
      else high = mid;
    }
    const line = lines[low];
    this.anchor = line && { key: line.dataset.key ?? '', offset: line.offsetTop - top };
  }

  /** Has more loaded where an end is within two screens. */
  private reach(): void {
    const screen = this.box.clientHeight;
    if (!this.placed || screen === 0) return;
    if (this.box.scrollTop - this.above < 2 * screen) void this.feed.older();
    if (this.box.scrollHeight - this.box.scrollTop - screen - this.below < 2 * screen && !this.feed.atEnd.value) void this.feed.newer();
  }

  private lines(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>(':scope > [data-key]'));
  }
}

const same = (a: string[], b: string[]): boolean => a.length === b.length && a.every((key, i) => key === b[i]);
