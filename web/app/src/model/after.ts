import { runChord } from './commands.ts';
import { followDraftsElsewhere } from './sync.ts';
import { followNews } from './notify.ts';
import { chords } from './ui.ts';
import { followUpdates } from './update.ts';

/** What can wait until the page is on screen: the texts of errors, keys, notices, the title, the service worker. */
export function followTheRest(): void {
  chords.run = runChord;
  followDraftsElsewhere();
  followNews();
  void followUpdates();
}
