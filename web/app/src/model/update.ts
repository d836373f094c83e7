import { takeOver, updateReady } from './ui.ts';

/** Turns strings into code addresses: only the one of our own service worker. */
const policy = (
  globalThis as { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } } }
).trustedTypes?.createPolicy('parley', {
  createScriptURL: (url) => {
    if (url !== '/sw.js') throw new TypeError(`no script may be loaded from ${url}`);
    return url;
  },
});

/** Installs the service worker, which keeps the page for times without a server, and watches for newer builds. */
export async function followUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext || import.meta.env.DEV) return;
  const had = navigator.serviceWorker.controller !== null;
  try {
    const registration = await navigator.serviceWorker.register(policy ? policy.createScriptURL('/sw.js') : '/sw.js', { scope: '/' });
    const look = () => {
      if (!registration.waiting || !navigator.serviceWorker.controller) return;
      const worker = registration.waiting;
      takeOver.value = () => worker.postMessage('take over');
      updateReady.value = true;
    };
    look();
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void registration.update().catch(() => undefined));
    setInterval(() => void registration.update().catch(() => undefined), 60 * 60_000);
  } catch {
    return; // The page works without it.
  }
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (had || updateReady.value) location.reload();
  });
}
