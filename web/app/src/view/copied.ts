/**
 * Copies the texts of what is selected in a conversation, in order, a line each: without times and names, and
 * with plain blanks.
 */
export function copied(e: ClipboardEvent): void {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !e.clipboardData) return;
  const texts: string[] = [];
  for (let i = 0; i < selection.rangeCount; i++) {
    const part = selection.getRangeAt(i).cloneContents();
    const found = part.querySelectorAll('.text');
    if (found.length === 0) texts.push(clean(part));
    else for (const text of found) texts.push(clean(text));
  }
  const all = texts.filter((text) => text !== '').join('\n');
  if (all === '') return;
  e.preventDefault();
  e.clipboardData.setData('text/plain', all);
}

function clean(part: Element | DocumentFragment): string {
  for (const mark of part.querySelectorAll('.meta, .sr, .acts, .who, .code .head')) mark.remove();
  return (part.textContent ?? '').replaceAll('\u00a0', ' ');
}
