const FILES = {"/":"ceYfiF6CLFycpiLx1PG8Okn80mQZAmPQSy7NPrihfZI=","/assets/after-0x5RTIz_.js":"gDN8q4waJ5HDCCEluXAMU87gry92cysuFBJAX3OwFCM=","/assets/after-BIhxGJMY.js":"xoRT1w3b1G9UDttdx4znv6ZZ48qEDDmIEmgCTGf12pc=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/entry-slkayJqL.js":"D4j3LEi6a79Fbh/k+h8sK4IffK4xHWMB+1r7S0RJCNw=","/assets/forms-Ce5mg9gL.css":"zUgzx1YX6MWcvmxMys2H/mdT0QgCMFCXkNnIFaiRtKc=","/assets/gate-DH0DjlyS.js":"jolEX5iKUNcs2KT9gfl25/6T0VFdlwSSr2ttGEg9X+A=","/assets/gate-Dja54TXH.css":"ZDqKrEr4wp8iQBxFIeNMtt0MeXMfy2zCMVam8Jd4myw=","/assets/main-CneWF96D.css":"RCip3Ivbh9DWqqj5sQnoS7S902UV96mkFlqaB6aj31s=","/assets/main-Dl45lkEz.js":"z8zXiiJG9+dy6JkDG0pwei0jV+IqhPbYf0cGiafgCFg=","/assets/rare-BtVp-9CQ.js":"gl2N/Rm23NKc9mujGOyLU3CVI7+heWU1nhSqgsPGL1A=","/assets/rare-CQBuasjU.js":"W7Ifhy/uDIj5DsINAJP0rCmrxiGPgQLD/nyOOoaAB0I=","/assets/rare-RHZx_Puu.css":"yj48N1oHTzDS6Ae1ZFFt39zJv50vfBIqygfMmmWkmb0=","/assets/words-CaY8NLZJ.js":"8j8q4l9ptlg8qE54UuXUOvgbi+IcmNQzCjzcd8fukCY=","/assets/zh-D4wz82Hr.js":"WzL2ayTsHhYOgdnEUQWN9rKrRPTUJwNq6cza2BVph/I="}
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
