/** Holds a set's lock around some work; the same work of another holder is waited for, and its outcome returned. */
import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { AcquiredSet, PreparedProvision } from '../../contracts/provision-activities';
import type { SetHolder, SetOutcome, SetRecord } from '../../contracts/provision-record';
import type { Fields } from '../../contracts/provision-spec';
import { lastWriteMs } from '../../rules/provision/apply-state';
import { canonicalJson } from '../../rules/provision/values';
import { provisionActivity } from './activities';

/** A result that is larger is not kept for others: they do the work again, and find it done. */
const maxKeptBytes = 100_000;

/** Polytomic may go on working for so long on a request that was not answered. */
const effectWindowMs = 15 * 60_000;

const hasOpenIntents = ({ intents }: SetRecord): boolean => Object.keys(intents).length > 0;

/** What the lock is held for. */
export interface LockRequest {
  prepared: PreparedProvision;
  mode: SetHolder['mode'];
  onWaiting: (holder: SetHolder) => void;
}

/** @throws ApplicationFailure `polytomic.SetBusy` where somebody else does something else. */
export async function withSet<T extends object>(
  { prepared, mode, onWaiting }: LockRequest,
  work: (record: SetRecord, token: string) => Promise<T>,
): Promise<T> {
  const { organization, set, specHash, setup } = prepared;
  const { workflowId, runId } = workflowInfo();
  const token = uuid4();
  for (;;) {
    const since = new Date().toISOString();
    const holder: SetHolder = { token, workflowId, runId, specHash, mode, since };
    const answer = await acquire(prepared, holder);
    if (answer.state === 'ok') {
      return holding({ prepared, token }, async () => {
        if (answer.takenOver && hasOpenIntents(answer.record))
          await sleep(lastWriteMs, { summary: 'Let the last write of the lost run end' });
        return work(answer.record, token);
      });
    }
    if (answer.holder.specHash !== specHash || answer.holder.mode !== mode) throw busy(set, answer.holder);
    onWaiting(answer.holder);
    const wait = provisionActivity('awaitSet', `Wait for ${answer.holder.workflowId}`, setup);
    const outcome = await wait({ organization, set, token: answer.holder.token });
    if (outcome?.result) return outcome.result as T;
    if (outcome?.failure) throw ApplicationFailure.create({ ...outcome.failure, nonRetryable: true });
  }
}

/** An acquisition that is cancelled may have taken effect: an inline caller would go on, and hold the lock for ever. */
async function acquire(prepared: PreparedProvision, holder: SetHolder): Promise<AcquiredSet> {
  const { organization, set } = prepared;
  try {
    return await provisionActivity('acquireSet', `Lock the set ${set}`)({ organization, set, holder });
  } catch (error) {
    await release(prepared, { token: holder.token, result: null, failure: null });
    throw error;
  }
}

async function holding<T extends object>(
  { prepared, token }: { prepared: PreparedProvision; token: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    const kept = canonicalJson(result).length <= maxKeptBytes ? (result as unknown as Fields) : null;
    await release(prepared, { token, result: kept, failure: null });
    return result;
  } catch (error) {
    await release(prepared, { token, result: null, failure: failureIn(error) });
    throw error;
  }
}

/** Never throws: what was done is done, and the lock of a run that has ended passes on. */
async function release({ organization, set }: PreparedProvision, outcome: SetOutcome): Promise<void> {
  const at = new Date(Date.now() + effectWindowMs).toISOString();
  const message = { type: 'release', token: outcome.token, outcome, at } as const;
  try {
    await CancellationScope.nonCancellable(() =>
      provisionActivity('releaseSet', `Release the set ${set}`)({ organization, set, message }),
    );
  } catch (error) {
    log.warn('The set could not be released', { set, reason: error instanceof Error ? error.message : 'unknown' });
  }
}

/** A cancellation is no outcome: whoever waits does the work. */
function failureIn(error: unknown): SetOutcome['failure'] {
  if (isCancellation(error) || !(error instanceof ApplicationFailure)) return null;
  return { type: error.type ?? failureTypes.ProvisioningFailed, message: error.message.slice(0, 1024) };
}

function busy(set: string, holder: SetHolder): ApplicationFailure {
  const { workflowId, runId, mode, since } = holder;
  return ApplicationFailure.create({
    type: failureTypes.SetBusy,
    nonRetryable: true,
    message: `The set "${set}" is busy: ${workflowId} (${mode}) holds it since ${since}`,
    details: [{ workflowId, runId, mode, since }],
  });
}
