import { useState } from 'preact/hooks';
import { pieces, tied } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { Icon } from './Icon.tsx';

/** A text of somebody: it is text in every piece, never markup. */
export function RichText({ text }: { text: string }) {
  const all = pieces(text);
  return (
    <span class="text" dir="auto">
      {all.map((p, i) => {
        switch (p.kind) {
          case 'text':
            return i === all.length - 1 ? tied(p.text) : p.text;
          case 'code':
            return <code translate={false}>{tokens(p.text)}</code>;
          case 'block':
            return <Block lang={p.lang} text={p.text} />;
          case 'link':
            return (
              <a href={p.href} target="_blank" rel="noopener noreferrer nofollow" translate={false}>
                {p.text}
              </a>
            );
        }
      })}
    </span>
  );
}

/** A token of code that is shorter than 24 characters does not wrap. */
const tokens = (text: string) => text.split(/( +)/).map((part) => (part.length > 0 && part.length < 24 ? <span class="nw">{part}</span> : part));

function Block({ lang, text }: { lang: string; text: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(t().copied);
    } catch {
      setSaid(t().copyRefused);
    }
    setTimeout(() => setSaid(''), 1200);
  };
  return (
    <span class="code" translate={false} dir="ltr">
      <span class="head">
        <span>{lang || '\u00a0'}</span>
        {said && <span role="status">{said}</span>}
        <button class="tool" type="button" aria-label={t().copyCode} title={t().copyCode} onClick={() => void copy()}>
          <Icon name={said === t().copied ? 'check' : 'copy'} small />
        </button>
      </span>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </span>
  );
}
