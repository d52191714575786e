/** The state machines against the emulator, whose clock their delays move. */
import { afterEach } from '@jest/globals';
import type {
  CreatedSync,
  CreateSyncItem,
  StartItem,
  StartedItem,
} from '../../../../src/contracts/composite-activities';
import type { SyncKind } from '../../../../src/contracts/sync-kind';
import { adapterFor } from '../../../../src/executions/adapter-for';
import { readBefore } from '../../../../src/executions/before';
import { createOnce } from '../../../../src/executions/create-once';
import { startOnce } from '../../../../src/executions/start';
import type { SyncAdapter } from '../../../../src/executions/sync-adapter';
import type { TryNote } from '../../../../src/executions/try-note';
import { createClient, type PolytomicClient } from '../../../../src/polytomic/client';
import { startEmulator, type Emulator, type EmulatorOptions, type EmulatorSync } from '../../../../src/testing';

const emulators: Emulator[] = [];

afterEach(async () => {
  await Promise.all(emulators.splice(0).map((emulator) => emulator.close()));
});

/** An emulator with one sync of the kind, and the adapter on it. */
export interface Stage {
  emulator: Emulator;
  client: PolytomicClient;
  adapter: SyncAdapter;
  sync: EmulatorSync;
}

/** How a stage differs from the usual. */
export interface StageOptions extends EmulatorOptions {
  apiVersion?: string;
  timeoutMs?: number;
}

/** Closed after the test. The clock stands still unless the options say otherwise. */
export async function stage(kind: SyncKind, options: StageOptions = {}): Promise<Stage> {
  const { apiVersion, timeoutMs = 5_000, ...rest } = options;
  const emulator = await startEmulator({ clock: 'manual', seed: { modelSyncs: [], bulkSyncs: [] }, ...rest });
  emulators.push(emulator);
  const sync = kind === 'model' ? emulator.addModelSync() : emulator.addBulkSync();
  const { url, apiKey } = emulator;
  const client = createClient({ url, apiKey, timeoutMs, ...(apiVersion !== undefined && { apiVersion }) });
  return { emulator, client, adapter: adapterFor(kind, client), sync };
}

/** Another sync of the stage's kind. */
export function addSync({ emulator, adapter }: Stage, seed: Record<string, unknown>): EmulatorSync {
  return adapter.kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed);
}

/** A start item as a workflow makes it from the sync's "before". */
export async function startItem({ adapter, sync }: Stage, changes: Partial<StartItem> = {}): Promise<StartItem> {
  const before = await readBefore(adapter, sync.id);
  return {
    kind: adapter.kind,
    syncId: sync.id,
    keys: ['start-key-1', 'start-key-2'],
    newestBefore: before.newest?.executionId ?? null,
    notBefore: before.serverTime,
    options: {},
    activate: false,
    ...changes,
  };
}

/** Steps until the start is done; each delay passes on the emulator's clock. */
export async function startThrough(
  { emulator, adapter }: Stage,
  item: StartItem,
  { unanswered = false }: { unanswered?: boolean } = {},
): Promise<StartedItem> {
  const takeStep = (note: TryNote | null): ReturnType<typeof startOnce> =>
    startOnce({
      ...{ adapter, item, note, now: () => emulator.clock.now(), onNote: () => undefined },
      unansweredTry: unanswered && note === null,
    });
  let step = await takeStep(null);
  while ('again' in step) {
    emulator.clock.advance(step.again.delayMs);
    step = await takeStep(step.again.note);
  }
  return step.done;
}

/** As {@link startThrough}, for a create. @throws the failure's type */
export async function createThrough({ emulator, adapter }: Stage, item: CreateSyncItem): Promise<CreatedSync> {
  const takeStep = (note: TryNote | null): ReturnType<typeof createOnce> =>
    createOnce({
      ...{ adapter, item, note, now: () => emulator.clock.now(), onNote: () => undefined },
      unansweredTry: false,
    });
  let step = await takeStep(null);
  while ('again' in step) {
    emulator.clock.advance(step.again.delayMs);
    step = await takeStep(step.again.note);
  }
  if ('failed' in step) throw new Error(step.failed.type);
  return step.done;
}
