/** An icon of the sprite in the page. It says nothing to a screen reader: the control beside it does. */
export const Icon = ({ name, small, spin }: { name: string; small?: boolean; spin?: boolean }) => (
  <svg class={`icon${small ? ' s' : ''}${spin ? ' spin' : ''}`} aria-hidden="true">
    <use href={`#i-${name}`} />
  </svg>
);

export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <use href="#mark" />
  </svg>
);

interface ToolProps {
  icon: string;
  label: string;
  onClick?: (e: MouseEvent) => void;
  class?: string;
  pressed?: boolean;
  disabled?: boolean;
  type?: 'button' | 'submit';
  small?: boolean;
}

/** A button that is an icon. */
export const Tool = ({ icon, label, onClick, class: extra, pressed, disabled, type = 'button', small }: ToolProps) => (
  <button class={`tool${extra ? ` ${extra}` : ''}`} type={type} aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
    <Icon name={icon} small={small === true} />
  </button>
);
