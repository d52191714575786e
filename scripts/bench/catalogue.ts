/** The runs that every side waits for: the same ones for each, half of model syncs, half of bulk syncs. */
import { randomUUID } from 'node:crypto';
import type { UsualDuration } from '../../src/contracts/sync-snapshot';
import type { SyncKind, SyncRef } from '../../src/contracts/sync-kind';
import type { Emulator } from '../../src/testing';
import { seeded } from '../../test/unit/watcher/simulation/watched';

const pastRuns = 10;

/** A sync by the lengths of its runs, in milliseconds. */
export interface Job {
  kind: SyncKind;
  durationMs: number;
  /** Of its past runs. */
  past: number[];
}

/** What a catalogue is made of. */
export interface CatalogueOptions {
  waits: number;
  medianMs: number;
  /** Standard deviation of the durations' logarithm: 0.15 means that they vary by about 15 %. */
  sigma: number;
  seed: number;
}

/** The same for the same options. */
export function createCatalogue({ waits, medianMs, sigma, seed }: CatalogueOptions): Job[] {
  const random = seeded(seed);
  const duration = (): number => varied(medianMs, { sigma, random });
  return Array.from({ length: waits }, (_, index) => ({
    kind: (index + seed) % 2 === 0 ? 'model' : 'bulk',
    durationMs: duration(),
    past: Array.from({ length: pastRuns }, duration),
  }));
}

/** A length around that one, lognormal. */
export const varied = (medianMs: number, { sigma, random }: { sigma: number; random: () => number }): number =>
  Math.round(medianMs * Math.exp(sigma * normal(random)));

/** Adds a sync for each job, past runs included; in an organization of that name, if one is given. */
export function plant(emulator: Emulator, jobs: readonly Job[], organization = 'default'): SyncRef[] {
  return jobs.map(({ kind, durationMs, past }) => {
    const executions = past.map((lasted, index) =>
      pastRun(emulator.clock.now() - (past.length - index) * dayMs, lasted),
    );
    const seed = { durationMs, executions, organization };
    const { id } = kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed);
    return { kind, syncId: id };
  });
}

/** What is learnt from a job's past runs. */
export function usualOf({ past }: Job): UsualDuration {
  const logs = past.map(Math.log);
  const mean = average(logs);
  return {
    medianMs: Math.exp(mean),
    sigma: Math.sqrt(average(logs.map((log) => (log - mean) ** 2))),
    runs: past.length,
  };
}

const dayMs = 86_400_000;

function pastRun(createdAt: number, lasted: number): Record<string, unknown> {
  const created = new Date(createdAt).toISOString();
  const completed = new Date(createdAt + lasted).toISOString();
  return { id: randomUUID(), status: 'completed', created_at: created, started_at: created, completed_at: completed };
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
