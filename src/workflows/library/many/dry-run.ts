/** What a fan-out would do. */
import type { FanOutResult } from '../../../contracts/fan-out-result';
import type { PreparedRuns } from '../../../contracts/composite-activities';
import type { ResolvedFanOut } from '../../../contracts/prepared-fan-out';
import { costOf } from '../../../rules/fan-out-cost';
import type { FanOutSource } from './fan-out-source';
import type { Tally } from './tally';

/** Syncs named in the result: what fits into it. */
const mostListed = 1_000;

/** Reads the first window of the list; starts nothing. */
export async function planOf(parts: {
  prepared: PreparedRuns;
  fanOut: ResolvedFanOut;
  source: FanOutSource;
  tally: Tally;
}): Promise<FanOutResult> {
  const { prepared, fanOut, source, tally } = parts;
  await source.load();
  const jobs = [...source.available()].slice(0, mostListed);
  const total = source.total ?? 0;
  return {
    total,
    ...tally.counts,
    failures: tally.failures,
    listComplete: source.complete,
    dryRun: {
      syncs: jobs.map(({ syncId, name }) => ({ syncId, name: name ?? '' })),
      ...costOf(prepared.kind, total, fanOut.maxConcurrent),
    },
  };
}
