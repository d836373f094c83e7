import { useState } from 'preact/hooks';
import { theChat } from '../model/session.ts';
import { explain } from '../text/explain.ts';
import { t } from '../text/text.ts';
import { Field } from './Field.tsx';
import { Icon } from './Icon.tsx';

/** Changes the password of the account. */
export function Password() {
  const [old, setOld] = useState('');
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ good: boolean; text: string } | undefined>();
  const differ = second !== '' && first !== second;
  const change = async (e: Event) => {
    e.preventDefault();
    if (busy || differ) return;
    setBusy(true);
    try {
      await theChat().changePassword(old, first);
      setOld('');
      setFirst('');
      setSecond('');
      setSaid({ good: true, text: t().passwordChanged });
    } catch (err) {
      setSaid({ good: false, text: explain(err) });
    }
    setBusy(false);
  };
  const hidden = { type: 'password', autocomplete: 'new-password' } as const;
  return (
    <div>
      <form class="grow" onSubmit={(e) => void change(e)}>
        <Field label={t().currentPassword} value={old} onValue={setOld} more={{ type: 'password', autocomplete: 'current-password' }} />
        <div class="pair">
          <Field label={t().newPassword} value={first} onValue={setFirst} more={hidden} />
          <Field label={t().onceMore} value={second} onValue={setSecond} {...(differ ? { error: t().passwordsDiffer } : {})} more={hidden} />
        </div>
        <button class="btn main" disabled={busy || old === '' || first === '' || second === '' || differ}>
          {t().changePassword}
        </button>
        {said ? (
          <div class={said.good ? 'note' : 'note risk'} role={said.good ? 'status' : 'alert'}>
            <Icon name={said.good ? 'check' : 'alert'} small />
            <p>{said.text}</p>
          </div>
        ) : (
          <small class="dim">{t().othersSignedOut}</small>
        )}
      </form>
    </div>
  );
}
