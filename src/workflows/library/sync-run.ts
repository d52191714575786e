/** One run of one sync: from what was found before, through start and wait, to its ended executions. */
import { log, sleep } from '@temporalio/workflow';
import type {
  CancelledItem,
  PreparedRuns,
  ResolvedRunOptions,
  RunningExecution,
  StartItem,
  StartedItem,
  StartOptions,
  SyncBefore,
} from '../../contracts/composite-activities';
import type { AwaitExecutionsRequest, FailedBefore, SettledExecution } from '../../contracts/waits';
import type { Execution } from '../../contracts/execution';
import { lateAfterMs } from '../../rules/lateness';
import { decideStart } from '../../rules/start-decision';
import { awaitExecutions, startExecutions } from './composites';
import * as failures from './failures';
import { drawKeys } from './keys';
import type { ProgressTracker } from './progress';
import { RunTelling } from './run-telling';
import { readItem, stopRuns } from './stop-runs';

/** A run that ended, or was not wanted as another one is in progress. */
export type Obtained =
  { execution: Execution; attached: boolean; next: SyncBefore | undefined } | { skippedFor: RunningExecution };

type Rules = Pick<ResolvedRunOptions, 'ifRunning' | 'startedAfter' | 'ifInactive' | 'start'>;
type Watched = Pick<RunningExecution, 'executionId' | 'createdAt'> & {
  status?: string;
  startedAt?: string | null;
  ended?: boolean;
};

/** What this run has to do with Polytomic at the moment; decides what a cancellation or timeout may touch. */
type Stake =
  | { type: 'none' }
  | { type: 'own'; item: StartItem; executionId: string | null }
  | { type: 'attached'; executionId: string }
  | { type: 'other'; executionId: string };

/** Drives the runs that one call of a workflow function wants of one sync, one after the other. */
export class SyncRun {
  #keys: string[];
  #stake: Stake = { type: 'none' };
  readonly telling: RunTelling;
  /** Names the waits of this run among those of the workflow. */
  readonly #waiter: string;

  constructor(
    readonly prepared: PreparedRuns,
    keys: string[],
    readonly progress: ProgressTracker,
  ) {
    this.telling = new RunTelling(prepared);
    this.#keys = keys;
    this.#waiter = keys[0] ?? '';
  }

  /** The execution that this run awaits (its own, one it attached to, or one it waits out); null while none is known. */
  get executionId(): string | null {
    return this.#stake.type === 'none' ? null : this.#stake.executionId;
  }

  get stake(): Stake['type'] {
    return this.#stake.type;
  }

  /** Goes on until a run as asked has ended. `again` says that another may follow, which needs a fresh "before". */
  async obtain(before: SyncBefore, rules: Rules, again: boolean): Promise<Obtained> {
    for (let current = before; ;) {
      const decision = decideStart(current, rules);
      switch (decision.action) {
        case 'skip':
          return { skippedFor: decision.running };
        case 'failRunning':
          throw failures.alreadyRunning(current, decision.running.executionId);
        case 'failInactive':
          throw failures.inactive(current);
        case 'failProblems':
          throw failures.hasProblems(current);
        case 'attach':
          return this.attach(decision.running, current, again);
        case 'waitForOther':
          current = await this.#waitOut(decision.running, current);
          break;
        case 'start': {
          const started = await this.#start(current, rules.start, decision.activate);
          if (started.state === 'started') return this.#follow(started, { before: current, attached: false, again });
          current = started.before;
        }
      }
    }
  }

  /** Waits for a run that somebody else started, which is never cancelled. */
  async attach(run: Watched, before: SyncBefore, again = false): Promise<Extract<Obtained, { attached: boolean }>> {
    this.#stake = { type: 'attached', executionId: run.executionId };
    return this.#follow(run, { before, attached: true, again });
  }

