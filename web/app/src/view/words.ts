/** What gate, panels and dialogs share, and the English texts of all that is not on the first screen. */
import forms from '../css/forms.css?url';
import { enMore } from '../text/en-more.ts';
import { addTexts } from '../text/text.ts';
import { styles } from './styles.ts';

addTexts(enMore);
await styles(forms);
