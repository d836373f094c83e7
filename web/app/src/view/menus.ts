/** Menus and what they ask: loaded with the first of them. */
import css from '../css/menus.css?url';
import { styles } from './styles.ts';
import './rare.ts';

await styles(css);

export { Menus } from './Menus.tsx';
