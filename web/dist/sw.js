const FILES = {"/":"OtyrcfbccCVcwTBdMEYbdE/xUs2+hm1ZrtAYnD5Mdec=","/assets/after-CJwWfEt_.js":"dliJ6x+C8vgHHRaqJZ+T4kCWuf2Q3P5jNxPbxMl4ToY=","/assets/after-CfXAyZYV.js":"6uwWCsUFg5F2jRxkaalvOIpF8f4ZwvKdE7NlPCWzlNY=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/emoji-DyKAKbgo.js":"h4LfmRQIQhActE6+I04hC5I+CnM0LFez9XexhC0ddjg=","/assets/emoji-XxXbxFEO.js":"dmRw+IoKKG6ujlma0D9pZAP0CViJQOH/0r5hfgcJesc=","/assets/entry-DMShLcli.js":"WjuzhEICAfwLCVS7FcezeBVtqk6OtmECCM4aZ6FyOGo=","/assets/forms-Ce5mg9gL.css":"zUgzx1YX6MWcvmxMys2H/mdT0QgCMFCXkNnIFaiRtKc=","/assets/gate-DSTJbqI9.js":"w/yJOB2e6IS+WocdjMWsazAEPJDr4PIP8+Vjce/fQ3k=","/assets/gate-Dja54TXH.css":"ZDqKrEr4wp8iQBxFIeNMtt0MeXMfy2zCMVam8Jd4myw=","/assets/main-BlO4G6pp.js":"aucVdFJXvw9s+hoRfHnDbylHm3oW93+lSw4CDde/gw8=","/assets/main-Cbi9jYdX.css":"HrJ8gAcTVaHSRWLREoApz8zAgmEWiDuu3tSqpXGDJcQ=","/assets/menus-C-BP4AJ2.js":"8rW9b6btZsy6Ol2Jwm4zzC1nFfwd3VnrHFn7NAoryHw=","/assets/menus-D3E2z1zn.css":"xlxdDowHjSdpC06p7dWCV62p1W0KJyZeyFhiY9g09Yc=","/assets/menus-DvguHmbx.js":"CtBva1Nj61NXr2Ih/lFCE28wNzoffXwFMrvPNxU0+5w=","/assets/rare-BDZ04Mbm.js":"DyZCO/uzWB1xX+OgE1t4DBbSKq8tLFK0Ea4UhnoEzXQ=","/assets/rare-DQXOXvTy.js":"FjwvgRJ0IL6DNkyNKJcGaydYVeXYET2i+MF9kuAwyjc=","/assets/rare-DXysIQGa.css":"HdNNVX8LddAdPwak52TvAZD9arglb38tes2sh8kRNcI=","/assets/words-Ck_4cEwT.js":"WIoQ3/hTHYdShoEroVib+wT5oOaUctir+ESCdfVOol4=","/assets/zh-DmUueewu.js":"XE0GWQSKfuhBBMepOfOgwcjrX9LbCWj3v9+bzhj/8t4="}
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
