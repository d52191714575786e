/** The two kinds of syncs under one set of names, and what the emulator knows of their runs: the judge of every test. */
import type {
  EmulatorSync,
  ExecutionRecord,
  ExecutionScript,
  LoggedRequest,
  ModelSyncSeed,
} from '../../../src/testing';
import type { World } from './world';

/** The part of a world that syncs live in. */
type Emulated = Pick<World, 'emulator'>;

/** Both kinds, for `describe.each`. */
export const kinds = ['model', 'bulk'] as const;

/** One of {@link kinds}. */
export type Kind = (typeof kinds)[number];

/** The workflow that runs a sync of a kind. */
export const workflowOf = { model: 'runModelSync', bulk: 'runBulkSync' } as const;

/** A run that goes on until the test cancels it, which Polytomic shows as completed: however slow the machine, it lasts. */
export const endedByHand: ExecutionScript = { outcome: 'neverEnds', onCancel: 'complete', cancelMs: 0 };

/** Adds a sync of a kind. */
export function addSync({ emulator }: Emulated, kind: Kind, seed: ModelSyncSeed = {}): EmulatorSync {
  return kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed);
}

/** Path of a sync's runs, where they are started and listed. */
export function runsPath({ kind, id }: EmulatorSync): string {
  return kind === 'model' ? `/api/syncs/${id}/executions` : `/api/bulk/syncs/${id}/executions`;
}

/** Every run of a sync there ever was, oldest first. */
export function runsOf({ emulator }: Emulated, { id }: EmulatorSync): ExecutionRecord[] {
  return emulator.executions().filter(({ syncId }) => syncId === id);
}

/** Ends every run of a sync whose runs are {@link endedByHand}. */
export function endRunsOf(world: Emulated, sync: EmulatorSync): void {
  for (const { id } of runsOf(world, sync)) world.emulator.cancelRun(id);
}

/** Every request to start a run of a sync, oldest first. */
export function startsOf({ emulator }: Emulated, sync: EmulatorSync): LoggedRequest[] {
  return emulator.requests().filter(({ method, path }) => method === 'POST' && path === runsPath(sync));
}

/** Where syncs of a kind are created and listed. */
export const syncsPath = { model: '/api/syncs', bulk: '/api/bulk/syncs' } as const;

interface ListedSync {
  id: string;
  name: string;
  active: boolean;
}

/** The syncs that bear a name, as the emulator lists them on all its pages. */
export async function syncsNamed(
  { emulator }: Emulated,
  { kind, name }: { kind: Kind; name: string },
): Promise<ListedSync[]> {
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  const found: ListedSync[] = [];
  for (let token = ''; ;) {
    const answer = await fetch(`${emulator.url}${syncsPath[kind]}?page_token=${token}`, { headers });
    const page = (await answer.json()) as { data: ListedSync[] | null; pagination?: { next_page_token?: string } };
    found.push(...(page.data ?? []).filter((sync) => sync.name === name));
    token = page.pagination?.next_page_token ?? '';
    if (!token) return found;
  }
}

/** A create request of the API; the name makes it recognizable. */
export function toCreate({ emulator }: Emulated, kind: Kind, name: string): Readonly<Record<string, unknown>> {
  const id = emulator.addConnection().id;
  const fields = { model: [{ target: 'email' }], bulk: undefined }[kind];
  if (fields) return { name, mode: 'create', fields, schedule: {}, target: { connection_id: id } };
  return {
    name,
    mode: 'replicate',
    source_connection_id: id,
    destination_connection_id: id,
    destination_configuration: { schema: 'lake' },
    default_schedule: { frequency: 'manual' },
  };
}
