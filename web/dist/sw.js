const FILES = {"/":"uAM6UJI8J1NSdA1fDrtbquGD6dKgeDN55wpx+T+Eqcc=","/assets/after-CgmOEKLo.js":"FGpwBMKL2rIBqppXi1ZcPgR2Z03bfLoEAYFMXeD0qM4=","/assets/after-DHW3JsmX.js":"+vGdLVQscNcKHcDkx5s8gQTmK3qtfgn9aEidHKqxIAY=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/emoji-BRZp1XQS.js":"stMc1F1b74ZWvo8qYNlg9AqX7pP287m+pLpovvrky34=","/assets/emoji-DFSUCEuJ.js":"8taD2DwuANObcSNpqcuFpC/TTX+zh/jrp5//pxI332U=","/assets/entry-CNYKNcc5.js":"SNDQUGUz6kZdhFf2G7suz5I8s/32HhTUEMhCg3y1Cus=","/assets/forms-Ce5mg9gL.css":"zUgzx1YX6MWcvmxMys2H/mdT0QgCMFCXkNnIFaiRtKc=","/assets/gate-D8-Xk_rh.js":"SoIR3dgt3/Q+5D8KPUWj65tJ0nXv6v+XpJJVvv5iCoE=","/assets/gate-Dja54TXH.css":"ZDqKrEr4wp8iQBxFIeNMtt0MeXMfy2zCMVam8Jd4myw=","/assets/main-Cbi9jYdX.css":"HrJ8gAcTVaHSRWLREoApz8zAgmEWiDuu3tSqpXGDJcQ=","/assets/main-Cj6POfOT.js":"rQA+lQn7vcz7XN8O5+KKksRaTjJH8YXaiCA5tdGjXoI=","/assets/menus-D2sgfzvG.js":"Z1k5YSkmemrKEg7LPSjqk7DjpTjFKUdnt1XcbWwcKzQ=","/assets/menus-D3E2z1zn.css":"xlxdDowHjSdpC06p7dWCV62p1W0KJyZeyFhiY9g09Yc=","/assets/menus-zMmd11AQ.js":"drC+GogIOLZt2YKZr3ZnxGKN7D5jLKqRjvyp1fq+QMs=","/assets/rare-CKzNgzJ7.js":"o1BsyXFEaG/aNB0hwslORl6ERZyIxchh2C1iZqmw2OU=","/assets/rare-ChYOwwmk.js":"6APDE3iMkdMr9k3Aez9MwFGYgjgL07tsdQB4+e4+bMA=","/assets/rare-DXysIQGa.css":"HdNNVX8LddAdPwak52TvAZD9arglb38tes2sh8kRNcI=","/assets/words-DiznwX9l.js":"/M2EmgmH41A0HjRoT19w1BltkkhyviNox698Ahzxy4Y=","/assets/zh-DmUueewu.js":"XE0GWQSKfuhBBMepOfOgwcjrX9LbCWj3v9+bzhj/8t4="}
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
