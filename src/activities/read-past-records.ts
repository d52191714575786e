/** `readPastRecords`: how many records the runs before some runs had. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { ItemFailure } from '../contracts/item-failure';
import type { PastRecords, PastRecordsItem } from '../contracts/past-records';
import { adapterFor } from '../executions/adapter-for';
import { readPastRecords } from '../executions/past-records';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { isPolytomicError, type PolytomicError } from '../polytomic/errors';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { toItemFailure } from './failure';
import { startHeartbeats } from './heartbeats';
import { inParallel } from './in-parallel';
import { nextRetryDelay } from './next-retry-delay';
import { retryably } from './retryably';

const maxItems = 20;
/** Requests under way at once. */
const maxParallel = 10;
/** So that a lost worker is noticed soon: the run's result waits for this. */
const heartbeatMs = 10_000;

/**
 * Makes the activity. An error of one item is returned for it; where nothing could be read, and may be later, it throws, so
 * that Temporal waits before the next try.
 */
export function createReadPastRecords(deps: ActivityDependencies): CompositeActivities['readPastRecords'] {
  return async ({ organization: name, items }) => {
    if (items.length > maxItems) throw tooManyItems(items.length);
    const organization = retryably(() => {
      const found = organizationOf(deps, name, 'readPastRecords');
      for (const { kind } of items) requireSteps(found, kind, ['read']);
      return found;
    });
    const { client } = organization;
    const context = Context.current();
    const errors: PolytomicError[] = [];
    const read = async (item: PastRecordsItem): Promise<PastRecords> => {
      try {
        const signal = context.cancellationSignal;
        const records = await readPastRecords(adapterFor(item.kind, client), item, { signal });
        return records === null ? { type: 'unlisted' } : { type: 'read', records };
      } catch (error) {
        if (!isPolytomicError(error)) throw error;
        errors.push(error);
        return { type: 'unread', failure: failureOf(error) };
      }
    };
    const stopHeartbeats = startHeartbeats(context, heartbeatMs, () => items.length, client.clock);
    try {
      const found = await inParallel(items, maxParallel, read);
      const [error] = errors;
      const isInTrouble = errors.length === items.length && errors.every((one) => !failureOf(one).nonRetryable);
      if (error && isInTrouble) throw toRetried(error);
      return found;
    } finally {
      stopHeartbeats();
    }
  };
}

/** A gateway's refusal says nothing of the runs. */
function failureOf(error: PolytomicError): ItemFailure {
  const failure = toItemFailure(error);
  return error.gateway ? { ...failure, nonRetryable: false } : failure;
}

function toRetried(error: PolytomicError): ApplicationFailure {
  return ApplicationFailure.create({ ...failureOf(error), details: [], ...nextRetryDelay(error.retryAfterMs) });
}

function tooManyItems(count: number): InvalidInputError {
  return new InvalidInputError('readPastRecords', [
    { field: 'items', message: `expected at most ${maxItems} runs, got ${count}` },
  ]);
}
