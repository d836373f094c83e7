import { Code, codeOf, Refusal } from '@parley/sdk';
import { useEffect, useRef, useState } from 'preact/hooks';
import { answers, askFacts, facts, unsafe } from '../model/facts.ts';
import { register } from '../model/register.ts';
import { ended, signIn } from '../model/session.ts';
import { explain } from '../text/explain.ts';
import { t } from '../text/text.ts';
import { Field } from './Field.tsx';
import { Icon, Mark } from './Icon.tsx';
import { Insecure } from './Insecure.tsx';
import { Languages } from './Languages.tsx';
import { Scene } from './Scene.tsx';

/** The page of somebody who is not signed in. */
export function Gate() {
  const [page, setPage] = useState<'in' | 'new'>('in');
  // What is typed survives every change of the page; the password only while it stays open.
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => {
    document.title = `${page === 'in' ? t().signIn : t().createAccount} · Parley`;
  });
  useEffect(() => {
    // Under a finger this would open the keyboard.
    if (matchMedia('(hover: hover)').matches) document.querySelector<HTMLElement>('.gate .input')?.focus();
  }, [page]);
  const shared = { name, setName, password, setPassword };
  return (
    <div class="gate">
      <Scene />
      <main class="form">
        {unsafe() ? <Insecure /> : page === 'in' ? <SignIn {...shared} onNew={() => setPage('new')} /> : <Register {...shared} onIn={() => setPage('in')} />}
      </main>
    </div>
  );
}

interface Shared {
  name: string;
  setName: (v: string) => void;
  password: string;
  setPassword: (v: string) => void;
}

function SignIn({ name, setName, password, setPassword, onNew }: Shared & { onNew: () => void }) {
  const [keep, setKeep] = useState(true);
  const form = useForm(() => signIn(name, password, keep));
  const pause = usePause(form.error);
  const wrong = codeOf(form.error) === Code.BadCredentials;
  const missing = (what: string, text: string) => (form.tried && what.trim() === '' ? { error: text } : {});
  const submit = (e: Event) => {
    e.preventDefault();
    if (pause === 0) void form.submit(name.trim() !== '' && password !== '');
  };
  return (
    <form onSubmit={submit} noValidate>
      <div class="row">
        <Mark />
        <h1>{t().signInTo}</h1>
      </div>
      <ServerLine />
      <EndedNote />
      <FormError error={form.error} pause={pause} />
      <Field
        label={t().nameOrNumber}
        value={name}
        onValue={setName}
        {...missing(name, t().pleaseName)}
        more={{ autocomplete: 'username', 'aria-invalid': wrong || undefined, autocapitalize: 'none', spellcheck: false }}
      />
      <Field
        label={t().password}
        value={password}
        onValue={setPassword}
        {...missing(password, t().pleasePassword)}
        more={{ type: 'password', autocomplete: 'current-password', 'aria-invalid': wrong || undefined }}
      />
      <Keep keep={keep} onKeep={setKeep} />
      <button class="btn main wide" disabled={form.busy || pause > 0}>
        {pause > 0 ? t().signInIn(pause) : form.busy ? t().signingIn : t().signIn}
      </button>
      {facts.value.registration === 'closed' ? (
        <div class="field">
          <p class="dim">
            {t().registrationClosed}{' '}
            <button class="bare" type="button" onClick={onNew}>
              {t().haveCode}
            </button>
          </p>
          <small>{t().askOperator}</small>
        </div>
      ) : (
        <p class="dim">
          {t().newHere}{' '}
          <a href="#/" role="button" onClick={(e) => (e.preventDefault(), onNew())}>
            {t().createAccount}
          </a>
        </p>
      )}
      <Languages />
    </form>
  );
}

