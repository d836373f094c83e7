import { addMembers, updateGroup } from '@parley/sdk/more';
import { useState } from 'preact/hooks';
import { currentKey } from '../model/route.ts';
import { regroup, theChat } from '../model/session.ts';
import { friends, groups } from '../model/talks.ts';
import { open } from '../model/ui.ts';
import { explain } from '../text/explain.ts';
import { t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';
import { Icon } from './Icon.tsx';
import { matches } from './match.ts';

const close = () => open('');
const here = () => groups.value.get(Number(currentKey.value.slice(1)));

const Wrong = ({ text }: { text: string }) =>
  text === '' ? null : (
    <div class="note risk" role="alert">
      <Icon name="alert" small />
      <p>{text}</p>
    </div>
  );

/** The name of a group, what it is for, and its rules. Who joins and who posts is the creator's to say. */
export function Rules() {
  const group = here();
  const [name, setName] = useState(group?.name ?? '');
  const [use, setUse] = useState(group?.description ?? '');
  const [joining, setJoining] = useState(group?.joining ?? 'open');
  const [posting, setPosting] = useState(group?.posting ?? 'all');
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  if (!group) return null;
  const save = async (e: Event) => {
    e.preventDefault();
    const change = {
      ...(name.trim() !== group.name && { name: name.trim() }),
      ...(use.trim() !== group.description && { description: use.trim() }),
      ...(joining !== group.joining && { joining: joining as 'open' }),
      ...(posting !== group.posting && { posting: posting as 'all' }),
    };
    if (Object.keys(change).length === 0) return close();
    setBusy(true);
    try {
      await updateGroup(theChat(), group.gid, change);
      regroup();
      close();
    } catch (err) {
      setWrong(explain(err));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t().groupSettings} onClose={close}>
      <form onSubmit={(e) => void save(e)} noValidate>
        <div class="body">
          <Field label={t().name} value={name} onValue={setName} more={{ maxLength: 200 }} />
          <Field label={t().whatFor} optional={t().optional} value={use} onValue={setUse} rows={2} more={{ maxLength: 800 }} />
          {group.role === 'creator' && (
            <>
              <Choice label={t().whoJoins} value={joining} onValue={setJoining} all={[['open', t().joinOpen], ['invite', t().joinInvite], ['closed', t().joinClosed]]} />
              <Choice label={t().whoPosts} value={posting} onValue={setPosting} all={[['all', t().postAll], ['admins', t().postAdmins]]} />
            </>
          )}
          <Wrong text={wrong} />
        </div>
        <footer>
          <button class="btn" type="button" onClick={close}>
            {t().cancel}
          </button>
          <button class="btn main" disabled={busy || name.trim() === ''}>
            {t().saveChanges}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  all: [value: string, label: string][];
}

const Choice = ({ label, value, onValue, all }: ChoiceProps) => (
  <fieldset class="field">
    <legend class="label">{label}</legend>
    <div class="seg">
      {all.map(([v, text]) => (
        <label key={v}>
          <input type="radio" name={label} checked={v === value} onChange={() => onValue(v)} />
          {text}
        </label>
      ))}
    </div>
  </fieldset>
);

/** Adds friends to the open group. For each it is done or refused. */
export function AddMembers() {
  const group = here();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  if (!group) return null;
  const all = [...friends.value.values()].filter((f) => query === '' || matches(f.name, query)).sort((a, b) => a.name.localeCompare(b.name));
  const add = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    try {
      const { refused } = await addMembers(theChat(), group.gid, [...chosen]);
      regroup();
      if (refused.length === 0) return close();
      setWrong(refused.map((r) => `${friends.value.get(r.id)?.name ?? r.id}: ${explain(r.error)}`).join('\n'));
      setChosen([]);
    } catch (err) {
      setWrong(explain(err));
    }
    setBusy(false);
  };
  return (
    <Dialog title={t().addMembers} onClose={close}>
      <form onSubmit={(e) => void add(e)}>
        <div class="body">
          <label class="find">
            <Icon name="search" small />
            <input placeholder={t().friends} aria-label={t().friends} value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
          </label>
          <div class="lines">
            {all.map((f) => (
              <label key={f.id} class="line">
                <Avatar id={f.id} name={f.name} size="s" />
                <span class="grow cut" translate={false}>
                  <bdi>{f.name}</bdi>
                </span>
                <input
                  type="checkbox"
                  checked={chosen.includes(f.id)}
                  onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, f.id] : chosen.filter((id) => id !== f.id))}
                />
              </label>
            ))}
          </div>
          <Wrong text={wrong} />
        </div>
        <footer>
          <button class="btn" type="button" onClick={close}>
            {t().cancel}
          </button>
          <button class="btn main" disabled={busy || chosen.length === 0}>
            {t().add}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
