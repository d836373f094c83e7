import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { findEmoji, groupsOfEmoji, type Emoji } from '../model/emoji.ts';
import { recentEmoji, rememberEmoji } from '../model/recent.ts';
import { lang, t } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import { composing } from './keys.ts';

const ROW = 8;
/** At most this many emoji stand in the page at once; a scroll to the end brings more. */
const MOST = 240;

interface PickerProps {
  chosen: readonly string[];
  onPick: (emoji: string) => void;
}

/** All emoji, by group or found by a word in either language. The field keeps the focus; arrows walk in the grid. */
export function Picker({ chosen, onPick }: PickerProps) {
  const [query, setQuery] = useState('');
  const [group, setGroup] = useState(-1);
  const [at, setAt] = useState(0);
  const [most, setMost] = useState(MOST);
  const grid = useRef<HTMLDivElement>(null);
  const found = useMemo<readonly Emoji[]>(() => {
    if (query.trim() !== '') return findEmoji(query);
    if (group >= 0) return groupsOfEmoji()[group]?.emoji ?? [];
    return [...recentEmoji(), ...groupsOfEmoji().flatMap((g) => g.emoji)];
  }, [query, group]);
  useEffect(() => {
    setAt(0);
    setMost(MOST);
    grid.current?.scrollTo(0, 0);
  }, [query, group]);
  const shown = found.slice(0, most);
  const now = shown[at];
  const pick = (e: Emoji | undefined) => {
    if (!e) return;
    rememberEmoji(e.emoji);
    onPick(e.emoji);
  };
  const onKey = (e: KeyboardEvent) => {
    if (composing(e)) return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[e.key];
    if (e.key === 'Enter') {
      e.preventDefault();
      pick(now);
    }
    // In the text of the search, left and right are the cursor's.
    if (step === undefined || (Math.abs(step) === 1 && query !== '')) return;
    e.preventDefault();
    const next = Math.max(0, Math.min(shown.length - 1, at + step));
    setAt(next);
    grid.current?.querySelector(`#emo-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const name = (e: Emoji) => (lang.value === 'zh' ? e.zh || e.en : e.en);
  return (
    <>
      <label class="find">
        <Icon name="search" small />
        <input
          data-first
          type="search"
          list={undefined}
          role="combobox"
          aria-expanded
          aria-controls="emo-grid"
          aria-activedescendant={now ? `emo-${at}` : undefined}
          aria-label={t().findEmoji}
          placeholder={t().findEmoji}
          value={query}
          onInput={(e) => setQuery(e.currentTarget.value)}
          onKeyDown={onKey}
        />
      </label>
      <div class="tabs" role="tablist" aria-label={t().emojiGroups}>
        {groupsOfEmoji().map((g, i) => (
          <button key={g.icon} type="button" role="tab" aria-selected={group === i && query === ''} aria-label={t().emojiGroup[i]} title={t().emojiGroup[i]} onClick={() => (setQuery(''), setGroup(group === i ? -1 : i))}>
            <Icon name={g.icon} />
          </button>
        ))}
      </div>
      <div
        class="scroll"
        ref={grid}
        onScroll={(e) => {
          const box = e.currentTarget;
          if (box.scrollTop + 2 * box.clientHeight > box.scrollHeight && most < found.length) setMost(most + MOST);
        }}
      >
        {shown.length === 0 ? (
          <p class="dim">{t().noEmoji}</p>
        ) : (
          <div class="emos" id="emo-grid" role="listbox" aria-label={t().react}>
            {shown.map((e, i) => (
              <button key={`${i} ${e.emoji}`} id={`emo-${i}`} class="emo" type="button" role="option" tabIndex={-1} aria-selected={i === at} aria-label={name(e)} title={name(e)} data-own={chosen.includes(e.emoji) || undefined} onClick={() => pick(e)} onMouseMove={() => setAt(i)}>
                {e.emoji}
              </button>
            ))}
          </div>
        )}
      </div>
      <p class="named" aria-hidden="true">
        {now && (
          <>
            <span class="big">{now.emoji}</span>
            <span class="cut">{name(now)}</span>
          </>
        )}
      </p>
    </>
  );
}
