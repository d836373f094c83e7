import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Tool } from './Icon.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Without a head: the title is for screen readers alone. */
  bare?: boolean;
  class?: string;
}

/** A modal dialog. Esc and the ground around it close it; the focus returns to whoever opened it. */
export function Dialog({ title, onClose, children, bare, class: extra }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    if (!dialog) return;
    dialog.showModal();
    const first = dialog.querySelector<HTMLElement>('[data-first], input:not([type=checkbox]), textarea');
    first?.focus();
    return () => {
      dialog.close();
      const back =
        opener instanceof HTMLElement && opener.isConnected && opener !== document.body
          ? opener
          : document.querySelector<HTMLElement>('.compose textarea, .log');
      back?.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={extra}
      aria-labelledby={bare ? undefined : id}
      aria-label={bare ? title : undefined}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onPointerDown={(e) => {
        const dialog = ref.current;
        if (dialog && e.target === dialog && outside(e, dialog)) onClose();
      }}
    >
      {!bare && (
        <header class="bar">
          <h2 class="grow" id={id}>
            {title}
          </h2>
          <Tool icon="close" label={t().close} onClick={onClose} />
        </header>
      )}
      {children}
    </dialog>
  );
}

/** A click on the ground hits the dialog itself, beyond its box. */
function outside(e: PointerEvent, dialog: HTMLElement): boolean {
  const box = dialog.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
}

interface AskProps {
  title: string;
  more: string;
  action: string;
  onDo: () => void;
  onClose: () => void;
}

/** One question before something that cannot be taken back. The focus is on Cancel. */
export const Ask = ({ title, more, action, onDo, onClose }: AskProps) => (
  <Dialog title={title} onClose={onClose}>
    <div class="body">
      <p>{more}</p>
    </div>
    <footer>
      <button class="btn" type="button" data-first onClick={onClose}>
        {t().cancel}
      </button>
      <button
        class="btn risk"
        type="button"
        onClick={() => {
          onClose();
          onDo();
        }}
      >
        {action}
      </button>
    </footer>
  </Dialog>
);
