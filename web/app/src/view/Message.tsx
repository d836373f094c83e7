import type { Message as Stored, Outgoing } from '@parley/sdk';
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
}

/** One message in its bubble. Signals draw it anew only when one of its properties has changed. */
function Line(p: LineProps) {
  const kind = ['msg', p.own && 'own', p.first && 'first', p.last && 'last', p.standing, p.fresh && 'new'].filter(Boolean).join(' ');
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
        <RichText text={p.text} />
        <span class="meta">
          <time dateTime={new Date(p.time || 0).toISOString()}>{clock(p.time)}</time>
          {p.standing && (
            <>
              <span class="sr">{t()[p.standing]}</span>
              <Icon name={marks[p.standing]} />
            </>
          )}
        </span>
        <div class="acts" role="toolbar" aria-label={t().message}>
          <button class="tool" type="button" tabIndex={p.chosen ? 0 : -1} aria-label={t().copy} title={t().copy} onClick={() => p.onCopy(p.text)}>
            <Icon name="copy" />
          </button>
        </div>
      </div>
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
