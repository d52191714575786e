/** examples/opentelemetry: the trace of a caller reaches Polytomic's request and the audit log. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/testing';
import { installForExamples, type ExampleProject, type ExampleProjects } from './support/example-project';
import { temporalAddress } from './support/harness';
import type { NodeProcess } from './support/node-process';

const tracing = ['api', 'context-async-hooks', 'resources', 'sdk-trace-base'].map((name) => `@opentelemetry/${name}`);

let emulator: Emulator;
let projects: ExampleProjects;
let example: ExampleProject;
let worker: NodeProcess;

beforeAll(async () => {
  emulator = await startEmulator({ durationMs: 300 });
  projects = await installForExamples(['@temporalio/interceptors-opentelemetry', ...tracing]);
  example = await projects.add('opentelemetry', {
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
  });
  await projects.checkTypes();
  worker = await example.start('worker');
});
afterAll(async () => {
  await worker?.end('SIGKILL');
  await emulator.close();
  await projects.remove();
});

it("a caller's trace id is in the header of the start and in the audit log", async () => {
  const { id } = emulator.addBulkSync();
  const printed = await example.run('start', id);
  const [, traceId] = /^trace ([0-9a-f]{32})$/m.exec(printed) ?? [];
  const [start] = emulator.requests().filter(({ operation }) => operation === 'bulkSync.start');
  expect(start?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  const { stdout } = await worker.end('SIGTERM');
  const [audit = ''] = /^audit .*bulkSync\.start.*$/m.exec(stdout) ?? [];
  expect(audit).toContain(`"traceId":"${traceId}"`);
});
