/** What proves an end, what becomes of failed schemas, and what a caller may ask about failures. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { waitUntil } from './support/harness';
import { eventsOf, textsIn } from './support/history';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, startsOf, workflowOf, type Kind } from './support/syncs';
import { untilPhase } from './support/until-phase';
import { failureOf, startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('ends-proved');
});
afterAll(async () => world.close());

/** Somebody else's run of the sync completes while ours goes on: it proves nothing about ours, which then fails. */
async function othersProveNothing(kind: Kind): Promise<void> {
  const script = { outcome: 'neverEnds', onCancel: 'fail', cancelMs: 0 } as const;
  const sync = addSync(world, kind, { nextScripts: [script] });
  const handle = await world.start(workflowOf[kind], { syncId: sync.id });
  await untilPhase(handle, 'running');
  const theirs = world.emulator.startRun(sync.id, { script: { durationMs: 10 } });
  const ours = runsOf(world, sync)[0]?.id ?? '';
  await waitUntil(() => (runsOf(world, sync)[1]?.completedAt ?? Infinity) < world.emulator.clock.now());
  const after = world.emulator.clock.now();
  await waitUntil(() => world.emulator.requests().some(({ at, method }) => method === 'GET' && at > after + 1_000), {});
  expect(await handle.query('progress')).toMatchObject({ phase: 'running', executionId: ours });
  world.emulator.cancelRun(ours);
  expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ executionId: ours }] });
  expect(runsOf(world, sync).map(({ id, status }) => [id, status])).toEqual([
    [ours, 'failed'],
    [theirs, 'completed'],
  ]);
}

/** A person cancels the run in Polytomic. */
async function someoneCancels(kind: Kind): Promise<void> {
  const sync = addSync(world, kind, { script: 'neverEnds' });
  const handle = await world.start(workflowOf[kind], { syncId: sync.id });
  await untilPhase(handle, 'running');
  const ours = runsOf(world, sync)[0]?.id ?? '';
  world.emulator.cancelRun(ours);
  const result = { executionId: ours, outcome: 'canceled', attached: false };
  expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncCanceled', details: [result] });
}

async function returnsFailures(kind: Kind): Promise<void> {
  const sync = addSync(world, kind, { script: 'failed' });
  const result = await world.run(workflowOf[kind], { syncId: sync.id, onFailure: 'return' });
  expect(result).toMatchObject({ outcome: 'failed', executionId: runsOf(world, sync)[0]?.id });
}

/** The page in Polytomic is told of failures, not of successes. */
async function tellsThePage(kind: Kind): Promise<void> {
  const input = { onFailure: 'return' };
  const [bad, good] = [addSync(world, kind, { script: 'failed' }), addSync(world, kind)];
  const failed = await world.run(workflowOf[kind], { syncId: bad.id, ...input });
  expect(failed.url).toMatch(new RegExp(`^${world.emulator.url}/.*${failed.executionId}`));
  expect(await world.run(workflowOf[kind], { syncId: good.id, ...input })).not.toHaveProperty('url');
}

/** Messages may quote customers' data: with `omit` they are in no result, and nowhere in the history either. */
async function omitsTexts(kind: Kind): Promise<void> {
  const secret = 'jane@example.com was refused';
  const steps = [
    {
      status: 'failed',
      afterMs: 300,
      errors: [secret],
      message: secret,
      schemas: { 'public.users': { status: 'failed', message: secret } },
    },
  ];
  const sync = addSync(world, kind, { script: { steps } });
  const texts = async (errorText: string): Promise<string> => {
    const handle = await world.start(workflowOf[kind], { syncId: sync.id, errorText });
    expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ outcome: 'failed' }] });
    return textsIn(await eventsOf(handle));
  };
  expect(await texts('include')).toContain(secret);
  expect(await texts('omit')).not.toContain(secret);
}

describe.each(kinds)('a %s sync', (kind) => {
  sideBySide({
    'is not taken for completed because another run of it is': () => othersProveNothing(kind),
    'that someone cancels in Polytomic fails as canceled': () => someoneCancels(kind),
    'that fails is a result with onFailure return': () => returnsFailures(kind),
    'that fails is told with its page in Polytomic': () => tellsThePage(kind),
    'that fails leaves none of its messages anywhere with errorText omit': () => omitsTexts(kind),
  });
});

const users = ['public.users'];

async function retriesOnce(): Promise<void> {
  const sync = world.emulator.addBulkSync({ nextScripts: ['oneSchemaFailed'] });
  const result = await world.run('runBulkSync', { syncId: sync.id, retryFailedSchemas: 2 });
  const ids = runsOf(world, sync).map(({ id }) => id);
  expect(startsOf(world, sync).map(({ body }) => body)).toEqual([{}, { schemas: users }]);
  expect(result).toMatchObject({
    outcome: 'completed',
    executionId: ids[1],
    executions: ids,
    records: { total: 30, errors: 0 },
    schemaCounts: { total: 3, failed: 0 },
  });
  expect(result.schemas?.map(({ schema }) => schema).toSorted()).toEqual(['public.events', 'public.orders', ...users]);
}

async function retriesInVain(): Promise<void> {
  const sync = world.emulator.addBulkSync({ script: 'oneSchemaFailed' });
  const failure = await failureOf(await world.start('runBulkSync', { syncId: sync.id, retryFailedSchemas: 2 }));
  const ids = runsOf(world, sync).map(({ id }) => id);
  expect(startsOf(world, sync).map(({ body }) => body)).toEqual([{}, { schemas: users }, { schemas: users }]);
  expect(failure).toMatchObject({
    type: 'polytomic.SyncFailed',
    details: [
      { outcome: 'partiallyFailed', executionId: ids[2], executions: ids, schemaCounts: { total: 3, failed: 1 } },
    ],
  });
}

async function retriesNothing(): Promise<void> {
  const sync = world.emulator.addBulkSync();
  const result = await world.run('runBulkSync', { syncId: sync.id, retryFailedSchemas: 2 });
  expect(result).not.toHaveProperty('executions');
  expect(runsOf(world, sync)).toHaveLength(1);
}

describe('with retryFailedSchemas, a bulk sync', () => {
  sideBySide({
    'runs its failed schemas again, and only these, until they complete': retriesOnce,
    'fails when they fail each time': retriesInVain,
    'runs once when no schema fails': retriesNothing,
  });
});
