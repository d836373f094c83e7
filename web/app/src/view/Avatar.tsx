const han = /^\p{Script=Han}+$/u;
const graphemes = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter() : undefined;

/** The letter of an avatar: the first character, of two or three hanzi the last. */
export function letter(name: string): string {
  const all = graphemes ? Array.from(graphemes.segment(name.trim()), (s) => s.segment) : [...name.trim()];
  const one = (all.length === 2 || all.length === 3) && han.test(name.trim()) ? all[all.length - 1] : all[0];
  return (one ?? '?').toLocaleUpperCase();
}

interface AvatarProps {
  id: number;
  name: string;
  group?: boolean;
  size?: 's' | 'm' | 'l';
  /** Presence: a filled dot, a ring, or nothing where it is not known. */
  online?: boolean | undefined;
}

/** A person is a circle, a group a rounded square. It says nothing to a screen reader: the name stands beside it. */
export const Avatar = ({ id, name, group, size, online }: AvatarProps) => (
  <span class={`av${group ? ' group' : ''}${size ? ` ${size}` : ''}`} data-h={id % 8} aria-hidden="true" translate={false}>
    {letter(name)}
    {online !== undefined && <i class={online ? 'dot' : 'dot off'} />}
  </span>
);
