import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { askToNotify, notifyState } from '../model/notify.ts';
import { prefs, setPref, type Prefs } from '../model/prefs.ts';
import { self, signOut, waiting } from '../model/session.ts';
import { lang, t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Ask } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { chooseLanguage } from './Languages.tsx';
import { Password } from './Password.tsx';
import { Sessions } from './Sessions.tsx';

const sections = [
  ['account', 'person'],
  ['password', 'lock'],
  ['sessions', 'laptop'],
  ['notifications', 'bell'],
  ['language', 'globe'],
  ['appearance', 'sun'],
] as const;

/** All settings on one page, with the way to each beside them. */
export function Settings() {
  const [at, setAt] = useState<string>('account');
  useEffect(() => {
    document.title = `${t().settings} · Parley`;
  });
  return (
    <div class="settings">
      <nav aria-label={t().settings}>
        <a class="line" href="#/">
          <Icon name="back" small />
          {t().backToChat}
        </a>
        <h1>{t().settings}</h1>
        <ul>
          {sections.map(([id, icon]) => (
            <li key={id}>
              <button
                class="line"
                type="button"
                aria-current={at === id ? 'true' : undefined}
                onClick={() => {
                  setAt(id);
                  document.getElementById(id)?.scrollIntoView();
                }}
              >
                <Icon name={icon} />
                {t()[id]}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <Account />
        <Card id="password">
          <Password />
        </Card>
        <Card id="sessions">
          <Sessions />
        </Card>
        <Notifications />
        <Card id="language">
          <div>
            <span class="grow">
              {t().languageOfPage}
              <small>{t().languageMore}</small>
            </span>
            <Choice
              label={t().language}
              name="lang"
              value={lang.value}
              options={[
                ['en', 'English'],
                ['zh', '中文'],
              ]}
              onChoose={(v) => chooseLanguage(v)}
            />
          </div>
        </Card>
        <Card id="appearance">
          <div>
            <span class="grow">{t().theme}</span>
            <Choice
              label={t().theme}
              name="theme"
              value={prefs.value.theme}
              options={[
                ['', t().system, 'auto'],
                ['light', t().light, 'sun'],
                ['dark', t().dark, 'moon'],
              ]}
              onChoose={(v) => setPref('theme', v)}
            />
          </div>
          <div>
            <span class="grow">{t().textSize}</span>
            <Choice
              label={t().textSize}
              name="size"
              value={prefs.value.size}
              options={[
                ['s', 'A−'],
                ['m', 'A'],
                ['l', 'A+'],
              ]}
              onChoose={(v) => setPref('size', v)}
            />
          </div>
          <Switch of="enterSends" label={t().enterSendsSwitch} more={t().enterSendsMore} />
        </Card>
      </main>
    </div>
  );
}

const Card = ({ id, children }: { id: (typeof sections)[number][0]; children: ComponentChildren }) => (
  <section class="card" id={id} aria-labelledby={`${id}-t`}>
    <h2 id={`${id}-t`}>{t()[id]}</h2>
    <div class="set">{children}</div>
  </section>
);

function Account() {
  const [asking, setAsking] = useState(false);
  return (
    <Card id="account">
      <div>
        <Avatar id={self.value.id} name={self.value.name} size="l" />
        <span class="grow">
          <b translate={false}>
            <bdi>{self.value.name}</bdi>
          </b>
          <small>{t().numberOn(self.value.id, location.host)}</small>
        </span>
        <button class="btn" type="button" onClick={() => (waiting.value > 0 ? setAsking(true) : void signOut())}>
          <Icon name="out" small />
          {t().signOut}
        </button>
      </div>
      {asking && (
        <Ask
          title={t().signOutAsk}
          more={t().signOutWaiting(waiting.value)}
          action={t().signOut}
          onDo={() => void signOut()}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}

function Notifications() {
  const refused = prefs.value.notify && notifyState.value === 'denied';
  return (
    <Card id="notifications">
      <label>
        <span class="grow">
          {t().onThisDevice}
          <small>{refused ? t().notifyRefused : t().onThisDeviceMore}</small>
        </span>
        <input
          class="switch"
          type="checkbox"
          role="switch"
          checked={prefs.value.notify && notifyState.value === 'granted'}
          onChange={(e) => {
            const on = e.currentTarget.checked;
            setPref('notify', on);
            if (on) void askToNotify();
          }}
        />
      </label>
      <Switch of="showText" label={t().showText} more={t().showTextMore} />
      <Switch of="sound" label={t().sound} more={t().soundMore} />
      <div>
        <span class="grow">{t().groupNotices}</span>
        <Choice
          label={t().groupNotices}
          name="groups"
          value={prefs.value.groups}
          options={[
            ['all', t().all],
            ['none', t().none],
          ]}
          onChoose={(v) => setPref('groups', v)}
        />
      </div>
    </Card>
  );
}

const Switch = ({ of, label, more }: { of: 'enterSends' | 'showText' | 'sound'; label: string; more: string }) => (
  <label>
    <span class="grow">
      {label}
      <small>{more}</small>
    </span>
    <input class="switch" type="checkbox" role="switch" checked={prefs.value[of]} onChange={(e) => setPref(of, e.currentTarget.checked as Prefs[typeof of])} />
  </label>
);

interface ChoiceProps<V extends string> {
  label: string;
  name: string;
  value: V;
  options: [value: V, label: string, icon?: string][];
  onChoose: (value: V) => void;
}

const Choice = <V extends string>({ label, name, value, options, onChoose }: ChoiceProps<V>) => (
  <span class="seg" role="radiogroup" aria-label={label}>
    {options.map(([v, text, icon]) => (
      <label key={v}>
        <input type="radio" name={name} value={v} checked={v === value} onChange={() => onChoose(v)} />
        {icon && <Icon name={icon} small />}
        {text}
      </label>
    ))}
  </span>
);
