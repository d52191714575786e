/** `readSet`, `acquireSet`, `awaitSet`, `changeSet`: a workflow's way to its set's record. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import type { AcquiredSet, ProvisionActivities } from '../../contracts/provision-activities';
import type { SetAnswer } from '../../contracts/provision-record';
import type { SetRecords } from './set-records';

/** Between two looks at a holder that somebody waits for. */
const lookEveryMs = 2_000;

type SetActivities = Pick<ProvisionActivities, 'readSet' | 'acquireSet' | 'awaitSet' | 'changeSet'>;

/** Makes the activities. */
export function createSetActivities(records: SetRecords): SetActivities {
  return {
    readSet: (ref) => records.read(ref),
    async acquireSet({ holder, ...ref }) {
      const answer = await records.change(ref, { type: 'acquire', holder });
      if (answer.state !== 'busy') return taken(answer, false);
      if (!(await records.hasEnded(answer.holder))) return answer;
      return taken(await records.change(ref, { type: 'acquire', holder, over: answer.holder.token }), true);
    },
    async awaitSet({ token, ...ref }) {
      const context = Context.current();
      for (;;) {
        context.heartbeat();
        const record = await records.read(ref);
        if (record?.last?.token === token) return record.last;
        if (record?.holder?.token !== token) return null;
        if (await records.hasEnded(record.holder)) return null;
        await sleep(lookEveryMs, undefined, { signal: context.cancellationSignal });
      }
    },
    async changeSet({ message, ...ref }) {
      const { state } = await records.change(ref, message);
      return { state };
    },
  };
}

function taken(answer: SetAnswer, takenOver: boolean): AcquiredSet {
  if (answer.state === 'ok') return { ...answer, takenOver };
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
  throw ApplicationFailure.create({
    type: failureTypes.SetBusy,
    nonRetryable: true,
    message: `Another run has taken over the set "${ref.set}"`,
  });
}
