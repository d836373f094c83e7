import { useComputed, useSignal } from '@preact/signals';
import type { Message, User } from '@parley/sdk';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { copyText } from '../model/clipboard.ts';
import { entries, type Entry } from '../model/entries.ts';
import type { Feed } from '../model/feed.ts';
import type { Actions } from '../model/actions.ts';
import { today } from '../model/now.ts';
import { mayPin, mayRecall, touch } from '../model/touch.ts';
import { editing, menu, recalling } from '../model/ui.ts';
import { t } from '../text/text.ts';
import { dayLine } from '../text/when.ts';
import { Icon } from './Icon.tsx';
import { Keeper } from './keeper.ts';
import { Late } from './Late.tsx';
import { rest } from './rest.ts';
import { OutgoingLine, StoredLine } from './Message.tsx';

/** What a copy of several messages needs; it comes after the page. */
let after: typeof import('./after.ts') | undefined;

interface LogProps {
  feed: Feed;
  name: string;
  group: boolean;
  self: User;
  actions: Actions;
}

/** The messages of a conversation: a window over them that never jumps. */
export function Log({ feed, name, group, self, actions }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const above = useRef<HTMLLIElement>(null);
  const below = useRef<HTMLLIElement>(null);
  const keeper = useRef<Keeper>(undefined);
  const chosen = useSignal('');
  const opened = useRef(Date.now());

  const lines = useComputed(() =>
    entries({
      messages: feed.messages.value,
      outgoing: feed.outgoing.value,
      holes: feed.holes.value,
      pennant: feed.pennant.value,
      self: self.id,
      atEnd: feed.atEnd.value,
    }),
  );

  useLayoutEffect(() => {
    if (!box.current || !list.current || !above.current || !below.current) return;
    const k = new Keeper(box.current, list.current, [above.current, below.current], feed);
    k.onFollow = () => actions.seen(feed);
    keeper.current = k;
    actions.attach(feed, () => k.toEnd());
    return () => k.close();
  }, [feed]);

  const drawn = lines.value;
  const target = feed.target.value;
  useLayoutEffect(() => {
    keeper.current?.drawn();
    actions.seen(feed);
  }, [drawn, target]);

  useEffect(() => {
    const at = lines.value.findIndex((e) => e.key === chosen.value);
    if (chosen.value && at < 0) chosen.value = '';
  });

  const choose = (step: number) => {
    const all = lines.value.filter((e) => e.kind === 'message' || e.kind === 'outgoing');
    const at = all.findIndex((e) => e.key === chosen.value);
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? all.length - 1 : at + step))];
    if (!next) return;
    chosen.value = next.key;
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus());
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.isComposing || e.keyCode === 229) return;
    if ((e.key === 'ArrowUp' || e.key === 'ArrowDown') && (e.ctrlKey || e.metaKey || (e.target as Element).matches('.msg'))) {
      e.preventDefault();
      choose(e.key === 'ArrowUp' ? -1 : 1);
      return;
    }
    const entry = lines.value.find((l) => l.key === chosen.value);
    if (!entry || !(e.target as Element).matches('.msg') || e.ctrlKey || e.altKey || e.metaKey) return;
    const message = entry.kind === 'message' ? entry.message : undefined;
    if (message && messageKey(e, message)) return e.preventDefault();
    if (e.key.toLowerCase() === 'c') void copyText(entry.kind === 'message' ? entry.message.text : entry.kind === 'outgoing' ? entry.outgoing.text : '');
  };
  // A right click or a long press opens the menu of a message; selected text and links keep the browser's own.
  const onContext = (e: MouseEvent) => {
    const at = (e.target as Element).closest<HTMLElement>('.msg');
    const entry = at && lines.value.find((l) => l.key === at.dataset.key);
    if (entry?.kind !== 'message' || entry.message.recalled || (e.target as Element).closest('a') || getSelection()?.isCollapsed === false) return;
    e.preventDefault();
    menu.value = { of: 'message', message: entry.message, at: at?.querySelector('.bubble') ?? (e.target as Element) };
  };
  useEffect(() => actions.onChoose(choose), []);
  useEffect(() => void rest().then((part) => (after = part)).catch(() => undefined), []);

  const copy = useCallback((text: string) => void copyText(text), []);
  const retry = useCallback((key: string) => actions.retry(key), []);
  const drop = useCallback((key: string) => actions.discard(key), []);

  return (
    <div
      class="log"
      role="region"
      aria-label={t().messages}
      tabIndex={0}
      ref={box}
      onContextMenu={onContext}
      onKeyDown={onKey}
      onCopy={(e) => after?.copied(e)}>
      <ol class={group ? 'col group-talk' : 'col'} ref={list} aria-label={group ? t().messagesIn(name) : t().messagesWith(name)}>
        <li class="space" ref={above} aria-hidden="true" />
        {feed.atBegin.value && <Begin name={name} group={group} />}
        {feed.busy.value === 'older' && <Late class="older" label={t().loadingMessages} />}
        {feed.failed.value === 'older' && <Failed feed={feed} />}
        {drawn.map((e) => (
          <Row
            key={e.key}
            e={e}
            feed={feed}
            group={group}
            self={self}
            chosen={e.key === chosen.value}
            opened={opened.current}
            copy={copy}
            retry={retry}
            drop={drop}
          />
        ))}
        {feed.failed.value === 'newer' && <Failed feed={feed} />}
        <li class="space" ref={below} aria-hidden="true" />
      </ol>
    </div>
  );
}

