const FILES = {"/":"CSuFUWrnx/J0aTlODCCcneowgCNI+zoi1Mm5ZXdBpdI=","/assets/after-BQ7K0nvw.js":"nnzOcIydJSfGBbEq09Pwd18Af7wQrYV7QdEJO/DATwE=","/assets/after-BngvYWaL.js":"GALjW5w9mykmkOjkcwTXd84WFcIU75A3wAK2QK7Ad5k=","/assets/early-5uMV7-uB.js":"5uMV7+uBP8SyVRdQmrzo8pxNPbIE0hBcF3rQNei2dKY=","/assets/emoji-CyaD7W8V.js":"Bjyh5RqUINhFsCVVjCkkjHEAusEC0I4iabWJgU2JT60=","/assets/emoji-fTVqcOZX.js":"q2TUMHO+bC464v/eEDfmONtjI9wKhShFqCizVOod4+E=","/assets/entry-BzTohbzl.js":"Vl81N5N0tO2jjBdOpwamedLVr609CzZcEYGw5KRvSJE=","/assets/forms-Ce5mg9gL.css":"zUgzx1YX6MWcvmxMys2H/mdT0QgCMFCXkNnIFaiRtKc=","/assets/gate-B1NE3EDJ.js":"bXcrSrgxpWe3UPVTYCloY42ekh0kq4T9+2DcCCJmRrY=","/assets/gate-Dja54TXH.css":"ZDqKrEr4wp8iQBxFIeNMtt0MeXMfy2zCMVam8Jd4myw=","/assets/main-Cbi9jYdX.css":"HrJ8gAcTVaHSRWLREoApz8zAgmEWiDuu3tSqpXGDJcQ=","/assets/main-DRUhtYdw.js":"fZ5GyevfXKHQ4C6QcFTFsvw8WWN+2EzrMPTP+dk7y4s=","/assets/menus-B8P3uhAO.js":"RQglzNu8PgjWDKWEHCYeLa/2XN4Y49yZq05/sqT3fx0=","/assets/menus-BMbGhbjb.js":"IyzsS+03eJF8vJYPUPWciOyabJru0EEXu4oF77ENwCo=","/assets/menus-D3E2z1zn.css":"xlxdDowHjSdpC06p7dWCV62p1W0KJyZeyFhiY9g09Yc=","/assets/rare-BnaVTlH_.js":"wZPyUPYbtUfhN3y+FFbzlZukYLjcisU+2LeJSoTbVPA=","/assets/rare-CRaEvgcn.js":"gAi5Tp6JVSCM8UpmtHKYnvfNLFP3Ja+gXcrMyhNEJ+Y=","/assets/rare-DXysIQGa.css":"HdNNVX8LddAdPwak52TvAZD9arglb38tes2sh8kRNcI=","/assets/words-DSHOisEP.js":"rNItdrGQLxIbQwoVXQr55SfDs8OKGwpCQ9JlbEx04sI=","/assets/zh-DmUueewu.js":"XE0GWQSKfuhBBMepOfOgwcjrX9LbCWj3v9+bzhj/8t4="}
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
