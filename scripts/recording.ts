/** How a recording is made. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Emulator } from '../src/testing';

/** Where a recording plays. */
export interface Stage {
  client: Client;
  emulator: Emulator;
}

/** One history. */
export interface Recording {
  workflow: string;
  /** Prepares Polytomic and gives the workflow's arguments. */
  input: (stage: Stage) => unknown[];
  /** A workflow that has to have run before; it is not recorded. */
  before?: { workflow: string; input: unknown };
  /** Workflows whose histories are recorded too: their ids by the names of the files. */
  beside?: Record<string, string>;
  /** What happens to the workflow while it runs. */
  meanwhile?: (handle: WorkflowHandle) => Promise<unknown>;
}

/** Prepares Polytomic and gives the workflow's input. */
export type Input = (stage: Stage) => Record<string, unknown>;

/** A workflow with one argument. */
export const only = (workflow: string, input: Input): Recording => ({ workflow, input: (stage) => [input(stage)] });

/** Acts once the run is awaited, or looked for. */
export const once =
  (
    act: (handle: WorkflowHandle) => Promise<unknown>,
    activity: 'awaitExecutions' | 'awaitNextRun' | 'applyObjects' = 'awaitExecutions',
  ) =>
  async (handle: WorkflowHandle) => {
    const isAwaited = async (): Promise<boolean | undefined> =>
      (await handle.describe()).raw.pendingActivities?.some(
        ({ activityType }) => activityType?.name === `polytomic.${activity}`,
      );
    while (!(await isAwaited())) await sleep(200);
    await act(handle);
  };
