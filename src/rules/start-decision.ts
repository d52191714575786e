/** Decides what to do with a sync before a start: start, wait for the run in progress, join it, or give up. */
import type { ResolvedRunOptions, StartOptions } from '../contracts/run-options';
import type { RunningExecution, SyncSnapshot } from '../contracts/sync-snapshot';
import type { ExecutionShape } from '../contracts/execution';

/** What to do next. `activate` says that the sync must be activated before the start. */
export type StartDecision =
  | { action: 'start'; activate: boolean }
  | { action: 'waitForOther' | 'attach' | 'skip' | 'failRunning'; running: RunningExecution }
  | { action: 'failInactive' | 'failProblems' };

type StartRules = Pick<ResolvedRunOptions, 'ifRunning' | 'startedAfter' | 'ifInactive' | 'start'>;

/** The one order of questions: a run in progress first (it may be all that is wanted), then whether a start can work. */
export function decideStart(snapshot: SyncSnapshot, rules: StartRules): StartDecision {
  const { running } = snapshot;
  if (running) {
    if (rules.ifRunning === 'skip') return { action: 'skip', running };
    if (rules.ifRunning === 'fail') return { action: 'failRunning', running };
    if (rules.ifRunning === 'attach' && mayAttach(running, rules)) return { action: 'attach', running };
  }
  if (snapshot.problems.length > 0) return { action: 'failProblems' };
  if (!snapshot.active && rules.ifInactive === 'fail') return { action: 'failInactive' };
  if (running) return { action: 'waitForOther', running };
  return { action: 'start', activate: !snapshot.active && rules.ifInactive === 'activate' };
}

function mayAttach(running: RunningExecution, rules: StartRules): boolean {
  return fitsRequest(running.shape, rules.start) && beganLateEnough(running, rules.startedAfter);
}

/** A run whose beginning is not told cannot be proved late enough; one that has not begun yet surely is. */
function beganLateEnough(running: RunningExecution, startedAfter: string | null): boolean {
  if (startedAfter === null) return true;
  const began = running.startedAt ?? running.createdAt;
  return began !== null && Date.parse(began) >= Date.parse(startedAfter);
}

/** Of sources that know no other, which need not say so. */
export const usualFetchMode = 'none';

/** True when the request asks for nothing but an ordinary run of everything. */
export function isPlainStart(options: StartOptions): boolean {
  return (
    !options.resync &&
    !options.test &&
    !options.identities?.length &&
    !options.sourceIdentities?.length &&
    !options.resyncMode &&
    (options.fetchMode ?? usualFetchMode) === usualFetchMode &&
    !options.schemas?.length
  );
}

/**
 * Whether a run found in progress is what the request asks for. A model sync's run shows no shape, so a plain request
 * fits any of them and one with options fits none.
 */
export function fitsRequest(shape: ExecutionShape | undefined, options: StartOptions): boolean {
  if (!shape) return isPlainStart(options);
  if (shape.isTest !== (options.test ?? false)) return false;
  if (shape.isResync !== (options.resync === true || options.resyncMode !== undefined)) return false;
  if (options.fetchMode && options.fetchMode !== (shape.fetchMode ?? usualFetchMode)) return false;
  return fitsSchemas(shape, options.schemas ?? []);
}

/** A request for all schemas fits only a run that is not partial; one for some schemas only a run of just these. */
function fitsSchemas(shape: ExecutionShape, wanted: string[]): boolean {
  if (wanted.length === 0) return !shape.isPartial;
  const covered = new Set(shape.schemas ?? []);
  return covered.size === new Set(wanted).size && wanted.every((schema) => covered.has(schema));
}
