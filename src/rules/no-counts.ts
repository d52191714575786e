/** Counts of which nothing was reported. */
import type { RecordCounts } from '../contracts/execution';

export const noCounts: Readonly<RecordCounts> = {
  total: null,
  inserted: null,
  updated: null,
  upserted: null,
  deleted: null,
  errors: null,
  warnings: null,
};
