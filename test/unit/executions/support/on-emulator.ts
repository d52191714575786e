/** An adapter on an emulator. */
import { afterEach } from '@jest/globals';
import type { SyncKind } from '../../../../src/contracts/sync-kind';
import { adapterFor } from '../../../../src/executions/adapter-for';
import type { SyncAdapter } from '../../../../src/executions/sync-adapter';
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