function Register({ name, setName, password, setPassword, onIn }: Shared & { onIn: () => void }) {
  const [keep, setKeep] = useState(true);
  const [invite, setInvite] = useState('');
  const invited = facts.value.registration !== 'open';
  const form = useForm(() => register(name, password, invite, keep));
  const code = codeOf(form.error);
  const pause = usePause(form.error);
  const at = (here: boolean) => (here && form.error ? { error: explain(form.error) } : {});
  const ofName = code === Code.NameTaken || code === Code.BadName;
  const ofPassword = code === Code.BadPassword;
  const ofInvite = code === Code.BadRegistrationInvite;
  const submit = (e: Event) => {
    e.preventDefault();
    if (pause === 0) void form.submit(name.trim() !== '' && password !== '');
  };
  return (
    <form onSubmit={submit} noValidate>
      <div class="row">
        <Mark />
        <h1>{t().createAccount}</h1>
      </div>
      <ServerLine />
      {!ofName && !ofPassword && !ofInvite && <FormError error={form.error} pause={pause} />}
      {invited && (
        <Field
          label={t().inviteCode}
          value={invite}
          onValue={setInvite}
          hint={t().inviteHint}
          {...at(ofInvite)}
          more={{ autocomplete: 'off', spellcheck: false, class: 'input code-in' }}
        />
      )}
      <Field
        label={t().name}
        value={name}
        onValue={setName}
        hint={t().nameHint}
        {...at(ofName)}
        {...(form.tried && name.trim() === '' ? { error: t().pleaseName } : {})}
        more={{ autocomplete: 'username', maxLength: 100, autocapitalize: 'none', spellcheck: false }}
      />
      <Field
        label={t().password}
        value={password}
        onValue={setPassword}
        hint={t().passwordHint}
        {...at(ofPassword)}
        {...(form.tried && password === '' ? { error: t().pleasePassword } : {})}
        more={{ type: 'password', autocomplete: 'new-password' }}
      />
      <Keep keep={keep} onKeep={setKeep} />
      <button class="btn main wide" disabled={form.busy || pause > 0}>
        {form.busy ? t().creating : t().createAndEnter}
      </button>
      <p class="dim">
        {t().haveAccount}{' '}
        <a href="#/" role="button" onClick={(e) => (e.preventDefault(), onIn())}>
          {t().signIn}
        </a>
      </p>
      <Languages />
    </form>
  );
}

const Keep = ({ keep, onKeep }: { keep: boolean; onKeep: (v: boolean) => void }) => (
  <label class="row">
    <input type="checkbox" checked={keep} onChange={(e) => onKeep(e.currentTarget.checked)} /> {t().staySignedIn}
  </label>
);

/** A form that is sent once at a time, and keeps what went wrong. */
function useForm(send: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const alive = useRef(true);
  useEffect(() => () => void (alive.current = false), []);
  const submit = async (complete: boolean) => {
    setTried(true);
    if (!complete || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await send();
    } catch (err) {
      if (alive.current) setError(err);
    }
    if (alive.current) setBusy(false);
  };
  return { busy, tried, error, submit };
}

/** The seconds that a refusal asks to wait; they run down, and then the form may be sent again. */
function usePause(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const wait = error instanceof Refusal ? error.retryAfter : 0;
    const until = performance.now() + wait;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    tick();
    if (wait === 0) return;
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

function FormError({ error, pause }: { error: unknown; pause: number }) {
  if (error === undefined) return null;
  const wrong = codeOf(error) === Code.BadCredentials;
  const limited = error instanceof Refusal && error.retryAfter > 0;
  if (limited) {
    return (
      <div class="note warn" role="alert">
        <Icon name="clock" />
        <p>
          <b>{codeOf(error) === Code.RateLimited ? t().tooManyTries : explain(error)}</b>{' '}
          <span aria-hidden="true">{pause > 0 && t().tooManyTriesMore(pause)}</span>
        </p>
      </div>
    );
  }
  return (
    <div class="note risk" role="alert">
      <Icon name="alert" />
      <p>
        <b>{explain(error)}</b> {wrong && t().wrongPasswordMore}
      </p>
    </div>
  );
}

function EndedNote() {
  const why = ended.value;
  if (why === '') return null;
  const [title, more] =
    why === 'taken' ? [t().takenOver, t().takenOverMore] : why === 'disabled' ? [t().errors.disabled ?? '', ''] : [t().sessionEnded, t().sessionEndedMore];
  return (
    <div class={why === 'disabled' ? 'note risk' : 'note'} role="status">
      <Icon name={why === 'disabled' ? 'block' : 'info'} />
      <p>
        <b>{title}</b> {more}
      </p>
    </div>
  );
}

/** Which server this is, and whether it answers. It is asked again with growing pauses until it does. */
function ServerLine() {
  const answer = answers.value;
  useEffect(() => {
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const yes = await askFacts();
      if (!yes) timer = setTimeout(() => void ask(), Math.min(60, 2 ** tries++) * 1000 * (0.8 + Math.random() * 0.4));
    };
    void ask();
    const again = () => {
      if (answers.value !== 'no') return;
      clearTimeout(timer);
      tries = 0;
      void ask();
    };
    addEventListener('online', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
  const secure = location.protocol === 'https:';
  const said =
    answer === 'asking'
      ? t().asking
      : answer === 'no'
        ? t().notAnswering
        : facts.value.registration === 'invite'
          ? t().byInvitation
          : secure
            ? t().readyTLS
            : t().ready;
  return (
    <p class="server">
      <i class={answer === 'yes' ? 'dot' : 'dot off'} />
      <span class="grow" role="status">
        <b translate={false}>{location.host}</b> <span class={answer === 'no' ? 'off' : undefined}>{said}</span>
      </span>
      {answer === 'no' && (
        <button class="bare" type="button" onClick={() => void askFacts()}>
          {t().retryNow}
        </button>
      )}
    </p>
  );
}
