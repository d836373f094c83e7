import { lang, t } from './text.ts';

/** Times as the reader sees them: their zone, their language, 24 hours. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = lang.value === 'zh' ? 'zh-CN' : 'en-GB';
  const key = `${locale} ${name} ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat(locale, options)));
  return f;
}

/** "14:12" */
export const clock = (time: number): string => format('clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time);

/** The day of a time, as a number that grows by one each day in the reader's zone. */
export function day(time: number): number {
  const d = new Date(time);
  return Math.round(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000);
}

/** The day line: "Today", "Thursday 26 November", with the year if it is not this one. */
export function dayLine(time: number, now: number): string {
  const ago = day(now) - day(time);
  if (ago === 0) return t().today;
  if (ago === 1) return t().yesterday;
  const thisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return thisYear
    ? format('day', { weekday: 'long', day: 'numeric', month: 'long' }).format(time).replace(',', '')
    : format('dayyear', { day: 'numeric', month: 'long', year: 'numeric' }).format(time);
}

/** In the list: "14:12" today, "Fri" within 7 days, then "24 Nov", with the year if it is not this one. */
export function brief(time: number, now: number): string {
  const ago = day(now) - day(time);
  if (ago <= 0) return clock(time);
  if (ago < 7) return format('weekday', { weekday: 'short' }).format(time);
  return new Date(time).getFullYear() === new Date(now).getFullYear()
    ? format('short', { day: 'numeric', month: 'short' }).format(time)
    : format('shortyear', { day: 'numeric', month: 'short', year: 'numeric' }).format(time);
}

/** For people: "14:12", "Friday 18:12", "24 November". */
export function long(time: number, now: number): string {
  const ago = day(now) - day(time);
  if (ago <= 0) return clock(time);
  if (ago < 7) return `${format('weekdaylong', { weekday: 'long' }).format(time)} ${clock(time)}`;
  return format('date', { day: 'numeric', month: 'long', ...(new Date(time).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }) }).format(
    time,
  );
}
