import type { LoginInfo } from '@parley/sdk';
import { useEffect, useState } from 'preact/hooks';
import { connected, theChat } from '../model/session.ts';
import { explain } from '../text/explain.ts';
import { t } from '../text/text.ts';
import { long } from '../text/when.ts';
import { Ask } from './Dialog.tsx';
import { Icon } from './Icon.tsx';

const picture = (l: LoginInfo): string =>
  /iPhone|iPad|Android|phone/i.test(l.label) ? 'phone' : / on /.test(l.label) && !/parley/i.test(l.label) ? 'laptop' : 'terminal';
const nameOf = (l: LoginInfo): string => l.label || l.device || t().unnamedDevice;

/** What is signed in to the account: this one on top, then the newest use. */
export function Sessions() {
  const [list, setList] = useState<LoginInfo[] | undefined>();
  const [error, setError] = useState('');
  const [asking, setAsking] = useState<LoginInfo[] | undefined>();
  const load = () =>
    void theChat()
      .logins()
      .then((all) => {
        setList(all.sort((a, b) => Number(b.here) - Number(a.here) || Number(b.online) - Number(a.online) || b.used - a.used));
        setError('');
      })
      .catch((err: unknown) => setError(explain(err)));
  const here = connected.value;
  useEffect(() => {
    if (here) load();
  }, [here]);
  const others = (list ?? []).filter((l) => !l.here);
  const revoke = async (which: LoginInfo[]) => {
    try {
      for (const l of which) await theChat().revoke(l.deviceId);
    } catch (err) {
      setError(explain(err));
    }
    load();
  };
  return (
    <>
      {list?.map((l) => (
        <div key={l.deviceId}>
          <Icon name={picture(l)} />
          <span class="grow">
            <bdi translate={false}>{nameOf(l)}</bdi> {l.here && <span class="tag">{t().thisOne}</span>}
            <small>
              {l.online || l.here ? t().onlineNow : t().lastSeen(long(l.used, Date.now()))}
              {l.address && <span translate={false}>, {l.address}</span>}
            </small>
          </span>
          {!l.here && (
            <button class="btn risk" type="button" onClick={() => setAsking([l])}>
              {t().revoke}
            </button>
          )}
        </div>
      ))}
      {!list && !error && (
        <div>
          <span class="grow dim" role="status">
            {t().loading}
          </span>
        </div>
      )}
      {error && (
        <div class="note risk" role="alert">
          <Icon name="alert" small />
          <p class="grow">{error}</p>
          <button class="btn" type="button" onClick={load}>
            {t().tryAgain}
          </button>
        </div>
      )}
      <div>
        <span class="grow dim">{t().lostDevice}</span>
        {others.length > 1 && (
          <button class="btn risk" type="button" onClick={() => setAsking(others)}>
            {t().revokeOthers}
          </button>
        )}
      </div>
      {asking && (
        <Ask
          title={asking.length === 1 && asking[0] ? t().revokeAsk(nameOf(asking[0])) : t().revokeOthersAsk(asking.length)}
          more={t().revokeAskMore}
          action={t().revoke}
          onDo={() => void revoke(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
