/** A conversation is shown after this long at the latest, or something else is there to be said of it, in milliseconds. */
const LATEST = 1000;

let first: () => void = () => {};
const painted = new Promise<void>((resolve) => (first = resolve));

/** The first conversation, or what stands in its place, is on screen: the rest of the page may come. */
export const shown = (): void => void requestAnimationFrame(() => setTimeout(first));

/** Loads what can wait until the first conversation is on screen, then. */
export const rest = (): Promise<typeof import('./after.ts')> => painted.then(() => import('./after.ts'));

setTimeout(first, LATEST);
