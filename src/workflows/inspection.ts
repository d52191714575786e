/** What the read-only workflows share: their activities, and how errors leave them. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { CompositeActivities } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import type { InspectionActivities } from '../contracts/inspection';
import { activityPrefix } from '../contracts/names';
import { createFailure } from './create-failure';

type Activities = Pick<CompositeActivities, 'listSyncs'> & InspectionActivities;

/**
 * A person waits for these reads, so they end after five minutes at the latest, unlike those of a run, which outlast an
 * outage of Polytomic.
 */
const options: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds', maximumAttempts: 5 },
};

function activity<N extends keyof Activities>(name: N, summary: string): Activities[N] {
  const all = proxyActivities<Record<string, (request: unknown) => Promise<unknown>>>({ ...options, summary });
  return all[activityPrefix + name] as Activities[N];
}

/** The activities, and what reads an input that may be anything. */
export const inspection = {
  listSyncs: activity('listSyncs', 'List the syncs'),
  readLastRuns: activity('readLastRuns', 'Read the last run of each'),
  checkSetup: activity('checkSetup', 'Check the set-up of the worker'),
  /** @throws `polytomic.InvalidInput`: a plain error here would retry the workflow task for ever */
  fieldsOf<T extends object>(input: T): T {
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
    const issues = [{ field: 'input', message: 'expected an object' }];
    throw createFailure({
      type: failureTypes.InvalidInput,
      message: 'input: expected an object',
      nonRetryable: true,
      details: [issues],
    });
  },
};

/** Callers see what went wrong, not the activity in which it did. Cancellation passes as it is. */
export async function unwrapActivityFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!isCancellation(error) && cause instanceof ApplicationFailure) throw cause;
    throw error;
  }
}
