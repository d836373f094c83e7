import { computed, signal } from '@preact/signals';

/** Where the page is. The addresses stand behind the #, so that no server log and no referrer sees them. */
export type Route = { at: 'list' } | { at: 'talk'; key: string } | { at: 'settings' } | { at: 'people' };

const parse = (hash: string): Route => {
  const path = hash.replace(/^#\/?/, '');
  if (/^[ug][1-9]\d{0,15}$/.test(path)) return { at: 'talk', key: path };
  if (path === 'settings' || path === 'people') return { at: path };
  return { at: 'list' };
};

export const route = signal<Route>(parse(location.hash));
export const currentKey = computed(() => (route.value.at === 'talk' ? route.value.key : ''));

/** The address of a conversation. */
export const linkTo = (key: string): string => `#/${key}`;

/** Goes to an address. `replace`: the present one is not to come back with the browser's "back". */
export function go(path: string, replace = false): void {
  const hash = `#/${path}`;
  if (location.hash === hash) return;
  if (replace) {
    history.replaceState(null, '', hash);
    route.value = parse(hash);
  } else location.hash = hash;
}

export function followRoute(): void {
  addEventListener('hashchange', () => {
    route.value = parse(location.hash);
  });
}
