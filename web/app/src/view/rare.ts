/** What is wanted rarely, in one file that is loaded with the first of it. */
export { Dialogs } from './Dialogs.tsx';
export { Keys } from './Keys.tsx';
export { Palette } from './Palette.tsx';
export { Panel } from './Panel.tsx';
export { Settings } from './Settings.tsx';
