import type { ComponentChildren } from 'preact';
import { keyOf, type Conversation, type Message } from '@parley/sdk';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { saveEdit, editLast, tooLate } from '../model/touch.ts';
import { editing } from '../model/ui.ts';
import { draft, drafts, undraft } from '../model/drafts.ts';
import { facts } from '../model/facts.ts';
import { prefs } from '../model/prefs.ts';
import { reader } from '../model/reader.ts';
import { feed, post } from '../model/session.ts';
import { explain } from '../text/explain.ts';
import { length, oneLine } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { Icon, Tool } from './Icon.tsx';
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

  // An edit puts the draft aside; it comes back afterwards.
  const edit = editing.value && keyOf(editing.value.conversation) === id ? editing.value : undefined;
  useEffect(() => {
    setProblem('');
    setText(edit ? edit.text : (drafts.value.get(id)?.text ?? ''));
    if (!edit) return;
    area.current?.focus();
    area.current?.setSelectionRange(edit.text.length, edit.text.length);
    return () => void (editing.value = editing.value === edit ? undefined : editing.value);
  }, [edit]);
  // Another device of the account was faster: the text there is shown, and Enter saves only what was chosen to stay.
  const present = edit && feed.value?.messages.value.find((m) => m.seq === edit.seq);
  const newer = present && (present.text !== edit.text || present.recalled) ? present : undefined;
  const [mine, setMine] = useState(0);

  const write = (value: string) => {
    setText(value);
    setProblem('');
    if (!edit) draft(id, value);
  };
  const save = async (m: Message) => {
    if (blank || long || (newer && mine !== newer.rev)) return;
    const written = text;
    editing.value = undefined;
    try {
      await saveEdit(m, written);
    } catch (err) {
      // What was written is not lost: it is a draft, to be sent as a new message.
      if (tooLate(err)) {
        setText((now) => now || written);
        draft(id, drafts.value.get(id)?.text ?? written);
      }
      setProblem(explain(err));
    }
  };
  const send = () => {
    if (edit) return void save(edit);
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
    } else if (e.key === 'ArrowUp' && text === '' && !edit && editLast()) {
      e.preventDefault();
    } else if (e.key === 'Escape' && edit) {
      e.preventDefault();
      editing.value = undefined;
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
      {newer && mine !== newer.rev && (
        <div class="note warn" role="alert">
          <Icon name="alert" small />
          <div class="grow">
            <p>
              <b>{newer.recalled ? t().recalledMeanwhile : t().editedMeanwhile}</b>
            </p>
            {!newer.recalled && <p class="text">{newer.text}</p>}
            <p class="row">
              {!newer.recalled && (
                <button class="btn main" type="button" onClick={() => setMine(newer.rev ?? 0)}>
                  {t().keepMine}
                </button>
              )}
              <button class="btn" type="button" onClick={() => (editing.value = undefined)}>
                {t().dropMine}
              </button>
            </p>
          </div>
        </div>
      )}
      <div class="box">
        {edit && (
          <div class="reply">
            <span class="quote">
              <b>
                <Icon name="pen" small /> {t().editYours}
              </b>
              <span class="cut">{oneLine(edit.text)}</span>
            </span>
            <Tool icon="close" label={t().dropEdit} onClick={() => (editing.value = undefined)} />
          </div>
        )}
        <div class="row">
          <textarea
            ref={area}
            rows={1}
            dir="auto"
            value={text}
            aria-label={edit ? t().editYours : t().messageTo(name)}
            placeholder={t().messageTo(name)}
            enterkeyhint="send"
            onInput={(e) => write(e.currentTarget.value)}
            onKeyDown={onKey}
          />
          <button class="tool send" aria-label={edit ? t().save : t().send} title={edit ? t().save : t().send} disabled={blank || long}>
            <Icon name={edit ? 'check' : 'send'} />
          </button>
        </div>
      </div>
      <p class="hint">
        <span role={problem || long ? 'alert' : undefined} class={problem || long ? 'warned' : undefined}>
          {problem || (long ? t().tooLong(used - most) : most - used <= FEW ? t().left(most - used) : edit ? t().othersSeeEdited : blank ? '' : t().draftKept)}
        </span>
        <span>{edit ? t().enterSaves : prefs.value.enterSends ? t().enterSends : t().ctrlEnterSends}</span>
      </p>
    </form>
  );
}
