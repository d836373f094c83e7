import { setPref } from '../model/prefs.ts';
import { speak, t, type Lang } from '../text/text.ts';
import { Icon } from './Icon.tsx';

export function chooseLanguage(to: Lang): void {
  setPref('lang', to);
  void speak(to);
}

/** The two languages, at the foot of the gate. */
export const Languages = () => (
  <p class="row dim langs" role="group" aria-label={t().language}>
    <Icon name="globe" small />
    <button class="link-like" type="button" lang="en" onClick={() => chooseLanguage('en')}>
      English
    </button>
    <span aria-hidden="true">·</span>
    <button class="link-like" type="button" lang="zh-CN" onClick={() => chooseLanguage('zh')}>
      中文
    </button>
  </p>
);
