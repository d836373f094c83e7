import { fromKey, type Message } from '@parley/sdk';
import { setConversation, type NewSettings } from '@parley/sdk/more';
import { useState } from 'preact/hooks';
import { copyText } from '../model/clipboard.ts';
import { looksAfter, mayPin, mayRecall, toggleReaction, touch } from '../model/touch.ts';
import { markAllRead } from '../model/reader.ts';
import { go } from '../model/route.ts';
import { theChat } from '../model/session.ts';
import { muted, talkOf } from '../model/talks.ts';
import { dialog, editing, menu, recalling } from '../model/ui.ts';
import { sayError } from '../model/voice.ts';
import { explain } from '../text/explain.ts';
import { oneLine } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { clock } from '../text/when.ts';
import { Ask } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { later } from './later.tsx';
import { Pop } from './Pop.tsx';

const Picker = later(async () => (await import('./emoji.ts')).Picker);
const quick = ['👍', '❤️', '😂', '🎉', '😮', '🙏'];
const close = () => void (menu.value = undefined);

/** The menu that is open, and the question before a message is recalled. */
export function Menus() {
  const m = menu.value;
  const asked = recalling.value;
  return (
    <>
      {m?.of === 'message' && <MessageMenu key={m.message.seq} message={m.message} at={m.at} />}
      {m?.of === 'react' && <React key={m.message.seq} message={m.message} at={m.at} />}
      {m?.of === 'talk' && <TalkMenu key={m.key} id={m.key} at={m.at} />}
      {asked && (
        <Ask
          title={asked.mine ? t().recallAsk : t().recallTheirsAsk(asked.from.name)}
          more={t().recallAskMore(oneLine(asked.text).slice(0, 80))}
          action={t().recall}
          onDo={() => void touch(asked, { op: 'recall' })}
          onClose={() => (recalling.value = undefined)}
        />
      )}
    </>
  );
}

interface ItemProps {
  icon: string;
  label: string;
  onClick: () => void;
  keys?: string;
  small?: string;
  risk?: boolean;
  checked?: boolean;
}

const Item = ({ icon, label, onClick, keys, small, risk, checked }: ItemProps) => (
  <button
    class={risk ? 'line risk' : 'line'}
    type="button"
    role={checked === undefined ? 'menuitem' : 'menuitemradio'}
    aria-checked={checked}
    tabIndex={-1}
    onClick={() => {
      close();
      onClick();
    }}
  >
    <Icon name={icon} small />
    <span class="grow">{label}</span>
    {small && <small>{small}</small>}
    {keys && <kbd>{keys}</kbd>}
  </button>
);

function MessageMenu({ message: m, at }: { message: Message; at: Element }) {
  return (
    <Pop at={at} class="menu" role="menu" label={t().message}>
      <div class="row quick" role="group" aria-label={t().react}>
        <Quick message={m} role="menuitem" />
        <button class="tool" type="button" role="menuitem" tabIndex={-1} aria-label={t().moreEmoji} title={t().moreEmoji} onClick={() => (menu.value = { of: 'react', message: m, at })}>
          <Icon name="plus" />
        </button>
      </div>
      <hr />
      {m.mine && <Item icon="pen" label={t().edit} keys="E" onClick={() => (editing.value = m)} />}
      <Item icon="copy" label={t().copy} keys="C" onClick={() => void copyText(m.text)} />
      {mayPin(m) && <Item icon="pin" label={m.pinned ? t().unpin : t().pin} keys="P" onClick={() => void touch(m, { op: m.pinned ? 'unpin' : 'pin' })} />}
      {mayRecall(m) && (
        <>
          <hr />
          <Item icon="trash" label={t().recall} keys="Del" risk onClick={() => (recalling.value = m)} />
        </>
      )}
    </Pop>
  );
}

