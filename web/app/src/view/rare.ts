/** What is wanted rarely, in one file that is loaded with the first of it. */
import css from '../css/rare.css?url';
import { styles } from './styles.ts';
import './words.ts';

await styles(css);
export { Dialogs } from './Dialogs.tsx';
export { Keys } from './Keys.tsx';
export { Palette } from './Palette.tsx';
export { Panel } from './Panel.tsx';
export { Settings } from './Settings.tsx';
