import { mergeConfig } from 'vitest/config';
import browser from './vitest.browser.config.ts';

/** Makes the pictures of the docs: `npm run pictures`. */
const config = mergeConfig(browser, {});
config.test!.include = ['browser/pictures.ts'];
export default config;
