import { Code, codeOf } from '@parley/sdk';
import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { go } from '../model/route.ts';
import { connected, refreshSoon, self, theChat } from '../model/session.ts';
import { friends, listed } from '../model/talks.ts';
import { dialog, open } from '../model/ui.ts';
import { explain } from '../text/explain.ts';
import { t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';
import { Icon } from './Icon.tsx';
import { composing } from './keys.ts';
import { matches } from './match.ts';
import { AddMembers, Rules } from './Rules.tsx';

const close = () => open('');

/** The dialog that is open. */
export function Dialogs() {
  switch (dialog.value) {
    case 'new':
      return <New />;
    case 'friend':
      return <AddFriend />;
    case 'group':
      return <CreateGroup />;
    case 'join':
      return <JoinGroup />;
    case 'rules':
      return <Rules />;
    case 'add':
      return <AddMembers />;
    default:
      return null;
  }
}

function New() {
  const query = useSignal('');
  const at = useSignal(0);
  const found = listed.value.filter((talk) => (query.value === '' ? !talk.group && friends.value.has(talk.id) : matches(talk.name, query.value)));
  const start = (key: string) => {
    close();
    go(key);
  };
  const onKey = (e: KeyboardEvent) => {
    if (composing(e)) return;
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      e.preventDefault();
      at.value = (at.value + step + found.length) % found.length;
    }
    const chosen = found[at.value];
    if (e.key === 'Enter' && chosen) {
      e.preventDefault();
      start(chosen.key);
    }
  };
  return (
    <Dialog title={t().newConversation} onClose={close}>
      <div class="body">
        <label class="find">
          <Icon name="search" small />
          <input
            placeholder={t().friendOrGroup}
            aria-label={t().friendOrGroup}
            role="combobox"
            aria-expanded={found.length > 0}
            aria-controls="new-list"
            aria-activedescendant={found[at.value] ? `new-${found[at.value]?.key}` : undefined}
            value={query.value}
            onInput={(e) => {
              query.value = e.currentTarget.value;
              at.value = 0;
            }}
            onKeyDown={onKey}
          />
        </label>
        <div class="lines">
          <Way icon="adduser" label={t().addFriend} to="friend" />
          <Way icon="people" label={t().createGroup} to="group" group />
          <Way icon="hash" label={t().joinByNumber} to="join" group />
          {found.length > 0 && <h3 class="sec">{query.value === '' ? t().friends : t().conversations}</h3>}
          <ul id="new-list" role="listbox" aria-label={t().friends}>
            {found.map((talk, i) => (
              <li
                key={talk.key}
                id={`new-${talk.key}`}
                role="option"
                aria-selected={i === at.value}
                class="line"
                onClick={() => start(talk.key)}
                onMouseMove={() => (at.value = i)}
              >
                <Avatar
                  id={talk.id}
                  name={talk.name}
                  group={talk.group}
                  size="s"
                  online={connected.value && !talk.group ? friends.value.get(talk.id)?.online : undefined}
                />
                <span class="grow">
                  <span class="cut" translate={false}>
                    <bdi>{talk.name}</bdi>
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Dialog>
  );
}

const Way = ({ icon, label, to, group }: { icon: string; label: string; to: 'friend' | 'group' | 'join'; group?: boolean }) => (
  <button class="line" type="button" onClick={() => open(to)}>
    <span class={group ? 'av s group' : 'av s'} data-h="4" aria-hidden="true">
      <Icon name={icon} small />
    </span>
    <span class="grow">{label}</span>
    <Icon name="next" small />
  </button>
);

/** A form in a dialog that asks the server for one thing. */
function useAsk(ask: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await ask();
    } catch (err) {
      setError(err);
    }
    setBusy(false);
  };
  return { busy, error, clear: () => setError(undefined), submit: (e: Event) => void submit(e) };
}

const Buttons = ({ action, ready }: { action: string; ready: boolean }) => (
  <footer>
    <button class="btn" type="button" onClick={close}>
      {t().cancel}
    </button>
    <button class="btn main" disabled={!ready}>
      {action}
    </button>
  </footer>
);

const number = (text: string): number => (/^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : 0);

function AddFriend() {
  const [who, setWho] = useState('');
  const form = useAsk(async () => {
    const id = number(who);
    // A number is a number first; a name may be made of digits too.
    const friend = await theChat()
      .addFriend(id > 0 ? id : who.trim())
      .catch((err: unknown) => {
        if (id > 0 && codeOf(err) === Code.NoSuchUser) return theChat().addFriend(who.trim());
        throw err;
      });
    refreshSoon(0);
    close();
    go(`u${friend.id}`);
  });
  const error = form.error === undefined ? undefined : codeOf(form.error) === Code.NoSuchUser ? t().friendUnknown : explain(form.error);
  return (
    <Dialog title={t().addFriend} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <div class="body">
          <Field
            label={t().nameOrNumber}
            value={who}
            onValue={(v) => (setWho(v), form.clear())}
            {...(error ? { error } : {})}
            more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none' }}
          />
          <div class="note">
            <Icon name="person" small />
            <p>
              {t().ownNumber} <b translate={false}>{self.value.id}</b>. {t().ownNumberMore}
            </p>
          </div>
        </div>
        <Buttons action={t().add} ready={who.trim() !== '' && !form.busy} />
      </form>
    </Dialog>
  );
}

function CreateGroup() {
  const [name, setName] = useState('');
  const [use, setUse] = useState('');
  const form = useAsk(async () => {
    const gid = await theChat().createGroup(name.trim(), use.trim());
    refreshSoon(0);
    close();
    go(`g${gid}`);
  });
  return (
    <Dialog title={t().createGroup} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <div class="body">
          <Field
            label={t().name}
            value={name}
            onValue={(v) => (setName(v), form.clear())}
            {...(form.error ? { error: explain(form.error) } : {})}
            more={{ maxLength: 100, autocomplete: 'off' }}
          />
          <Field label={t().whatFor} optional={t().optional} value={use} onValue={setUse} rows={2} more={{ maxLength: 200 }} />
          <p class="dim">{t().joinMore}</p>
        </div>
        <Buttons action={t().create} ready={name.trim() !== '' && !form.busy} />
      </form>
    </Dialog>
  );
}

function JoinGroup() {
  const [which, setWhich] = useState('');
  const form = useAsk(async () => {
    const gid = number(which);
    await theChat()
      .joinGroup(gid)
      .catch((err: unknown) => {
        if (codeOf(err) !== Code.AlreadyMember) throw err;
      });
    refreshSoon(0);
    close();
    go(`g${gid}`);
  });
  const wrong = which.trim() !== '' && number(which) === 0;
  const error = wrong
    ? t().onlyNumbers
    : form.error === undefined
      ? undefined
      : codeOf(form.error) === Code.NoSuchGroup
        ? t().groupUnknown
        : explain(form.error);
  return (
    <Dialog title={t().joinGroup} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <div class="body">
          <Field
            label={t().groupNumber}
            value={which}
            onValue={(v) => (setWhich(v), form.clear())}
            hint={t().groupNumberHint}
            {...(error ? { error } : {})}
            more={{ inputMode: 'numeric', autocomplete: 'off' }}
          />
          <p class="dim">{t().joinMore}</p>
        </div>
        <Buttons action={t().join} ready={number(which) > 0 && !form.busy} />
      </form>
    </Dialog>
  );
}
