/** `readSet`, `acquireSet`, `awaitSet`, `changeSet`, `releaseSet`: a workflow's way to its set's record. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import type { AcquiredSet, ProvisionActivities, SetRef } from '../../contracts/provision-activities';
import type { SetAnswer, SetRecord } from '../../contracts/provision-record';
import type { SetRecords } from './set-records';

/** Between two looks at a holder that somebody waits for. */
const lookEveryMs = 2_000;
/** Polytomic may go on working for so long on what a lost worker posted last. */
const effectWindowMs = 15 * 60_000;

type SetActivities = Pick<ProvisionActivities, 'readSet' | 'acquireSet' | 'awaitSet' | 'changeSet' | 'releaseSet'>;

/** Makes the activities. */
export function createSetActivities(records: SetRecords): SetActivities {
  return {
    async readSet(ref) {
      const record = await records.read(ref);
      // How the last run ended is for those who waited for it alone.
      return record && { ...record, last: null };
    },
    async acquireSet({ holder, ...ref }) {
      // Read first, as whoever asks for the lock starts a new record, which knows nothing of the old one.
      const recordLostAt = await records.endOfRecord(ref);
      const acquire = { type: 'acquire', holder, ...(recordLostAt !== null && { recordLostAt }) } as const;
      const answer = await records.change(ref, acquire);
      if (answer.state !== 'busy') return taken(answer);
      const end = await records.endOf(answer.holder);
      if (!end) return answer;
      const until = end.at === null ? null : new Date(Date.parse(end.at) + effectWindowMs).toISOString();
      const over = { token: answer.holder.token, until, lostAt: end.at ?? new Date().toISOString() };
      return taken(await records.change(ref, { ...acquire, over }));
    },
    async awaitSet({ token, ...ref }) {
      const context = Context.current();
      for (;;) {
        context.heartbeat();
        const record = await records.read(ref);
        if (record?.last?.token === token) return record.last;
        if (record?.holder?.token !== token) return null;
        if (await records.endOf(record.holder)) return null;
        await sleep(lookEveryMs, undefined, { signal: context.cancellationSignal });
      }
    },
    async changeSet({ message, ...ref }) {
      const { state } = await records.change(ref, message);
      return { state };
    },
    async releaseSet({ message, ...ref }) {
      const { state } = await records.change(ref, message);
      return { state };
    },
  };
}

function taken(answer: SetAnswer): AcquiredSet {
  if (answer.state === 'ok') {
    const { holder, lostAt = null } = answer.record;
    return { ...answer, takenOver: holder?.takenOver === true, lostAt };
  }
  if (answer.state === 'busy') return answer;
  const message = 'The record refused to be acquired';
  throw ApplicationFailure.create({ type: failureTypes.UnexpectedResponse, message });
}

/** Sends a message that only the holder of the lock may send. @throws ApplicationFailure `polytomic.SetBusy` */
export async function changeAsHolder(
  records: SetRecords,
  ref: Parameters<SetRecords['change']>[0],
  message: Parameters<SetRecords['change']>[1],
): Promise<Extract<Awaited<ReturnType<SetRecords['change']>>, { state: 'ok' }>> {
  const answer = await records.change(ref, message);
  if (answer.state === 'ok') return answer;
  throw takenAway(ref.set);
}

/** Whether this token still holds the lock: nothing is deleted for a run that has lost it. @throws ApplicationFailure */
export async function readAsHolder(
  records: SetRecords,
  { token, ...ref }: Parameters<SetRecords['change']>[0] & { token: string },
): Promise<SetRecord> {
  const record = await records.read(ref);
  if (record?.holder?.token !== token) throw takenAway(ref.set);
  return record;
}

/**
 * Right before a write: another run may have taken over the lock, or the workflow may have ended, which its activity
 * learns by the next heartbeat. @throws ApplicationFailure
 */
export async function beforeWrite(
  signal: AbortSignal,
  records: SetRecords,
  { organization, set, token }: SetRef & { token: string },
): Promise<void> {
  if (signal.aborted) {
    const message = 'The activity was cancelled before its next write';
    throw ApplicationFailure.create({ type: failureTypes.Unavailable, message });
  }
  await readAsHolder(records, { organization, set, token });
}

const takenAway = (set: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: failureTypes.SetBusy,
    nonRetryable: true,
    message: `Another run has taken over the set "${set}"`,
  });
