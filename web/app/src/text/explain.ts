import { ClientError, Code, Goodbye, Refusal } from '@parley/sdk';
import { t } from './text.ts';

/** The names of the codes, by their numbers: the texts of errors stand under them. */
const names = new Map<number, string>(Object.entries(Code).map(([name, code]) => [code, name]));

/** Says in the page's language what an error means and what to do. */
export function explain(error: unknown): string {
  if (error instanceof Refusal) {
    const name = names.get(error.code);
    // In the first moments of a page the texts of errors are not there yet.
    return (name && (t().errors as Readonly<Record<string, string>> | undefined)?.[name]) || t().errorOther;
  }
  if (error instanceof Goodbye) return t().noAnswer;
  if (error instanceof ClientError) return ['timeout', 'offline', 'interrupted', 'connection', 'silent'].includes(error.reason) ? t().noAnswer : t().errorOther;
  return t().errorOther;
}
