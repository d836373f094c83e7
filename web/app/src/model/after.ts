import { followNews } from './notify.ts';
import { followUpdates } from './update.ts';

/** What can wait until the page is on screen: notices, the title, the service worker. */
export function followTheRest(): void {
  followNews();
  void followUpdates();
}
