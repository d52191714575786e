/** examples/opentelemetry: the trace of a caller reaches Polytomic's request and the audit log. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/testing';
import type { ExampleProject } from './support/example-project';
import { startExampleStage, type ExampleStage } from './support/example-stage';
import { temporalAddress } from './support/harness';
import type { NodeProcess } from './support/node-process';

const tracing = ['api', 'context-async-hooks', 'resources', 'sdk-trace-base'].map((name) => `@opentelemetry/${name}`);

let emulator: Emulator;
let stage: ExampleStage;
let example: ExampleProject;
let worker: NodeProcess;

beforeAll(async () => {
  stage = await startExampleStage(['@temporalio/interceptors-opentelemetry', ...tracing]);
  ({ emulator } = stage);
  example = await stage.projects.add('opentelemetry', {
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
  });
  await stage.projects.checkTypes();
  worker = await example.start('worker');
});
afterAll(async () => {
  await worker?.end('SIGKILL');
  await stage.close();
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
