import { open } from '../model/ui.ts';
import { t } from '../text/text.ts';
import { Dialog } from './Dialog.tsx';
import { mod } from './keys.ts';
import { prefs } from '../model/prefs.ts';

/** All keys, on one page. */
export function Keys() {
  const send = prefs.value.enterSends ? ['Enter'] : [mod, 'Enter'];
  const line = prefs.value.enterSends ? ['Shift', 'Enter'] : ['Enter'];
  const sections: [string, [string, string[]][]][] = [
    [
      t().keysEverywhere,
      [
        [t().keyPalette, [mod, 'K']],
        [t().newConversation, ['Alt', 'N']],
        [t().addFriend, ['Alt', 'A']],
        [t().createGroup, ['Alt', 'G']],
        [t().keyPrevNext, ['Alt', '↑', '↓']],
        [t().keyNextUnread, ['Alt', 'Shift', '↓']],
        [t().keyHelp, [mod, '/']],
      ],
    ],
    [
      t().keysTalk,
      [
        [t().keyChoose, [mod, '↑', '↓']],
        [t().keyNewest, ['Esc']],
        [t().keyMembers, ['Alt', 'M']],
      ],
    ],
    [t().keysMessage, [
        [t().keyCopy, ['C']],
        [t().keyEdit, ['E']],
        [t().keyReact, ['+']],
        [t().keyPin, ['P']],
        [t().keyRecall, ['Del']],
        [t().keyMenu, ['Enter']],
      ]],
    [
      t().keysWriting,
      [
        [t().keySend, send],
        [t().keyNewLine, line],
        [t().keyCode, ['`']],
      ],
    ],
  ];
  return (
    <Dialog title={t().keyboard} class="wide" onClose={() => open('')}>
      <div class="body" tabIndex={0} data-first>
        <div class="keys">
          {sections.map(([title, rows]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {rows.map(([what, keys]) => (
                  <div key={what}>
                    <dt>{what}</dt>
                    <dd>
                      {keys.map((k) => (
                        <kbd key={k}>{k}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
