(() => {
  const root = document.documentElement;
  let prefs = {};
  try {
    prefs = JSON.parse(localStorage.getItem('parley.prefs') || '{}');
  } catch {}
  if (prefs.theme === 'light' || prefs.theme === 'dark') root.dataset.theme = prefs.theme;
  if (prefs.size === 's' || prefs.size === 'l') root.dataset.size = prefs.size;
  root.lang = prefs.lang === 'zh' || (prefs.lang !== 'en' && /^zh\b/i.test(navigator.language)) ? 'zh-CN' : 'en';
})();
