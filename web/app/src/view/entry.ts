/** The page of somebody who is not signed in, with what it needs. */
import css from '../css/gate.css?url';
import { enGate } from '../text/en-gate.ts';
import { addTexts } from '../text/text.ts';
import { styles } from './styles.ts';
import './words.ts';

addTexts(enGate);
await styles(css);

export { Gate } from './Gate.tsx';
