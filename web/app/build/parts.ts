/**
 * The parts of the page that are loaded when they are wanted, by the files in them; everything else is `main`, the first load.
 * `zh` stands alone because it is imported alone.
 */
export const parts: Readonly<Record<'gate' | 'rare' | 'menus' | 'emoji' | 'words' | 'after' | 'zh', RegExp>> = {
  /** For somebody who is not signed in. */
  gate: /\/src\/(view\/(entry\.ts|(Gate|Insecure|Scene)\.tsx)|text\/en-gate\.ts|model\/register\.ts|css\/gate\.css)$/,
  /** What is wanted rarely is one file, loaded when the first of it is wanted. */
  rare: /\/src\/(view\/(rare\.ts|(Dialog|Dialogs|Keys|Palette|Panel|Password|Rules|Sessions|Settings)\.tsx)|css\/rare\.css)$/,
  /** Menus, and what they ask. */
  menus: /\/src\/(view\/(menus\.ts|(Menus|Pop)\.tsx)|css\/menus\.css)$/,
  /** The emoji picker and its data. */
  emoji: /\/src\/(view\/(emoji\.ts|Picker\.tsx)|model\/(emoji|recent)\.ts)$|^\0emoji$/,
  /** What gate and rare share, and the English texts that after brings too. */
  words: /\/src\/(text\/en-more\.ts|view\/(words\.ts|(Field|Languages)\.tsx)|css\/forms\.css)$/,
  /** What can wait until the page is on screen. */
  after: /\/src\/(model\/(after|chime|commands|notify|sync|update)\.ts|view\/(after\.ts|copied\.ts|(Banner|Nothing)\.tsx))$/,
  zh: /\/src\/text\/zh\.ts$/,
};

export type Part = keyof typeof parts | 'main';

/** The part that a file is in. */
export const partOf = (id: string): Part => (Object.entries(parts).find(([, files]) => files.test(id))?.[0] as Part | undefined) ?? 'main';
