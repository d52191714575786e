/** The activities of a worker against an emulator, each performed as Temporal would, without a server. */
import { afterEach } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { createPolytomicActivities } from '../../../../src/hosting/create-activities';
import type { PolytomicPluginOptions } from '../../../../src/settings/plugin-options';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../src/testing';
import { performing, type Perform } from './perform';

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
  perform: Perform;
}

/** Starts the emulator; it ends with the test. */
export async function activitiesOnEmulator({ emulator: own, plugin }: ActivitiesOptions = {}): Promise<Activities> {
  const emulator = await startEmulator({ durationMs: 50, ...own });
  running.push(emulator);
  const { url, apiKey } = emulator;
  const activities = createPolytomicActivities({ url, apiKey, requestsPerMinute: 600, ...plugin });
  return { emulator, perform: performing(activities) };
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