const Quick = ({ message: m, role }: { message: Message; role?: 'menuitem' }) => (
  <>
    {quick.map((emoji, i) => (
      <button
        key={emoji}
        class="emo"
        type="button"
        role={role}
        tabIndex={role ? -1 : 0}
        data-first={role || i > 0 ? undefined : true}
        aria-label={emoji}
        aria-pressed={role ? undefined : (m.reacted?.includes(emoji) ?? false)}
        onClick={() => {
          close();
          void toggleReaction(m, emoji);
        }}
      >
        {emoji}
      </button>
    ))}
  </>
);

/** The usual reactions, and all others behind a search. */
function React({ message: m, at }: { message: Message; at: Element }) {
  return (
    <Pop at={at} class="picker" role="dialog" label={t().react}>
      <div class="row quick">
        <Quick message={m} />
      </div>
      <Picker
        chosen={m.reacted ?? []}
        onPick={(emoji) => {
          close();
          void toggleReaction(m, emoji);
        }}
      />
    </Pop>
  );
}

const HOUR = 3600_000;

/** Eight o'clock of the next day, where the user is. */
function tomorrow(): number {
  const d = new Date();
  d.setDate(d.getDate() + 1);
  d.setHours(8, 0, 0, 0);
  return d.getTime();
}

function TalkMenu({ id, at }: { id: string; at: Element }) {
  const [times, setTimes] = useState(false);
  const talk = talkOf(id);
  const set = (s: NewSettings) =>
    void setConversation(theChat(), fromKey(id), s).catch((err: unknown) => sayError(talk.lastSeq === 0 ? t().nothingSaidYet : explain(err)));
  const { settings } = talk;
  const until = settings.muteUntil ?? 0;
  const quiet = muted(talk);
  if (times) {
    const now = Date.now();
    return (
      <Pop key="times" at={at} class="menu" role="menu" label={t().mute}>
        <Item icon="check" label={t().notifyMe} checked={!quiet} onClick={() => set({ muteUntil: 0, level: 'all' })} />
        {talk.group && <Item icon="check" label={t().mentionsOnly} checked={!quiet && settings.level === 'mentions'} onClick={() => set({ muteUntil: 0, level: 'mentions' })} />}
        <hr />
        <Item icon="check" label={t().muteHours(1)} small={clock(now + HOUR)} checked={false} onClick={() => set({ muteUntil: now + HOUR })} />
        <Item icon="check" label={t().muteHours(8)} small={clock(now + 8 * HOUR)} checked={false} onClick={() => set({ muteUntil: now + 8 * HOUR })} />
        <Item icon="check" label={t().muteTomorrow} small={clock(tomorrow())} checked={until > now} onClick={() => set({ muteUntil: tomorrow() })} />
        <Item icon="check" label={t().muteAlways} checked={settings.level === 'none'} onClick={() => set({ level: 'none' })} />
      </Pop>
    );
  }
  return (
    <Pop at={at} class="menu" role="menu" label={talk.name}>
      {talk.unread > 0 && <Item icon="check" label={t().markRead} onClick={() => markAllRead(talk)} />}
      <button class="line" type="button" role="menuitem" tabIndex={-1} aria-haspopup="menu" onClick={() => setTimes(true)}>
        <Icon name={quiet ? 'mute' : 'bell'} small />
        <span class="grow">{t().mute}</span>
        {quiet && <small>{until > Date.now() ? clock(until) : t().muted}</small>}
        <Icon name="next" small />
      </button>
      <Item icon="pin" label={settings.pinned ? t().unpinTop : t().pinTop} onClick={() => set({ pinned: !settings.pinned })} />
      {talk.group && looksAfter(talk.id) && <Item icon="tune" label={t().groupSettings} onClick={() => (go(talk.key), (dialog.value = 'rules'))} />}
      <hr />
      <Item
        icon="hide"
        label={settings.hidden ? t().showAgain : t().hideUntilNext}
        onClick={() => set(settings.hidden ? { hidden: false } : { hidden: true, ...(talk.lastSeq > 0 ? { seq: talk.lastSeq } : {}) })}
      />
    </Pop>
  );
}
