const FILES = {"/":"jZPOLAdNjgiw0k8IV+gIAx/MYnJlBvb4oC3dHdLPof8=","/assets/after-BElZ4I27.js":"xnGemgNJVJSTZtG7jxleyAUQcVIKGOgWa9Xy4es02qc=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/index-BDYEZnJX.js":"ezWDmm7V7iMP3s1TvXfF4gfgfM1U/IVNnaljOY2jsF0=","/assets/index-CcWgkrD_.css":"ErEi0/OpUyP6kUNM9LyDczxuVt5cwH5GepXzikcfC7s=","/assets/rare-CJfBJbZF.js":"lUB+iBFqAK4T5G/EiQLxyNMEIUef1ebj4keWMxFi1HM=","/assets/rolldown-runtime-DK3Fl9T5.js":"pSbRuzKI7wTQAQKIQyIKJLCGek7fjGhbaVBtZSWvNv8=","/assets/zh-BnINnf3V.js":"aswt2DBiyzaoPg/whWLr6m7NP717Ebtzo+HCk/a4Xcs="}
// The service worker: it keeps one build whole, so that the page opens without a server. FILES, the
// files of this build with their SHA-256, is put before this text by the build.

const CACHE = `parley-${Object.values(FILES).join('').slice(0, 400).replaceAll(/[^\w]/g, '').slice(-40)}`;

// A file is kept only if all of it came: its hash says so.
const fetchWhole = async (path, hash) => {
  const answer = await fetch(path, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
  const body = await answer.clone().arrayBuffer();
  const sum = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', body))));
  if (sum !== hash) throw new Error(`${path}: not the file of this build`);
  return answer;
};

addEventListener('install', (e) => {
  e.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await Promise.all(Object.entries(FILES).map(async ([path, hash]) => cache.put(path, await fetchWhole(path, hash))));
    })(),
  );
});

addEventListener('activate', (e) => {
  e.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith('parley-') && name !== CACHE) await caches.delete(name);
      await clients.claim();
    })(),
  );
});

addEventListener('message', (e) => {
  if (e.data === 'take over') skipWaiting();
});

// Files of this build come from the cache; all else, and what the cache has lost, from the server.
addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin || !(url.pathname in FILES)) return;
  e.respondWith(
    (async () => {
      const cache = await caches.open(CACHE);
      return (await cache.match(url.pathname)) ?? fetch(e.request);
    })(),
  );
});

// A click on a notice goes to a tab that is open, else it opens one.
addEventListener('notificationclick', (e) => {
  e.notification.close();
  const key = /^[ug]\d+$/.test(e.notification.data?.key ?? '') ? e.notification.data.key : '';
  e.waitUntil(
    (async () => {
      const tabs = await clients.matchAll({ type: 'window', includeUncontrolled: true });
      const tab = tabs.find((t) => t.visibilityState === 'visible') ?? tabs[0];
      if (!tab) return clients.openWindow(`/#/${key}`);
      await tab.focus();
      tab.postMessage({ go: key });
    })(),
  );
});
