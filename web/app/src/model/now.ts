import { signal } from '@preact/signals';
import { day } from '../text/when.ts';

/** The present, for what is shown of it: it moves when the day does, or the reader's zone. */
export const today = signal(Date.now());

/** Looks each minute, and when the page is seen again: a timer of a day does not survive sleep. */
export function followDays(): void {
  let zone = new Date().getTimezoneOffset();
  const look = () => {
    const offset = new Date().getTimezoneOffset();
    if (day(today.value) !== day(Date.now()) || offset !== zone) {
      zone = offset;
      today.value = Date.now();
    }
  };
  setInterval(look, 60_000);
  document.addEventListener('visibilitychange', look);
}
