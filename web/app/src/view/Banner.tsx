import { useEffect, useState } from 'preact/hooks';
import { connection, inMemory, offline, theChat, waiting } from '../model/session.ts';
import { t } from '../text/text.ts';
import { Icon } from './Icon.tsx';

/** A connection is missed only after this long, in milliseconds. */
const MISSED_AFTER = 1500;

/** One line about the connection, above the messages. It goes without a word. */
export function Banner() {
  const state = connection.value;
  const lost = state.phase === 'waiting' || state.phase === 'connecting';
  const [missed, setMissed] = useState(false);
  useEffect(() => {
    if (!lost) return setMissed(false);
    const timer = setTimeout(() => setMissed(true), MISSED_AFTER);
    return () => clearTimeout(timer);
  }, [lost]);
  if (missed && offline.value) {
    return (
      <div class="banner off" role="status">
        <Icon name="offline" small />
        <p>
          <b>{t().youAreOffline}</b> <span>{t().waitHere(waiting.value)}</span>
        </p>
      </div>
    );
  }
  if (missed) return <Reconnecting at={state.retryAt} />;
  if (inMemory.value) {
    return (
      <div class="banner" role="status">
        <Icon name="alert" small />
        <p>
          <b>{t().inMemory}</b> <span class="wideonly">{t().inMemoryMore}</span>
        </p>
      </div>
    );
  }
  return null;
}

/** The seconds run down on screen; a screen reader hears the first sentence once. */
function Reconnecting({ at }: { at: number | undefined }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const tick = () => setLeft(at === undefined ? 0 : Math.max(0, Math.ceil((at - performance.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <div class="banner">
      <Icon name="retry" small spin />
      <p>
        <span class="sr" role="status">
          {t().reconnecting} {t().keptOnce}
        </span>
        <b aria-hidden="true">{left > 0 ? t().reconnectingIn(left) : t().reconnecting}</b>{' '}
        <span class="wideonly" aria-hidden="true">
          {t().keptOnce}
        </span>
      </p>
      <button class="bare" type="button" onClick={() => theChat().wake()}>
        {t().tryNow}
      </button>
    </div>
  );
}
