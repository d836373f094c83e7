const mac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of the key that commands begin with. */
export const mod = mac ? '⌘' : 'Ctrl';

/** While an input method composes, and for the Enter that ends it, a key belongs to the input method. */
export const composing = (e: KeyboardEvent): boolean => e.isComposing || e.keyCode === 229;

/** The letter of a key: by its sign, and by its place only where the sign is not Latin. */
function letter(e: KeyboardEvent): string {
  if (/^[\x21-\x7e]$/.test(e.key)) return e.key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(e.code);
  return place && e.key.length === 1 ? (place[1] ?? '').toLowerCase() : e.key;
}

/** The chord of a key, such as "mod+k", "alt+shift+ArrowDown" or "Escape". AltGr is not Ctrl Alt: it writes a sign. */
export function chord(e: KeyboardEvent): string {
  const graph = e.getModifierState?.('AltGraph') ?? false;
  const command = (mac ? e.metaKey : e.ctrlKey) && !graph;
  const alt = e.altKey && !graph;
  return `${command ? 'mod+' : ''}${alt ? 'alt+' : ''}${e.shiftKey && (command || alt || e.key.length > 1) ? 'shift+' : ''}${alt ? letterOfPlace(e) : letter(e)}`;
}

/** With Alt a Mac writes other signs, so the place counts. */
function letterOfPlace(e: KeyboardEvent): string {
  const place = /^Key([A-Z])$/.exec(e.code);
  return mac && place ? (place[1] ?? '').toLowerCase() : letter(e);
}
