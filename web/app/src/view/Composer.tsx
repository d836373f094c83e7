import type { ComponentChildren } from 'preact';
import type { Conversation } from '@parley/sdk';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { draft, drafts, undraft } from '../model/drafts.ts';
import { facts } from '../model/facts.ts';
import { prefs } from '../model/prefs.ts';
import { reader } from '../model/reader.ts';
import { feed, post } from '../model/session.ts';
import { explain } from '../text/explain.ts';
import { length } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import { composing } from './keys.ts';

interface ComposerProps {
  id: string;
  to: Conversation;
  name: string;
  children: ComponentChildren;
}

/** The counter appears when this many characters are left. */
const FEW = 400;
const grows = CSS.supports('field-sizing', 'content');

/** Where a message is written. What stands in it belongs to its conversation, whatever is on screen later. */
export function Composer({ id, to, name, children }: ComposerProps) {
  const [text, setText] = useState(() => drafts.value.get(id)?.text ?? '');
  const [problem, setProblem] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const most = facts.value.maxText;
  const used = length(text);
  const blank = text.trim() === '';
  const long = used > most;

  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) area.current?.focus({ preventScroll: true });
  }, [id]);
  // Another tab may go on with the draft, as long as nothing is written here.
  const other = drafts.value.get(id)?.text ?? '';
  useEffect(() => {
    if (text === '' && other !== '' && document.activeElement !== area.current) setText(other);
  }, [other]);
  useLayoutEffect(() => {
    const field = area.current;
    if (grows || !field) return;
    field.style.setProperty('block-size', 'auto');
    field.style.setProperty('block-size', `${field.scrollHeight}px`);
  }, [text]);

  const write = (value: string) => {
    setText(value);
    setProblem('');
    draft(id, value);
  };
  const send = () => {
    if (blank || long) return;
    const sent = text;
    setText('');
    undraft(id);
    post(to, sent).catch((err: unknown) => {
      // It is not lost: it stands in the field again, unless something else does by now.
      setText((now) => now || sent);
      draft(id, drafts.value.get(id)?.text ?? sent);
      setProblem(explain(err));
    });
  };
  const onKey = (e: KeyboardEvent) => {
    if (composing(e)) return;
    const command = e.ctrlKey || e.metaKey;
    if (e.key === 'Enter' && !e.altKey && (prefs.value.enterSends ? !e.shiftKey : command)) {
      e.preventDefault();
      send();
    } else if (e.key === 'ArrowUp' && command) {
      e.preventDefault();
      reader.step(-1);
    } else if (e.key === 'Escape' && feed.value) {
      void reader.toEnd(feed.value);
    }
  };

  return (
    <form
      class="compose"
      onSubmit={(e) => {
        e.preventDefault();
        send();
        area.current?.focus();
      }}
    >
      {children}
      <div class="box">
        <div class="row">
          <textarea
            ref={area}
            rows={1}
            dir="auto"
            value={text}
            aria-label={t().messageTo(name)}
            placeholder={t().messageTo(name)}
            enterkeyhint="send"
            onInput={(e) => write(e.currentTarget.value)}
            onKeyDown={onKey}
          />
          <button class="tool send" aria-label={t().send} title={t().send} disabled={blank || long}>
            <Icon name="send" />
          </button>
        </div>
      </div>
      <p class="hint">
        <span role={problem || long ? 'alert' : undefined} class={problem || long ? 'warned' : undefined}>
          {problem || (long ? t().tooLong(used - most) : most - used <= FEW ? t().left(most - used) : blank ? '' : t().draftKept)}
        </span>
        <span>{prefs.value.enterSends ? t().enterSends : t().ctrlEnterSends}</span>
      </p>
    </form>
  );
}
