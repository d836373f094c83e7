import { useEffect, useState } from 'preact/hooks';

/** Stands only if what it waits for takes longer than 250 ms. */
export function Late({ class: name, label }: { class: string; label: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <li class={name}>
      <i />
      <i />
      <i />
      <span class="sr" role="status">
        {label}
      </span>
    </li>
  );
}
