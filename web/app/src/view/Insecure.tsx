import { t } from '../text/text.ts';
import { Icon, Mark } from './Icon.tsx';
import { Languages } from './Languages.tsx';

/** Stands in the place of the form where everybody on the way could read the password. */
export function Insecure() {
  const safe = `https://${location.host}/`;
  const port = location.port || '80';
  return (
    <div>
      <div class="row">
        <Mark />
        <h1>{t().openSafely}</h1>
      </div>
      <div class="note warn" role="alert">
        <Icon name="lock" />
        <p>
          <b>{t().plainPage}</b> {t().plainPageMore}
        </p>
      </div>
      <a class="btn main wide" href={safe}>
        {t().goTo(safe.replace(/\/$/, ''))}
      </a>
      <div class="field">
        <span class="label">{t().orOperator}</span>
        <ul class="steps">
          <li>
            {t().plainLocal} <code translate={false}>http://localhost:{port}</code>
          </li>
          <li>
            {t().plainSelf} <code translate={false}>--tls-self-signed</code>
          </li>
          <li>
            {t().plainCert} <code translate={false}>--tls-cert --tls-key</code>
          </li>
          <li>
            {t().plainTunnel} <code translate={false}>http://localhost:{port}</code>:{' '}
            <code translate={false}>{`ssh -L ${port}:localhost:${port} ${location.hostname}`}</code>
          </li>
        </ul>
      </div>
      <Languages />
    </div>
  );
}
