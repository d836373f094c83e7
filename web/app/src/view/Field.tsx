import type { InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  error?: string;
  optional?: string;
  rows?: number;
  more?: InputHTMLAttributes<HTMLInputElement>;
}

/** A field with its label, and below it a hint or, in its place, what is wrong with the value. */
export function Field({ label, value, onValue, hint, error, optional, rows, more }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  const common = {
    class: 'input',
    id,
    value,
    'aria-invalid': error ? ('true' as const) : undefined,
    'aria-describedby': below ? `${id}d` : undefined,
  };
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="dim">{optional}</span>}
      </label>
      {rows ? (
        <textarea {...common} rows={rows} maxLength={more?.maxLength} onInput={(e) => onValue(e.currentTarget.value)} />
      ) : (
        <input {...common} {...more} onInput={(e) => onValue(e.currentTarget.value)} />
      )}
      {below && (
        <small id={`${id}d`} role={error ? 'alert' : undefined}>
          {below}
        </small>
      )}
    </div>
  );
}