interface RowProps {
  e: Entry;
  feed: Feed;
  group: boolean;
  self: User;
  chosen: boolean;
  opened: number;
  copy: (text: string) => void;
  retry: (key: string) => void;
  drop: (key: string) => void;
}

function Row({ e, feed, group, self, chosen, opened, copy, retry, drop }: RowProps) {
  switch (e.kind) {
    case 'day':
      return (
        <li class="day" data-key={e.key}>
          <span>{dayLine(e.time, today.value)}</span>
        </li>
      );
    case 'pennant':
      return (
        <li class="unreadline" data-key={e.key}>
          <span>{t().newLine(feed.unread.value > 999 ? '999+' : String(Math.max(1, feed.unread.value)))}</span>
        </li>
      );
    case 'hole':
      return e.hole.kind === 'absent' ? (
        <li class="event" data-key={e.key}>
          {t().absent}
        </li>
      ) : (
        <li class="gap" data-key={e.key}>
          <Icon name="alert" small />
          <span>{t().gap(e.hole.from, e.hole.to)}</span>
          <button type="button" onClick={() => void feed.fill(e.hole)}>
            {t().tryAgain}
          </button>
        </li>
      );
    case 'message':
      return (
        <StoredLine
          domKey={e.key}
          group={group}
          first={e.first}
          last={e.last}
          chosen={chosen}
          onCopy={copy}
          message={e.message}
          read={false}
          fresh={e.message.time > opened}
        />
      );
    case 'outgoing':
      return (
        <OutgoingLine
          domKey={e.key}
          group={group}
          first={e.first}
          last={e.last}
          chosen={chosen}
          onCopy={copy}
          outgoing={e.outgoing}
          self={self}
          onRetry={retry}
          onDelete={drop}
        />
      );
  }
}

/** Keys on a chosen message; reports whether it was one. */
function messageKey(e: KeyboardEvent, m: Message): boolean {
  const key = e.key.toLowerCase();
  const at = e.target as Element;
  if (m.recalled) return false;
  if (key === 'e' && m.mine) editing.value = m;
  else if (key === 'enter' || e.key === 'ContextMenu' || (e.shiftKey && e.key === 'F10')) menu.value = { of: 'message', message: m, at };
  else if (key === '+') menu.value = { of: 'react', message: m, at };
  else if (key === 'p' && mayPin(m)) void touch(m, { op: m.pinned ? 'unpin' : 'pin' });
  else if (e.key === 'Delete' && mayRecall(m)) recalling.value = m;
  else return false;
  return true;
}

const Begin = ({ name, group }: { name: string; group: boolean }) => (
  <li class="begin">
    <h3>
      <bdi>{group ? t().beginGroup(name) : t().begin(name)}</bdi>
    </h3>
    <p>{group ? t().beginGroupMore : t().beginMore}</p>
  </li>
);

const Failed = ({ feed }: { feed: Feed }) => (
  <li class="gap">
    <Icon name="alert" small />
    <span>{t().noAnswer}</span>
    <button type="button" onClick={() => feed.retry()}>
      {t().tryAgain}
    </button>
  </li>
);
