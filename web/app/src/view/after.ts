/** What can wait until the page is on screen. */
import './words.ts';

export { Banner } from './Banner.tsx';
export { copied } from './copied.ts';
export { Nothing } from './Nothing.tsx';
export { followTheRest } from '../model/after.ts';
