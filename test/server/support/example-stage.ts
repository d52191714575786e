/** What a test of an example begins with: a Polytomic, a Temporal, and copies of the example. */
import { startEmulator, type Emulator } from '../../../src/testing';
import { installForExamples, type ExampleProjects } from './example-project';
import { connectTemporal, type TemporalConnections } from './harness';

/** All of it. */
export interface ExampleStage {
  emulator: Emulator;
  temporal: TemporalConnections;
  projects: ExampleProjects;
  close(): Promise<void>;
}

/** Starts an emulator whose runs last a moment. @param others what the examples need besides the package */
export async function startExampleStage(others: readonly string[] = []): Promise<ExampleStage> {
  const [emulator, temporal, projects] = await Promise.all([
    startEmulator({ durationMs: 300 }),
    connectTemporal(),
    installForExamples(others),
  ]);
  const close = async (): Promise<void> => {
    await temporal.close();
    await emulator.close();
    await projects.remove();
  };
  return { emulator, temporal, projects, close };
}
