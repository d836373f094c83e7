import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { drafts } from '../model/drafts.ts';
import { menu, open } from '../model/ui.ts';
import { today } from '../model/now.ts';
import { currentKey, linkTo, go } from '../model/route.ts';
import { connected, connection, offline, self } from '../model/session.ts';
import { activity, friends, listed, muted, type Talk } from '../model/talks.ts';
import { oneLine } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { brief } from '../text/when.ts';
import { Avatar } from './Avatar.tsx';
import { Icon, Mark, Tool } from './Icon.tsx';
import { mod } from './keys.ts';
import { matches } from './match.ts';

type Which = 'all' | 'unread' | 'people' | 'groups';

/** The conversations: filtered, in the order of their last activity. */
export function List() {
  const query = useSignal('');
  const which = useSignal<Which>('all');
  const list = useRef<HTMLUListElement>(null);
  const order = useSignal<readonly string[]>([]);
  const held = useSignal(false);

  // A row moves only when nothing in the list is hovered or focused.
  useEffect(() => {
    if (!held.value) order.value = listed.value.map((talk) => talk.key);
  });
  const rows = useComputed(() => {
    const at = new Map(order.value.map((key, i) => [key, i]));
    const all = held.value ? [...listed.value].sort((a, b) => (at.get(a.key) ?? Infinity) - (at.get(b.key) ?? Infinity)) : listed.value;
    return all.filter((talk) => shown(talk, which.value, query.value !== '') && (query.value === '' || matches(talk.name, query.value)));
  });
  const unread = useComputed(() => listed.value.filter((talk) => talk.unread > 0).length);
  const hold = (on: boolean) => () => {
    held.value = on && list.current !== null && (list.current.matches(':hover') || list.current.contains(document.activeElement));
  };
  const empty = listed.value.length === 0;

  return (
    <nav class="list" aria-label={t().conversations}>
      <header class="bar">
        <Mark />
        <h1 class="name grow">Parley</h1>
        <Tool icon="compose" label={`${t().newConversation} (Alt N)`} onClick={() => open('new')} />
      </header>
      <label class="find">
        <Icon name="search" small />
        <input
          type="search"
          placeholder={t().filter}
          aria-label={t().filterLabel}
          value={query.value}
          onInput={(e) => (query.value = e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.isComposing || e.keyCode === 229) return;
            const first = rows.value[0];
            if (e.key === 'Enter' && first) {
              go(first.key);
              query.value = '';
            }
            if (e.key === 'Escape' && query.value !== '') {
              e.stopPropagation();
              query.value = '';
            }
          }}
        />
        <kbd>{mod} K</kbd>
      </label>
      {!empty && (
        <div class="chips" role="group" aria-label={t().show}>
          <Chip which={which} is="all" label={t().all} />
          <Chip which={which} is="unread" label={t().unread} count={unread.value} />
          <Chip which={which} is="people" label={t().people} />
          <Chip which={which} is="groups" label={t().groups} />
        </div>
      )}
      {rows.value.length === 0 ? (
        <div class="empty">
          <p>{empty ? t().nobodyYet : query.value ? t().nothingFound(query.value) : which.value === 'unread' ? t().nothingUnread : t().nobodyYet}</p>
        </div>
      ) : (
        <ul class="items" ref={list} onMouseEnter={hold(true)} onMouseLeave={hold(false)} onFocusIn={hold(true)} onFocusOut={() => setTimeout(hold(true))}>
          {rows.value.map((talk) => (
            <Row key={talk.key} talk={talk} current={talk.key === currentKey.value} />
          ))}
        </ul>
      )}
      <Me />
    </nav>
  );
}

const shown = (talk: Talk, which: Which, wanted: boolean): boolean =>
  (wanted || !talk.settings.hidden || talk.key === currentKey.value) &&
  (which === 'all' || (which === 'unread' ? talk.unread > 0 || talk.key === currentKey.value : talk.group === (which === 'groups')));

