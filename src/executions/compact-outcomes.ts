/** Keeps the outcomes of a hundred tries below what a history takes: what was started must never be lost for its words. */
import type { ItemFailure } from '../contracts/item-failure';
import type { RunningExecution, SyncSnapshot } from '../contracts/sync-snapshot';
import type { ErrorText } from '../contracts/waits';
import { truncateText } from '../rules/quoted';
import { fits, type ListLimit } from './fitting';

/** What an outcome may hold that is long. */
interface AnyOutcome {
  type: string;
  failure?: ItemFailure;
  explanation?: SyncSnapshot | null;
  snapshot?: SyncSnapshot | null;
}

/** How much is kept of each outcome. */
interface Limits {
  name: number;
  problems: number;
  text: number;
  schemas: ListLimit;
}

/** Below the 256 KB of a payload. */
const maxBytes = 250 * 1024;
const maxSnapshot: Limits = { name: 1_000, problems: 5, text: 200, schemas: { most: 100, bytes: 4 * 1024 } };
/** Each limit in turn, until the outcomes fit; the last one leaves little but ids. */
const limits: readonly Limits[] = [maxSnapshot, { name: 60, problems: 1, text: 60, schemas: { most: 0, bytes: 0 } }];

/** As they are where they fit, else cut. With `omit`, no text that Polytomic wrote stands in their snapshots. */
export function fitOutcomes<O extends AnyOutcome>(outcomes: readonly O[], errorText: ErrorText): O[] {
  const allowed = outcomes.map((outcome) =>
    mapSnapshots(outcome, (one) => (errorText === 'omit' ? wordless(one) : one)),
  );
  return limits.reduce(
    (rest, limit) => (sizeOf(rest) <= maxBytes ? rest : rest.map((outcome) => cutOutcome(outcome, limit))),
    allowed,
  );
}

/** A snapshot that takes no more than a few kilobytes. */
export function compactSnapshot(snapshot: SyncSnapshot): SyncSnapshot {
  return cutSnapshot(snapshot, maxSnapshot);
}

const sizeOf = (outcomes: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(outcomes));

function mapSnapshots<O extends AnyOutcome>(outcome: O, map: (snapshot: SyncSnapshot) => SyncSnapshot): O {
  const { explanation, snapshot } = outcome;
  return {
    ...outcome,
    ...(explanation && { explanation: map(explanation) }),
    ...(snapshot && { snapshot: map(snapshot) }),
  };
}

function cutOutcome<O extends AnyOutcome>(outcome: O, limit: Limits): O {
  const { failure } = outcome;
  const cut = mapSnapshots(outcome, (snapshot) => cutSnapshot(snapshot, limit));
  if (!failure) return cut;
  const { type, message, nonRetryable } = failure;
  return { ...cut, failure: { type, message: truncateText(message, limit.text), nonRetryable } };
}

/** Any problem stops a run, so that at least one is kept. */
function cutSnapshot(snapshot: SyncSnapshot, { name, problems, text, schemas }: Limits): SyncSnapshot {
  const cut = (value: string | null): string | null => value && truncateText(value, text);
  return {
    ...snapshot,
    name: snapshot.name && truncateText(snapshot.name, name),
    problems: snapshot.problems
      .slice(0, problems)
      .map(({ code, message, path }) => ({ code: cut(code), message: cut(message), path: cut(path) })),
    running: snapshot.running && cutRun(snapshot.running, schemas),
  };
}

/** A run whose long list of schemas is left out is attached to by no request for some of them. */
function cutRun({ shape, ...run }: RunningExecution, limit: ListLimit): RunningExecution {
  if (!shape?.schemas || fits(shape.schemas, limit)) return { ...run, ...(shape && { shape }) };
  const { schemas: _tooMany, ...rest } = shape;
  return { ...run, shape: rest };
}

function wordless(snapshot: SyncSnapshot): SyncSnapshot {
  return { ...snapshot, problems: snapshot.problems.map(({ code, path }) => ({ code, message: null, path })) };
}
