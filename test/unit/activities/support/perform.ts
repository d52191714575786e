/** Performs activities as Temporal would, without a server. */
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivitiesByName } from '../../../../src/hosting/create-activities';

/** An attempt other than the first. */
export interface AttemptOptions {
  info?: Partial<Info>;
  /** The worker's client of Temporal. Default: it has none. */
  client?: Client;
  /** Where its heartbeats are added to. */
  heartbeats?: unknown[];
  /** Told of the environment before it runs, to cancel it later. */
  onStart?: (environment: MockActivityEnvironment) => void;
}

/** An attempt so long after the activity was scheduled, by Temporal's clock. */
export function attemptAfter(ms: number, scheduledTimestampMs = Date.now()): Partial<Info> {
  return { scheduledTimestampMs, currentAttemptScheduledTimestampMs: scheduledTimestampMs + ms };
}

/** Performs one attempt of an activity, by its name without the prefix. */
export type Perform = (name: string, input: unknown, attempt?: AttemptOptions) => Promise<unknown>;

/** Performs these activities. */
export function performing(activities: ActivitiesByName): Perform {
  return async (name, input, { info, client, heartbeats = [], onStart } = {}) => {
    const activity = activities[`polytomic.${name}`];
    if (!activity) throw new Error(`There is no activity polytomic.${name}`);
    const options = client && { client };
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now(), ...info }, options);
    environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
    onStart?.(environment);
    return environment.run(activity, input);
  };
}
