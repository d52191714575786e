/** Ad-hoc queries: created, running, done or failed or lost, by the clock alone. */
import type { QueryScript } from '../scripts/query-script';
import type { Fields } from './fields';

/** A query as stored. Its text is not kept. */
export interface Query {
  readonly id: string;
  /** Who may read it, and nobody else. */
  readonly creator: string;
  readonly createdAt: number;
  readonly script: Required<Omit<QueryScript, 'contains' | 'error'>> & Pick<QueryScript, 'error'>;
}

const usualPageRows = 100;
const usualExpiresMs = 3_600_000;
const usualRows = [{ result: 1 }];

/** The script of a query: the first that fits its text, with the usual values for what it leaves out. */
export function planQuery(
  text: string,
  { scripts, jobMs, rows = usualRows }: { scripts: readonly QueryScript[]; jobMs: number; rows?: readonly Fields[] },
): Query['script'] {
  const fits = ({ contains = '' }: QueryScript): boolean => text.toLowerCase().includes(contains.toLowerCase());
  const found = scripts.find(fits);
  return {
    status: found?.status ?? 'done',
    durationMs: found?.durationMs ?? jobMs,
    rows: found?.rows ?? rows,
    pageRows: found?.pageRows ?? usualPageRows,
    expiresMs: found?.expiresMs ?? usualExpiresMs,
    error: found?.error,
  };
}

/** The query's status at that time; results that expired are `unknown`, like those that were lost. */
export function queryStatusAt({ createdAt, script }: Query, now: number): QueryStatus {
  const passed = now - createdAt;
  if (passed < script.durationMs || script.status === 'running') return passed > 0 ? 'running' : 'created';
  if (script.status === 'done' && now >= expiryOf({ createdAt, script })) return 'unknown';
  return script.status;
}

/** What a query can be. */
export type QueryStatus = 'created' | 'running' | 'unknown' | 'done' | 'failed';

/** When a query's results are gone, in milliseconds since the epoch. */
export const expiryOf = ({ createdAt, script }: Pick<Query, 'createdAt' | 'script'>): number =>
  createdAt + script.durationMs + script.expiresMs;
