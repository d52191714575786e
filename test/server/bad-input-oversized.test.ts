import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionScript, SchemaStep } from '../../src/testing';
import { activitiesOf } from './support/history';
import { userBundle } from './support/user-bundle';
import { failureOf, startWorld, type World } from './support/world';

const most = 256 * 1024;
const schemaCount = 5_000;

let world: World;

beforeAll(async () => {
  world = await startWorld('bad-input-oversized', { worker: { workflowBundle: await userBundle() } });
});
afterAll(async () => world.close());

/** A bulk sync whose last `failed` schemas fail; each schema says `message`. */
function addHugeSync(failed: number, { id, message }: { id: (index: number) => string; message: string }) {
  const schemas = Array.from({ length: schemaCount }, (_, index) => id(index));
  const bad = schemas.slice(schemaCount - failed);
  const failure: SchemaStep = { status: 'failed', records: 1, errors: 2, message };
  const script: ExecutionScript = [
    { status: 'running', afterMs: 0 },
    {
      status: 'completed',
      afterMs: 500,
      schemas: { '*': { records: 3, message: 'fine' }, ...Object.fromEntries(bad.map((name) => [name, failure])) },
    },
  ];
  return world.emulator.addBulkSync({ schemas, script });
}

describe('a bulk sync of thousands of schemas', () => {
  it.each([
    [
      'plain messages',
      { id: (index: number) => `public.table_${index}`, message: 'relation does not exist. '.repeat(100) },
    ],
    ['long names', { id: (index: number) => `${'warehouse_'.repeat(20)}${index}`, message: '漢字'.repeat(1_000) }],
    [
      'messages that grow when they are quoted',
      { id: (index: number) => `s${index}`, message: '\u0001'.repeat(1_000) },
    ],
  ])('has its result cut, the bad ones first and the counts exact, with %s', async (_name, shape) => {
    const sync = addHugeSync(1_500, shape);
    const handle = await world.start('runBulkSync', { syncId: sync.id, onFailure: 'return' });
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'partiallyFailed', schemaCounts: { total: schemaCount, failed: 1_500 } });
    expect(result.records).toMatchObject({ total: 3 * 3_500 + 1_500, errors: 2 * 1_500 });
    expect(result.schemas?.length).toBeGreaterThan(0);
    expect(result.schemas?.length).toBeLessThanOrEqual(100);
    expect(new Set(result.schemas?.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(most);
    for (const { attempt } of await activitiesOf(handle)) expect(attempt).toBe(1);
  });

  it('fails with a result that is cut as well', async () => {
    const sync = addHugeSync(1_500, { id: (index) => `s${index}`, message: 'relation does not exist. '.repeat(100) });
    const failure = await failureOf(await world.start('runBulkSync', { syncId: sync.id }));
    expect(failure).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ schemaCounts: { failed: 1_500 } }] });
    expect(Buffer.byteLength(JSON.stringify(failure.details))).toBeLessThan(most);
  });

  it('is refused at once as polytomic.PayloadTooLarge where an operation answers all of it', async () => {
    const sync = addHugeSync(0, { id: (index) => `public.table_${index}`, message: '' });
    const executionId = world.emulator.startRun(sync.id);
    const handle = await world.start('readExecution', { id: sync.id, exec_id: executionId });
    const failure = (await failureOf(handle)) as { cause?: unknown };
    expect(failure.cause).toMatchObject({ type: 'polytomic.PayloadTooLarge', nonRetryable: true });
    expect(await activitiesOf(handle)).toMatchObject([{ name: 'bulkSync.executions.get', attempt: 1 }]);
  });
});