const Chip = ({ which, is, label, count }: { which: { value: Which }; is: Which; label: string; count?: number }) => (
  <button class="chip" type="button" aria-pressed={which.value === is} onClick={() => (which.value = is)}>
    {label} {count ? <span class="num">{count}</span> : null}
  </button>
);

function Row({ talk, current }: { talk: Talk; current: boolean }) {
  const friend = talk.group ? undefined : friends.value.get(talk.id);
  const presence = friend && connected.value ? friend.online : undefined;
  const time = activity(talk);
  const quiet = muted(talk);
  return (
    <li>
      <a
        class={talk.unread > 0 ? 'item unread' : 'item'}
        href={linkTo(talk.key)}
        aria-current={current ? 'page' : undefined}
        draggable={false}
        onContextMenu={(e) => {
          e.preventDefault();
          menu.value = { of: 'talk', key: talk.key, at: e.currentTarget };
        }}
      >
        <Avatar id={talk.id} name={talk.name} group={talk.group} online={presence} />
        <span class="n">
          <span class="cut" translate={false}>
            <bdi>{talk.name}</bdi>
          </span>
          {quiet && (
            <>
              <Icon name="mute" small />
              <span class="sr">{t().muted}</span>
            </>
          )}
          {presence !== undefined && <span class="sr">{presence ? t().online : t().offline}</span>}
        </span>
        {time > 0 ? <time dateTime={new Date(time).toISOString()}>{brief(time, today.value)}</time> : <span />}
        <span class="l cut">
          <Preview talk={talk} current={current} />
        </span>
        <span class="b">
          {talk.settings.pinned && (
            <>
              <Icon name="pin" small />
              <span class="sr">{t().pinned}</span>
            </>
          )}
          {talk.unread > 0 && (
            <span class={quiet ? 'badge quiet' : 'badge'}>
              {talk.unread > 999 ? '999+' : talk.unread}
              <span class="sr"> {t().unreadCount('').trim()}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

/** The second line: a draft, else the last message, with its sender in a group and its mark if it is one's own. */
function Preview({ talk, current }: { talk: Talk; current: boolean }) {
  const draft = drafts.value.get(talk.key);
  if (draft && !current) {
    return (
      <>
        <em>{t().draft}</em> <bdi>{oneLine(draft.text)}</bdi>
      </>
    );
  }
  if (talk.pending) {
    return (
      <>
        <Icon name={talk.pending.state === 'failed' ? 'alert' : 'wait'} small /> <span class="sr">{t()[talk.pending.state]}</span>
        {t().you}: <bdi>{oneLine(talk.pending.text)}</bdi>
      </>
    );
  }
  const last = talk.last;
  if (!last) return <span class="dim">{t().noMessages}</span>;
  if (last.recalled) return <span class="dim">{t().recalledLine}</span>;
  const text = oneLine(last.text);
  if (last.mine) {
    return (
      <>
        <Icon name="check" small /> {t().you}: <bdi>{text}</bdi>
      </>
    );
  }
  return talk.group ? (
    <>
      <b translate={false}>
        <bdi>{last.from.name}</bdi>:
      </b>{' '}
      <bdi>{text}</bdi>
    </>
  ) : (
    <bdi>{text}</bdi>
  );
}

/** Who is signed in, and how the connection is. */
function Me() {
  const state = connection.value.phase;
  const secure = location.protocol === 'https:';
  const said = state === 'online' ? (secure ? t().connectedTLS : t().connected) : offline.value ? t().notConnected : t().connecting;
  return (
    <footer class="me">
      <Avatar id={self.value.id} name={self.value.name} size="m" online={state === 'online'} />
      <div class="grow">
        <b class="cut" translate={false}>
          <bdi>{self.value.name}</bdi>
        </b>
        <small>{said}</small>
      </div>
      <Tool icon="tune" label={t().settings} onClick={() => go('settings')} />
    </footer>
  );
}
