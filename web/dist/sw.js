const FILES = {"/":"njKY5rtomrhGqRgMgYSAb/8jlTZIFfXwTzc0XpaXWQI=","/assets/after-DOALxlKQ.js":"j8bVv3YhqhEVz5vz6dH7BW3LPVHtGle+gWgx6Co47W4=","/assets/after-POll9-0U.js":"/ttuIuQeSYOO3nhvaUfva+i72IeZ3vVRx0zuPZoNpkI=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/emoji-BRwrvCnA.js":"PHO2wiyZLcgY6GtiKphDbM0dHTzLIjw5Ij5SrepcFUI=","/assets/emoji-DSRT3cMJ.js":"P6ahjxpeLWhljGbkrzXKELfWjs1vcAAf+zMFhlbwDqs=","/assets/entry-d9yQY2i8.js":"wh0/Vx80D7vpsoUcJAOt4VULQQIUdJQ3TIpOH8h/zaA=","/assets/forms-Ce5mg9gL.css":"zUgzx1YX6MWcvmxMys2H/mdT0QgCMFCXkNnIFaiRtKc=","/assets/gate-BWPfk-Jf.js":"vAqgGH81jFVTOENnq6DMsxHrO4vxkvflrm1sZjhY2+A=","/assets/gate-Dja54TXH.css":"ZDqKrEr4wp8iQBxFIeNMtt0MeXMfy2zCMVam8Jd4myw=","/assets/main-BtBczG6z.js":"V0uE5XpuanGlAR8Or/XjP2wYHWTkSA5idrGdUaxR/y4=","/assets/main-Cbi9jYdX.css":"HrJ8gAcTVaHSRWLREoApz8zAgmEWiDuu3tSqpXGDJcQ=","/assets/menus-C1BW2Dn9.js":"pkfjXe9xu2o6lAG2j5jVOc8QFkTE3SzC9pEbKsgd40o=","/assets/menus-D3E2z1zn.css":"xlxdDowHjSdpC06p7dWCV62p1W0KJyZeyFhiY9g09Yc=","/assets/menus-uqwXcsYq.js":"R+IUGCUY//5WWlOhU8kGAJPoKgHJgs6xxSUmBKqYV9M=","/assets/rare-DXysIQGa.css":"HdNNVX8LddAdPwak52TvAZD9arglb38tes2sh8kRNcI=","/assets/rare-EwpMg2sy.js":"JrE2zOX4lUfn9Zg9OPgbKYCbfW3OrhmumtFLv6qcK9w=","/assets/rare-vzeFVNIZ.js":"Gc4mWCkkNiqAcnp6AiXWwkJ/KRSP4XsewZynN4mWKSs=","/assets/words-L8c4u8c3.js":"vTqq5mKwAEVXD2C+b5BpTtqtIGIloJM/GmgOmlC33dw=","/assets/zh-DmUueewu.js":"XE0GWQSKfuhBBMepOfOgwcjrX9LbCWj3v9+bzhj/8t4="}
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