  /** Cancels the run, if it is this workflow's own, or only reads it a last time. Null when there is nothing to do. */
  async settle(cancel: boolean): Promise<CancelledItem | null> {
    const stake = this.#stake;
    if (stake.type === 'none' || stake.type === 'other') return null;
    this.progress.enter('cancelling', stake.executionId ? { executionId: stake.executionId } : {});
    const { kind, organization, setup, options } = this.prepared;
    const { errorText } = options;
    const found = stake.type === 'own' ? stake.item : readItem({ kind, syncId: this.#syncId, executionId: null });
    const item = { ...found, executionId: stake.executionId, cancel: cancel && stake.type === 'own' };
    const [settled] = await stopRuns({ organization, items: [item], timeoutMs: setup.cancelTimeoutMs, errorText });
    return settled ?? null;
  }

  get #syncId(): string {
    return this.progress.current.syncId ?? '';
  }

  async #start(
    before: SyncBefore,
    options: StartOptions,
    activate: boolean,
  ): Promise<Extract<StartedItem, { state: 'started' | 'refused' }>> {
    const { kind, syncId, serverTime } = before;
    const newestBefore = before.newest?.executionId ?? null;
    const item = { kind, syncId, keys: this.#keys, newestBefore, notBefore: serverTime, options, activate };
    this.#keys = drawKeys();
    this.#stake = { type: 'own', item, executionId: null };
    this.progress.enter('starting');
    const [started] = await startExecutions({ organization: this.prepared.organization, items: [item] });
    if (started?.state === 'started') {
      this.#stake = { type: 'own', item, executionId: started.executionId };
      return started;
    }
    this.#stake = { type: 'none' };
    if (started?.state === 'refused') return started;
    throw failures.itemFailure(started?.failure ?? { ...noAnswer });
  }

  async #follow(
    run: Watched,
    { before, attached, again }: { before: SyncBefore; attached: boolean; again: boolean },
  ): Promise<Extract<Obtained, { attached: boolean }>> {
    const { executionId, status } = run;
    this.progress.enter('running', { executionId, ...(status === undefined ? {} : { status }) });
    const { end, next } = await this.#wait(run, before, again);
    this.#stake = { type: 'none' };
    if (end.state === 'lost') throw failures.itemFailure(end.failure);
    return { execution: end.execution, attached, next };
  }

  /** Waits until someone else's run is over, however it ends or vanishes, and reads what is true then. */
  async #waitOut(run: RunningExecution, before: SyncBefore): Promise<SyncBefore> {
    this.#stake = { type: 'other', executionId: run.executionId };
    this.progress.enter('waitingForOther', { executionId: run.executionId, status: run.status });
    const { next, failed } = await this.#wait(run, before, true);
    this.#stake = { type: 'none' };
    if (!next) throw failures.itemFailure(failed?.failure ?? { ...noAnswer });
    return next;
  }

  /** A wait costs the same whatever it lasts: one activity, and one more when the run turns late. */
  async #wait(run: Watched, before: SyncBefore, again: boolean): Promise<Waited> {
    const { kind, syncId, usual } = before;
    const { organization, setup, options } = this.prepared;
    const lateAfter = run.ended ? null : lateAfterMs(options.warnAfter, usual);
    const request: AwaitExecutionsRequest = {
      organization,
      waiter: this.#waiter,
      executions: [{ kind, syncId, executionId: run.executionId, createdAt: run.createdAt, usual }],
      deadline: lateAfter === null ? null : new Date(beginningOf(run) + lateAfter).toISOString(),
      lingerMs: 0,
      upNext: again ? [{ kind, syncId }] : [],
      errorText: options.errorText,
    };
    for (let unreadMs = 1_000; ;) {
      const { settled, upNext, failedBefores } = await awaitExecutions(setup)(request);
      const [end] = settled;
      const [failed] = failedBefores ?? [];
      // The end is known; what comes after it is read until that is possible, or will never be.
      if (end && (!failed || failed.failure.nonRetryable)) return { end, next: upNext[0], ...(failed && { failed }) };
      if (end) {
        await sleep(unreadMs);
        unreadMs = Math.min(2 * unreadMs, 60_000);
        continue;
      }
      request.deadline = null;
      this.progress.markLate();
      this.telling.late({ kind, syncId, name: before.name, executionId: run.executionId });
      log.warn('A sync runs later than usual', { kind, syncId, executionId: run.executionId, lateAfterMs: lateAfter });
    }
  }
}

interface Waited {
  end: SettledExecution;
  next?: SyncBefore;
  /** Why it is not told what comes next. */
  failed?: FailedBefore;
}

/** A run that was found in progress may be late already. */
function beginningOf({ startedAt, createdAt }: Watched): number {
  const began = Date.parse(startedAt ?? createdAt ?? '');
  return Number.isNaN(began) ? Date.now() : Math.min(began, Date.now());
}

const noAnswer = {
  type: 'polytomic.UnexpectedResponse',
  message: 'An activity answered without the sync it was asked for',
  nonRetryable: false,
} as const;
