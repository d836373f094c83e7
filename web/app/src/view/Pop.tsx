import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { menu } from '../model/ui.ts';
import { composing } from './keys.ts';

interface PopProps {
  /** What it belongs to: it stands below it, or above where there is no room. */
  at: Element;
  class: string;
  label: string;
  role: 'menu' | 'dialog';
  children: ComponentChildren;
}

const GAP = 4;
const EDGE = 8;

/** Something small that floats beside what it belongs to. Esc and a press outside close it; the focus returns to where it was. */
export function Pop({ at, class: extra, label, role, children }: PopProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const pop = ref.current;
    if (!pop) return;
    const box = at.getBoundingClientRect();
    const { offsetWidth: w, offsetHeight: h } = pop;
    const below = box.bottom + GAP + h <= innerHeight - EDGE;
    const top = below ? box.bottom + GAP : Math.max(EDGE, Math.min(box.top - GAP - h, innerHeight - EDGE - h));
    const left = Math.max(EDGE, Math.min(box.left + w <= innerWidth - EDGE ? box.left : box.right - w, innerWidth - EDGE - w));
    pop.style.setProperty('inset-block-start', `${top}px`);
    pop.style.setProperty('inset-inline-start', `${left}px`);
  });
  useEffect(() => {
    const pop = ref.current;
    const opener = document.activeElement;
    const first = pop?.querySelector<HTMLElement>('[data-first], [role^=menuitem]');
    first?.focus({ preventScroll: true });
    const outside = (e: Event) => {
      if (pop && !pop.contains(e.target as Node)) menu.value = undefined;
    };
    addEventListener('pointerdown', outside, true);
    return () => {
      removeEventListener('pointerdown', outside, true);
      const lost = document.activeElement === document.body || pop?.contains(document.activeElement);
      if (lost) (opener instanceof HTMLElement && opener.isConnected && opener !== document.body ? opener : document.querySelector<HTMLElement>('.compose textarea'))?.focus({ preventScroll: true });
    };
  }, []);
  const onKey = (e: KeyboardEvent) => {
    if (composing(e)) return;
    e.stopPropagation();
    if (e.key === 'Escape' || (e.key === 'Tab' && role === 'menu')) {
      e.preventDefault();
      menu.value = undefined;
    }
    if (role !== 'menu') return;
    const items = [...(ref.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
    const now = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    items.at(to % items.length)?.focus();
  };
  return (
    <div ref={ref} class={`pop ${extra}`} role={role} aria-label={label} onKeyDown={onKey}>
      {children}
    </div>
  );
}
