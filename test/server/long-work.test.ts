/** Long work in workflows, against the emulator: done once, handed over between workers, cancelled, and never told too much of. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { PolytomicPlugin, type Fetch } from '../../src';
import { createFetch } from '../../src/polytomic/http';
import { eventsOf, textsIn, untilWaiting } from './support/history';
import { startWorld, type World } from './support/world';

const overHttp = createFetch();
/** Requests to the storage that the emulator's signed addresses point to. */
const fetched: { url: URL; headers: Record<string, string> }[] = [];
const fetch: Fetch = async (url, init) => {
  if (!url.startsWith('https://logs.example.com')) return overHttp(url, init);
  fetched.push({ url: new URL(url), headers: init.headers });
  const body = (async function* () {
    yield Buffer.from('log');
  })();
  return { status: 200, headers: new Headers(), body };
};

let workflowBundle: WorkflowBundleWithSourceMap;
let folder: string;
let world: World;
const handles: WorkflowHandle[] = [];

beforeAll(async () => {
  const workflowsPath = require.resolve('./support/job-workflows.ts');
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  folder = await mkdtemp(join(tmpdir(), 'polytomic-logs-'));
  world = await startWorld('long-work', {
    emulator: { jobMs: 300 },
    plugin: { operations: 'all', logSink: folder, fetch },
    worker: { workflowBundle },
  });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function start(workflow: string, ...args: unknown[]): Promise<WorkflowHandle> {
  const { client, taskQueue } = world;
  const handle = await client.workflow.start(workflow, { args, taskQueue, workflowId: `${workflow}-${randomUUID()}` });
  handles.push(handle);
  return handle;
}

const run = async (workflow: string, ...args: unknown[]): Promise<unknown> => (await start(workflow, ...args)).result();

const posts = (path: RegExp): number =>
  world.emulator.requests().filter((request) => request.method === 'POST' && path.test(request.path)).length;

describe('a workflow', () => {
  it('previews, creates, replaces and samples a model, each once', async () => {
    const { id: connectionId } = world.emulator.addConnection({ name: 'Warehouse' });
    const made = (await run('makeModel', connectionId)) as { id: string; records: unknown[]; fields: unknown[] };
    expect([made.records.length, made.fields.length]).toEqual([3, 3]);
    expect(made.id).not.toBe('');
    expect([posts(/model-preview$/), posts(/\/api\/models$/)]).toEqual([1, 1]);
  });

  it('reads a query to its last page', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ index }));
    const { id: connection_id } = world.emulator.addConnection({ queries: [{ rows }] });
    const answer = await run('runWholeQuery', { connection_id, query: 'select index from numbers' });
    expect(answer).toEqual({ rows, count: 250 });
  });

  it('has the schemas of a connection read anew', async () => {
    const { id } = world.emulator.addConnection({ name: 'Refreshed' });
    expect(await run('refreshConnection', id)).toBe(true);
  });

  it.each(['model', 'bulk'] as const)('keeps the logs of a %s sync, whose addresses nobody else sees', async (kind) => {
    const add = { model: 'addModelSync', bulk: 'addBulkSync' } as const;
    const { id: syncId } = world.emulator[add[kind]]({ name: `Logged ${kind}` });
    const { executionId } = await world.run(kind === 'model' ? 'runModelSync' : 'runBulkSync', { syncId });
    const [files, exported] = (await run('keepLogs', { kind, syncId, executionId })) as { count: number }[];
    const stored = await readdir(join(folder, 'default', syncId, executionId ?? ''), { recursive: true });
    expect(files?.count).toBeGreaterThan(0);
    expect(stored.filter((name) => /\.(csv|zip)$/.test(name))).toHaveLength(
      (files?.count ?? 0) + (exported?.count ?? 0),
    );
    expect(stored.some((name) => name.endsWith('.zip'))).toBe(kind === 'bulk');
    expect(JSON.stringify(fetched.map(({ headers }) => headers))).not.toMatch(/authorization|test-key/i);
    for (const handle of handles) {
      expect(textsIn(await eventsOf(handle))).not.toMatch(/signed-url|logs\.example\.com/);
    }
  });

  it('makes any other call', async () => {
    const me = await run('callAny', { method: 'GET', path: '/api/me' });
    expect(me).toHaveProperty('data.id');
  });
});

describe('a wait for long work', () => {
  const queries = [{ durationMs: 3_000, rows: [{ a: 1 }] }];
  const slow = (): string => String(world.emulator.addConnection({ queries }).id);

  it('goes on at another worker when its own stops, and nothing is started again', async () => {
    const before = posts(/\/query$/);
    const { emulator, connection, client } = world;
    const taskQueue = `handed-over-${randomUUID()}`;
    const { url, apiKey } = emulator;
    const startWorker = async (): Promise<{ stop: () => Promise<void> }> => {
      const plugins = [new PolytomicPlugin({ url, apiKey, operations: 'all' })];
      const worker = await Worker.create({ connection, taskQueue, workflowBundle, plugins });
      const ended = worker.run();
      return { stop: async () => (worker.shutdown(), ended) };
    };
    const first = await startWorker();
    const input = { connection_id: slow(), query: 'select a' };
    const options = { args: [input], taskQueue, workflowId: taskQueue };
    const handle = await client.workflow.start('runWholeQuery', options);
    await untilWaiting(handle, 'jobs.runQuery');
    await first.stop();
    const second = await startWorker();
    expect(await handle.result()).toMatchObject({ rows: [{ a: 1 }] });
    await second.stop();
    expect(posts(/\/query$/) - before).toBe(1);
  });

  it('ends as cancelled when the workflow is cancelled', async () => {
    const handle = await start('runWholeQuery', { connection_id: slow(), query: 'select a' });
    await untilWaiting(handle, 'jobs.runQuery');
    await handle.cancel();
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect((failed as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  });
});
