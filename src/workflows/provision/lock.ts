/** Holds a set's lock around some work; the same work of another holder is waited for, and its outcome returned. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  sleep,
  TimeoutFailure,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { AcquiredSet, PreparedProvision } from '../../contracts/provision-activities';
import type { SetHolder, SetOutcome, SetRecord } from '../../contracts/provision-record';
import type { Fields } from '../../contracts/provision-spec';
import { lastWriteMs } from '../../rules/provision/apply-state';
import { canonicalJson } from '../../rules/provision/values';
import { truncateText } from '../../rules/quoted';
import { createFailure } from '../create-failure';
import type { ActivitySource } from './activities';

/** A result that is larger is not kept for others: they do the work again, and find it done. */
const maxKeptBytes = 100_000;

/** Polytomic may go on working for so long on a request that was not answered. */
const effectWindowMs = 15 * 60_000;

/** What the lock is held for. */
export interface LockRequest {
  prepared: PreparedProvision;
  activity: ActivitySource;
  mode: SetHolder['mode'];
  /** Milliseconds since the epoch: until then the lock is waited for. */
  deadline: number;
  onWaiting: (holder: SetHolder) => void;
}

type Holding = Pick<LockRequest, 'prepared' | 'activity'>;

/** What the record receives when the lock is released, whatever the work comes to. */
export interface Closing {
  /** Addresses of the syncs that had their first run. */
  ran: string[];
  /** Addresses whose creates are known to have had no effect. */
  unmade: string[];
  /** When a worker was lost whose last write may still take effect, RFC 3339. */
  lostAt?: string;
}

const nothingToTell = (): Closing => ({ ran: [], unmade: [] });

/** @throws ApplicationFailure `polytomic.SetBusy` where somebody else does something else. */
export async function withSet<T extends object>(
  request: LockRequest,
  work: (record: SetRecord, token: string, closing: Closing) => Promise<T>,
): Promise<T> {
  const { prepared, activity, mode, deadline, onWaiting } = request;
  const { organization, set, specHash, setup } = prepared;
  const { workflowId, runId } = workflowInfo();
  const token = uuid4();
  for (;;) {
    const since = new Date().toISOString();
    const holder: SetHolder = { token, workflowId, runId, specHash, mode, since };
    const answer = await acquire(request, holder);
    if (answer.state === 'ok') {
      return holding({ prepared, activity, token }, async (closing) => {
        if (answer.takenOver || answer.lostAt !== null) await letLastWriteEnd(answer.lostAt);
        return work(answer.record, token, closing);
      });
    }
    if (answer.holder.specHash !== specHash || answer.holder.mode !== mode) throw busy(set, answer.holder);
    onWaiting(answer.holder);
    const limitMs = deadline - Date.now();
    if (limitMs <= 0) throw busy(set, answer.holder, prepared.timeoutMs);
    const wait = activity('awaitSet', `Wait for ${answer.holder.workflowId}`, { setup, limitMs });
    const outcome = await wait({ organization, set, token: answer.holder.token }).catch((error: unknown) => {
      throw isOutOfTime(error) ? busy(set, answer.holder, prepared.timeoutMs) : error;
    });
    if (outcome?.result) return outcome.result as T;
    if (outcome?.failure) throw createFailure({ ...outcome.failure, nonRetryable: true });
  }
}

/** Temporal gave up an activity for its limit. */
export const isOutOfTime = (error: unknown): boolean =>
  error instanceof ActivityFailure && (error.retryState === 'TIMEOUT' || error.cause instanceof TimeoutFailure);

/**
 * An activity of a run that was lost, or of a worker that was, may still write, open intent or not: nothing is planned before
 * that has ended.
 */
async function letLastWriteEnd(lostAt: string | null): Promise<void> {
  const endsAt = (lostAt === null ? Date.now() : Date.parse(lostAt)) + lastWriteMs;
  if (endsAt > Date.now()) await sleep(endsAt - Date.now(), { summary: 'Let the last write of the lost run end' });
}

/** An acquisition that is cancelled may have taken effect: an inline caller would go on, and hold the lock for ever. */
async function acquire(request: LockRequest, holder: SetHolder): Promise<AcquiredSet> {
  const { prepared, activity, deadline } = request;
  const { organization, set } = prepared;
  const limitMs = deadline - Date.now();
  try {
    return await activity('acquireSet', `Lock the set ${set}`, { limitMs })({ organization, set, holder });
  } catch (error) {
    await release(request, { token: holder.token, result: null, failure: null }, nothingToTell());
    throw error;
  }
}

async function holding<T extends object>(
  { token, ...held }: Holding & { token: string },
  work: (closing: Closing) => Promise<T>,
): Promise<T> {
  const closing = nothingToTell();
  try {
    const result = await work(closing);
    const kept = canonicalJson(result).length <= maxKeptBytes ? (result as unknown as Fields) : null;
    await release(held, { token, result: kept, failure: null }, closing);
    return result;
  } catch (error) {
    await release(held, { token, result: null, failure: failureIn(error) }, closing);
    throw error;
  }
}

/** Never throws: what was done is done, and the lock of a run that has ended passes on. */
async function release({ prepared, activity }: Holding, outcome: SetOutcome, closing: Closing): Promise<void> {
  const { organization, set } = prepared;
  const at = new Date(Date.now() + effectWindowMs).toISOString();
  const message = { type: 'release', token: outcome.token, outcome, at, ...closing } as const;
  try {
    await CancellationScope.nonCancellable(() =>
      activity('releaseSet', `Release the set ${set}`)({ organization, set, message }),
    );
  } catch (error) {
    log.warn('The set could not be released', { set, reason: error instanceof Error ? error.message : 'unknown' });
  }
}

/** A cancellation is no outcome: whoever waits does the work. */
function failureIn(error: unknown): SetOutcome['failure'] {
  if (isCancellation(error) || !(error instanceof ApplicationFailure)) return null;
  return { type: error.type ?? failureTypes.ProvisioningFailed, message: truncateText(error.message, 1024) };
}

function busy(set: string, holder: SetHolder, waitedMs?: number): ApplicationFailure {
  const { workflowId, runId, mode, since } = holder;
  const late = waitedMs === undefined ? '' : `, longer than the timeout of ${Math.round(waitedMs / 1_000)} s`;
  return createFailure({
    type: failureTypes.SetBusy,
    nonRetryable: true,
    message: `The set "${set}" is busy: ${workflowId} (${mode}) holds it since ${since}${late}`,
    details: [{ workflowId, runId, mode, since }],
  });
}
