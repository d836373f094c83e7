import { useSignal } from '@preact/signals';
import { commands, type Command } from '../model/commands.ts';
import { go } from '../model/route.ts';
import { connected } from '../model/session.ts';
import { friends, listed, type Talk } from '../model/talks.ts';
import { open } from '../model/ui.ts';
import { t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Dialog } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { composing, mod } from './keys.ts';
import { marks } from './match.ts';

type Hit =
  { kind: 'talk'; id: string; talk: Talk; at: number[]; score: number } | { kind: 'command'; id: string; command: Command; at: number[]; score: number };

const close = () => open('');
/** At most this many conversations stand in the palette. */
const MOST = 8;

function find(query: string): Hit[] {
  const only = query.startsWith('>');
  const wanted = only ? query.slice(1) : query;
  const people: Hit[] = only
    ? []
    : listed.value
        .flatMap((talk) => {
          const found = marks(talk.name, wanted);
          return found ? [{ kind: 'talk' as const, id: talk.key, talk, ...found }] : [];
        })
        .sort((a, b) => b.score - a.score)
        .slice(0, MOST);
  const doing: Hit[] =
    query === ''
      ? []
      : commands.flatMap((command, i) => {
          const found = marks(command.name(), wanted);
          return found ? [{ kind: 'command' as const, id: `c${i}`, command, ...found }] : [];
        });
  return [...people, ...doing];
}

/** Jumps to a conversation, or does a command, by some letters of its name. */
export function Palette() {
  const query = useSignal('');
  const at = useSignal(0);
  const hits = find(query.value);
  const run = (hit: Hit) => {
    close();
    if (hit.kind === 'talk') go(hit.talk.key);
    else hit.command.run();
  };
  const onKey = (e: KeyboardEvent) => {
    if (composing(e)) return;
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      e.preventDefault();
      at.value = (at.value + step + hits.length) % hits.length;
      document.getElementById(`pal-${hits[at.value]?.id}`)?.scrollIntoView({ block: 'nearest' });
    }
    const hit = hits[at.value];
    if (e.key === 'Enter' && hit) {
      e.preventDefault();
      run(hit);
    }
  };
  const group = (kind: Hit['kind'], label: string) => {
    const rows = hits.filter((h) => h.kind === kind);
    if (rows.length === 0) return null;
    return (
      <ul role="group" aria-label={label}>
        <li class="sec" role="presentation">
          {label}
        </li>
        {rows.map((hit) => (
          <li
            key={hit.id}
            id={`pal-${hit.id}`}
            role="option"
            aria-selected={hits[at.value] === hit}
            class="line"
            onClick={() => run(hit)}
            onMouseMove={() => (at.value = hits.indexOf(hit))}
          >
            {hit.kind === 'talk' ? (
              <Avatar
                id={hit.talk.id}
                name={hit.talk.name}
                group={hit.talk.group}
                size="s"
                online={connected.value && !hit.talk.group ? friends.value.get(hit.talk.id)?.online : undefined}
              />
            ) : (
              <Icon name={hit.command.icon} />
            )}
            <span class="grow">
              <span class="cut" translate={hit.kind === 'command'}>
                <bdi>
                  <Marked text={hit.kind === 'talk' ? hit.talk.name : hit.command.name()} at={hit.at} />
                </bdi>
              </span>
            </span>
            {hit.kind === 'command' && hit.command.keys && (
              <span class="row" aria-hidden="true">
                {keyNames(hit.command.keys).map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    );
  };
  return (
    <Dialog title={t().palette} bare class="palette wide" onClose={close}>
      <label class="find">
        <Icon name="search" />
        <input
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls="pal"
          aria-label={t().jumpOrDo}
          aria-activedescendant={hits[at.value] ? `pal-${hits[at.value]?.id}` : undefined}
          placeholder={t().jumpOrDo}
          value={query.value}
          onInput={(e) => {
            query.value = e.currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </label>
      <div class="scroll" id="pal" role="listbox" aria-label={t().results}>
        {group('talk', t().jumpTo)}
        {group('command', t().do)}
        {hits.length === 0 && <p class="sec">{t().nothingFound(query.value)}</p>}
      </div>
      <p class="foot" aria-hidden="true">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t().choose}
        </span>
        <span>
          <kbd>Enter</kbd> {t().open}
        </span>
        <span>
          <kbd>&gt;</kbd> {t().commandsOnly}
        </span>
      </p>
    </Dialog>
  );
}

/** The keys of a chord as they stand on the keyboard. */
export const keyNames = (keys: string): string[] =>
  keys.split('+').map((k) => ({ mod, alt: 'Alt', shift: 'Shift', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' })[k] ?? k.toUpperCase());

/** A text with some of its characters marked. */
function Marked({ text, at }: { text: string; at: number[] }) {
  const marked = new Set(at);
  const parts: { text: string; on: boolean }[] = [];
  for (const [i, c] of [...text].entries()) {
    const last = parts.at(-1);
    if (last && last.on === marked.has(i)) last.text += c;
    else parts.push({ text: c, on: marked.has(i) });
  }
  return <>{parts.map((p, i) => (p.on ? <mark key={i}>{p.text}</mark> : p.text))}</>;
}
