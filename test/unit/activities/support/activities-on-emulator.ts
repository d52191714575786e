/** The activities of a worker against an emulator, each performed as Temporal would, without a server. */
import { afterEach } from '@jest/globals';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createPolytomicActivities } from '../../../../src/hosting/create-activities';
import type { PolytomicPluginOptions } from '../../../../src/settings/plugin-options';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../src/testing';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** What a test may choose. */
export interface ActivitiesOptions {
  emulator?: EmulatorOptions;
  plugin?: PolytomicPluginOptions;
}

/** An emulator and the activities that reach it. */
export interface Activities {
  emulator: Emulator;
  /** Performs one attempt of an activity, by its name without the prefix. Its heartbeats are added to `heartbeats`. */
  perform: (name: string, input: unknown, attempt?: AttemptOptions) => Promise<unknown>;
}

/** An attempt other than the first. */
export interface AttemptOptions {
  info?: Partial<Info>;
  heartbeats?: unknown[];
  /** Told of the environment before it runs, to cancel it later. */
  onStart?: (environment: MockActivityEnvironment) => void;
}

/** Starts the emulator; it ends with the test. */
export async function activitiesOnEmulator({ emulator: own, plugin }: ActivitiesOptions = {}): Promise<Activities> {
  const emulator = await startEmulator({ durationMs: 50, ...own });
  running.push(emulator);
  const { url, apiKey } = emulator;
  const activities = createPolytomicActivities({ url, apiKey, requestsPerMinute: 600, ...plugin });
  return {
    emulator,
    perform: async (name, input, { info, heartbeats = [], onStart } = {}) => {
      const activity = activities[`polytomic.${name}`];
      if (!activity) throw new Error(`There is no activity polytomic.${name}`);
      const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now(), ...info });
      environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
      onStart?.(environment);
      return environment.run(activity, input);
    },
  };
}

/** The failure that an attempt ends with. */
export async function failureOf(attempt: Promise<unknown>): Promise<ApplicationFailure> {
  const failure = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error(`An ApplicationFailure was expected, not ${String(failure)}`);
}
