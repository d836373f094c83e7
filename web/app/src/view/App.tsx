import { useEffect } from 'preact/hooks';
import { currentKey, route } from '../model/route.ts';
import { phase } from '../model/session.ts';
import { listed } from '../model/talks.ts';
import { chords, dialog, menu, panel, recalling, takeOver, updateReady } from '../model/ui.ts';
import { problem, spoken } from '../model/voice.ts';
import { t } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import { chord, composing } from './keys.ts';
import { later } from './later.tsx';
import { List } from './List.tsx';
import { rest, shown } from './rest.ts';
import { TalkView } from './Talk.tsx';

// What is wanted rarely comes later, so that the first conversation is on screen sooner.
const Gate = later(async () => (await import('./entry.ts')).Gate);
const Nothing = later(async () => (await rest()).Nothing);
const Dialogs = later(async () => (await import('./rare.ts')).Dialogs);
const Menus = later(async () => (await import('./menus.ts')).Menus);
const Palette = later(async () => (await import('./rare.ts')).Palette);
const Keys = later(async () => (await import('./rare.ts')).Keys);
const Panel = later(async () => (await import('./rare.ts')).Panel);
const Settings = later(async () => (await import('./rare.ts')).Settings);

/** The whole page. */
export function App() {
  const waits = phase.value === 'starting' || (phase.value === 'in' && currentKey.value !== '');
  useEffect(() => void (waits || shown()), [waits]);
  if (phase.value === 'starting') return null;
  return (
    <>
      {phase.value === 'gate' ? <Gate /> : <House />}
      <div class="sr" role="status" aria-live="polite">
        {spoken.value}
      </div>
    </>
  );
}

function House() {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (composing(e) || e.defaultPrevented || dialog.value !== '') return;
      if (chords.run(chord(e))) e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const at = route.value.at;
  const key = currentKey.value;
  return (
    <>
      {at === 'settings' ? (
        <Settings />
      ) : (
        <div class="app" data-view={key ? (panel.value ? 'panel' : 'talk') : 'list'}>
          <UpdateLine />
          <List />
          {key ? <TalkView key={key} id={key} /> : <Nothing first={listed.value.length === 0} />}
          {key && panel.value && <Panel id={key} />}
        </div>
      )}
      {dialog.value !== '' && <Dialogs />}
      {(menu.value || recalling.value) && <Menus />}
      <Problem />
      {dialog.value === 'palette' && <Palette />}
      {dialog.value === 'keys' && <Keys />}
    </>
  );
}

/** What went wrong a moment ago. */
const Problem = () =>
  problem.value === '' ? null : (
    <p class="slip" role="alert">
      {problem.value}
    </p>
  );

/** A newer build is here. It takes over when the reader says so. */
function UpdateLine() {
  if (!updateReady.value) return null;
  return (
    <div class="banner news" role="status">
      <Icon name="get" small />
      <p>
        <b>{t().updateReady}</b>
      </p>
      <button class="bare" type="button" onClick={takeOver.value}>
        {t().reload}
      </button>
    </div>
  );
}
