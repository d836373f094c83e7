import type { Message as Stored, Outgoing } from '@parley/sdk';
import { toggleReaction } from '../model/touch.ts';
import { menu } from '../model/ui.ts';
import { clock } from '../text/when.ts';
import { t } from '../text/text.ts';
import { explain } from '../text/explain.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';
import { RichText } from './RichText.tsx';

/** Where one's own message stands; a shape and a word for each. */
type Standing = 'pending' | 'stored' | 'read' | 'failed';
const marks: Readonly<Record<Standing, string>> = { pending: 'wait', stored: 'check', read: 'checks', failed: 'alert' };

interface LineProps {
  domKey: string;
  seq: number;
  text: string;
  time: number;
  own: boolean;
  standing?: Standing;
  sender: { id: number; name: string };
  group: boolean;
  first: boolean;
  last: boolean;
  fresh: boolean;
  chosen: boolean;
  failure?: string;
  onRetry?: () => void;
  onDelete?: () => void;
  onCopy: (text: string) => void;
  message?: Stored;
}

/** One message in its bubble. Signals draw it anew only when one of its properties has changed. */
function Line(p: LineProps) {
  const kind = ['msg', p.own && 'own', p.first && 'first', p.last && 'last', p.standing, p.fresh && 'new', p.message?.recalled && 'recalled'].filter(Boolean).join(' ');
  return (
    <li class={kind} data-key={p.domKey} data-seq={p.seq || undefined} tabIndex={p.chosen ? 0 : -1}>
      {p.group && !p.own && p.last && <Avatar id={p.sender.id} name={p.sender.name} size="s" />}
      <div class="bubble">
        {p.first && !p.own && p.group ? (
          <span class="who" data-h={p.sender.id % 8} translate={false}>
            <bdi>{p.sender.name}</bdi>
          </span>
        ) : (
          <span class="sr">
            <bdi>{p.own ? t().you : p.sender.name}</bdi>:{' '}
          </span>
        )}
        {p.message?.recalled ? (
          <span class="text">{p.own ? t().youRecalled : t().theyRecalled(p.sender.name)}</span>
        ) : (
          <RichText text={p.text} />
        )}
        <span class="meta">
          {p.message?.pinned && (
            <>
              <Icon name="pin" />
              <span class="sr">{t().pinned}</span>
            </>
          )}
          {p.message?.edited !== undefined && (
            <>
              <i>{t().edited}</i>{' '}
            </>
          )}
          <time dateTime={new Date(p.time || 0).toISOString()}>{clock(p.time)}</time>
          {p.standing && (
            <>
              <span class="sr">{t()[p.standing]}</span>
              <Icon name={marks[p.standing]} />
            </>
          )}
        </span>
        {!p.message?.recalled && <Acts {...p} />}
      </div>
      {p.message?.reactions && <Reactions message={p.message} chosen={p.chosen} />}
      {p.failure && (
        <p class="retry">
          {t().notSent(p.failure)}{' '}
          <button type="button" onClick={p.onRetry}>
            {t().retry}
          </button>
          <button type="button" onClick={p.onDelete}>
            {t().delete}
          </button>
        </p>
      )}
    </li>
  );
}

/** What can be done with a message at once; the rest is in its menu. */
function Acts({ message: m, text, chosen, onCopy }: LineProps) {
  const tab = chosen ? 0 : -1;
  if (!m) {
    return (
      <div class="acts" role="toolbar" aria-label={t().message}>
        <button class="tool" type="button" tabIndex={tab} aria-label={t().copy} title={t().copy} onClick={() => onCopy(text)}>
          <Icon name="copy" />
        </button>
      </div>
    );
  }
  return (
    <div class="acts" role="toolbar" aria-label={t().message}>
      <button
        class="tool"
        type="button"
        tabIndex={tab}
        aria-label={t().react}
        title={t().react}
        aria-haspopup="dialog"
        onClick={(e) => (menu.value = { of: 'react', message: m, at: e.currentTarget })}
      >
        <Icon name="react" />
      </button>
      <button
        class="tool"
        type="button"
        tabIndex={tab}
        aria-label={t().more}
        title={t().more}
        aria-haspopup="menu"
        onClick={(e) => (menu.value = { of: 'message', message: m, at: e.currentTarget })}
      >
        <Icon name="more" />
      </button>
    </div>
  );
}

/** The reactions under a message: a press gives one's own or takes it back. */
const Reactions = ({ message: m, chosen }: { message: Stored; chosen: boolean }) => (
  <div class="reacts">
    {m.reactions?.map((r) => (
      <button
        key={r.emoji}
        class="react"
        type="button"
        tabIndex={chosen ? 0 : -1}
        aria-pressed={m.reacted?.includes(r.emoji) ?? false}
        aria-label={t().reactionsOf(r.emoji, r.count)}
        onClick={() => void toggleReaction(m, r.emoji)}
      >
        <span class="emo-text" aria-hidden="true">
          {r.emoji}
        </span>
        {r.count}
      </button>
    ))}
  </div>
);

interface Common {
  domKey: string;
  group: boolean;
  first: boolean;
  last: boolean;
  chosen: boolean;
  onCopy: (text: string) => void;
}

/** A message that is stored. */
export const StoredLine = ({ message, read, fresh, ...rest }: Common & { message: Stored; read: boolean; fresh: boolean }) => (
  <Line
    {...rest}
    seq={message.seq}
    text={message.text}
    message={message}
    time={message.time}
    own={message.mine}
    sender={message.from}
    fresh={fresh}
    {...(message.mine ? { standing: read ? ('read' as const) : ('stored' as const) } : {})}
  />
);

interface OutgoingProps extends Common {
  outgoing: Outgoing;
  self: { id: number; name: string };
  onRetry: (key: string) => void;
  onDelete: (key: string) => void;
}

/** One's own message that is on its way, or failed. */
export const OutgoingLine = ({ outgoing, self, onRetry, onDelete, ...rest }: OutgoingProps) => (
  <Line
    {...rest}
    seq={0}
    text={outgoing.text}
    time={outgoing.time}
    own
    sender={self}
    fresh
    standing={outgoing.state}
    {...(outgoing.state === 'failed' ? { failure: explain(outgoing.error), onRetry: () => onRetry(outgoing.key), onDelete: () => onDelete(outgoing.key) } : {})}
  />
);
