/** Metrics of a worker process, as Prometheus scrapes them. */
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { startEmulator, type Emulator } from '../../src/testing';
import {
  connectTemporal,
  temporalAddress,
  uniqueTaskQueue,
  waitUntil,
  type TemporalConnections,
} from './support/harness';
import { hasPrometheus, startPrometheus, type Prometheus } from './support/prometheus';
import { startWorkerProcess, type WorkerProcess } from './support/worker-process';

let emulator: Emulator;
let temporal: TemporalConnections;
let worker: WorkerProcess;
let scraped: string;
let address: string;
let taskQueue: string;
const syncs: string[] = [];

beforeAll(async () => {
  [emulator, temporal] = await Promise.all([startEmulator({ durationMs: 300 }), connectTemporal()]);
  taskQueue = uniqueTaskQueue('metrics');
  address = `127.0.0.1:${await freePort()}`;
  worker = startWorkerProcess({
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_TASK_QUEUE: taskQueue,
    POLYTOMIC_METRICS_ADDRESS: address,
  });
  await worker.untilLine(/polling/i);
  syncs.push(emulator.addBulkSync({ name: 'Lake' }).id, emulator.addModelSync({ script: 'failed' }).id);
  emulator.fault({ operation: 'bulkSync.get', status: 429, retryAfter: 1, times: 1 });
  const [bulk, model] = syncs;
  await run(taskQueue, 'runBulkSync', { syncId: bulk });
  await run(taskQueue, 'runModelSync', { syncId: model, onFailure: 'return' });
  // The SDK counts a workflow after it has told its end.
  await waitUntil(async () => {
    scraped = await fetch(`http://${address}/metrics`).then((response) => response.text());
    return sumOf('temporal_workflow_completed_total') >= 2;
  });
});
afterAll(async () => {
  await worker.end('SIGKILL');
  await temporal.close();
  await emulator.close();
});

function run(taskQueue: string, workflow: string, input: unknown): Promise<unknown> {
  return temporal.client.workflow.execute(workflow, {
    taskQueue,
    args: [input],
    workflowId: `${taskQueue}-${workflow}`,
  });
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The sum of a series over all label sets that hold these labels. */
function sumOf(name: string, labels: Record<string, string> = {}): number {
  const lines = scraped.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const fitting = lines.filter((line) =>
    Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)),
  );
  return fitting.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('the metrics of the ready worker', () => {
  it('count requests by operation and status, and those that Polytomic throttled', () => {
    expect(sumOf('polytomic_requests_total', { operation: 'bulkSync.start', status: '200' })).toBe(1);
    expect(sumOf('polytomic_requests_total', { operation: 'bulkSync.get', status: '429' })).toBe(1);
    expect(sumOf('polytomic_throttled_total')).toBe(1);
    expect(sumOf('polytomic_request_duration_seconds_count', { operation: 'bulkSync.start' })).toBe(1);
  });

  it('count starts, ends and how late ends were seen, and wait for nothing any more', () => {
    expect(sumOf('polytomic_starts_total', { how: 'started' })).toBe(2);
    expect(sumOf('polytomic_runs_ended_total', { kind: 'bulk', ending: 'completed' })).toBe(1);
    expect(sumOf('polytomic_runs_ended_total', { kind: 'model', ending: 'failed' })).toBe(1);
    expect(sumOf('polytomic_end_lag_seconds_count')).toBe(2);
    expect(scraped).toMatch(/^polytomic_waits\b.* 0$/m);
    expect(sumOf('polytomic_polls_total', { source: 'read', found: 'end' })).toBeGreaterThanOrEqual(2);
  });

  it("come together with the SDK's own", () => {
    expect(sumOf('temporal_workflow_completed_total')).toBe(2);
  });

  it('hold no id, no name and no key', () => {
    for (const secret of [...syncs, 'Lake', emulator.apiKey]) expect(scraped).not.toContain(secret);
  });
});

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

const rules = (
  parse(readFileSync('examples/prometheus/alerts.yml', 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(readFileSync('examples/grafana/polytomic.json', 'utf8')) as {
  panels: { targets: { expr: string }[] }[];
};
/** Every query that we ship; of an alert what it compares, as it is silent while all is well. */
const queries = [
  ...rules.map(({ alert, expr }) => (alert === undefined ? expr : expr.replace(/ (==|<|>) [\d.]+$/, ''))),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'))),
];

// Where there is no Prometheus, the test above still reads what one would.
(hasPrometheus ? describe : describe.skip)('every query of the alert rules and the dashboard', () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus(`127.0.0.1:${await freePort()}`, address);
    await waitUntil(async () => (await prometheus.query('polytomic_requests_total')).length > 0);
    // Rates need series to grow, so what was run before is run again.
    await run(taskQueue, 'runModelSync', { syncId: syncs[1], onFailure: 'return' });
  });
  afterAll(() => prometheus.stop());

  it.each(queries)('finds something: %s', async (expression) => {
    await waitUntil(async () => (await prometheus.query(expression)).some((value) => !Number.isNaN(value)));
  });
});
