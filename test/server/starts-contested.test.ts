/** Starts that meet a 409, a client that gave up, a reset, or each other: still one execution for each run wanted. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { Fetch } from '../../src/polytomic/http';
import type { ExecutionRecord } from '../../src/testing';
import { eventsOf } from './support/history';
import { sideBySide } from './support/side-by-side';
import {
  addSync,
  endedByHand,
  endRunsOf,
  kinds,
  runsOf,
  runsPath,
  startsOf,
  workflowOf,
  type Kind,
} from './support/syncs';
import { untilPhase } from './support/until-phase';
import { userBundle } from './support/user-bundle';
import { startWorld, type Handle, type World } from './support/world';

const modes = { cached: {}, replayed: { maxCachedWorkflows: 0 } } as const;
type Mode = keyof typeof modes;

let worlds: Record<Mode, World>;
/** Paths at which the first request is given up by the client while the API is still at it. */
const givenUp = new Set<string>();

/** Like a client whose time is up: the caller is told so, the request goes its way. */
const impatientFetch: Fetch = async (url, init) => {
  const isGivenUp = init.method === 'POST' && givenUp.delete(new URL(url).pathname);
  if (!isGivenUp) return fetch(url, init);
  // The emulator may be closed before it answers.
  fetch(url, { ...init, signal: null }).catch(() => undefined);
  throw new Error('given up');
};

beforeAll(async () => {
  const workflowBundle = await userBundle();
  const start = (mode: Mode): Promise<World> =>
    startWorld(`contested-${mode}`, {
      plugin: { fetch: impatientFetch },
      worker: { ...modes[mode], workflowBundle },
    });
  const [cached, replayed] = await Promise.all([start('cached'), start('replayed')]);
  worlds = { cached, replayed };
});
afterAll(async () => Promise.all(Object.values(worlds).map((world) => world.close())));

/** The API is still at the first request, so that its key answers 409 for twelve seconds, then tells the run. */
async function keyInFlight(world: World, kind: Kind): Promise<void> {
  const sync = addSync(world, kind);
  givenUp.add(runsPath(sync));
  world.emulator.fault({ method: 'POST', path: runsPath(sync), delayMs: 12_000 });
  const result = await world.run(workflowOf[kind], { syncId: sync.id });
  expect(startsOf(world, sync).map(({ status }) => status)).toContain(409);
  expectAwaited(result, runsOf(world, sync));
}

/** Somebody else starts a run after ours was found to be possible, just before our request arrives. */
async function someoneIsFaster(world: World, kind: Kind): Promise<void> {
  const sync = addSync(world, kind);
  let theirs: string | undefined;
  const when = (): boolean => {
    theirs ??= world.emulator.startRun(sync.id, { script: { durationMs: 1_000 } });
    return false;
  };
  world.emulator.fault({ method: 'POST', path: runsPath(sync), when });
  const result = await world.run(workflowOf[kind], { syncId: sync.id });
  const [first, ...others] = runsOf(world, sync);
  expect(first).toMatchObject({ id: theirs, status: 'completed', cancelRequestedAt: undefined });
  expect(startsOf(world, sync)[0]?.status).toBe(409);
  expectAwaited(result, others);
}

/** One workflow of a user's runs one sync twice at the same time: both are wanted, one after the other. */
async function twiceInline(world: World, kind: Kind): Promise<void> {
  const sync = addSync(world, kind);
  const inputs = [{ syncId: sync.id }, { syncId: sync.id }];
  const args = kind === 'model' ? [inputs, []] : [[], inputs];
  const workflowId = `inline-${randomUUID()}`;
  const { client, taskQueue } = world;
  const ids = (await client.workflow.execute('runInParallel', { workflowId, taskQueue, args })) as string[];
  const runs = runsOf(world, sync);
  expect(runs.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(runs).toHaveLength(2);
  expect(runs[0]?.completedAt).toBeLessThanOrEqual(runs[1]?.createdAt ?? 0);
}

/** The start is made again, with the same key, as the keys were drawn in the task before. */
async function resetAfterTheEnd(world: World, kind: Kind): Promise<void> {
  const sync = addSync(world, kind);
  const handle = await world.start(workflowOf[kind], { syncId: sync.id });
  const first = await handle.result();
  const second = await (await reset(world, handle)).result();
  expect(second.executionId).toBe(first.executionId);
  expectAwaited(second, runsOf(world, sync));
}

async function resetDuringTheRun(world: World, kind: Kind): Promise<void> {
  const sync = addSync(world, kind, { script: endedByHand });
  const handle = await world.start(workflowOf[kind], { syncId: sync.id });
  await untilPhase(handle, 'running');
  const again = await reset(world, handle);
  await untilPhase(again, 'running');
  endRunsOf(world, sync);
  expectAwaited(await again.result(), runsOf(world, sync));
}

/** Sets the workflow back to its second task, in which it starts the sync. */
async function reset({ client }: World, handle: Handle): Promise<Handle> {
  const events = await eventsOf(handle);
  const [, secondTask] = events.filter((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
    workflowTaskFinishEventId: secondTask?.eventId,
    requestId: randomUUID(),
    reason: 'test',
  });
  return client.workflow.getHandle(handle.workflowId, runId) as Handle;
}

/** Exactly one run, which is the one that the workflow awaited. */
function expectAwaited(result: SyncRunResult, runs: ExecutionRecord[]): void {
  expect(runs).toHaveLength(1);
  expect(result).toMatchObject({ executionId: runs[0]?.id, outcome: 'completed', attached: false });
}

const stories: Record<string, (world: World, kind: Kind) => Promise<void>> = {
  'is awaited once, though the client gave up while its key was in flight': keyInFlight,
  'follows the run of somebody else who was faster': someoneIsFaster,
  'runs twice, one after the other, when one workflow asks for two runs inline': twiceInline,
  'is not started again by a reset of a workflow that has ended': resetAfterTheEnd,
  'is not started again by a reset of a workflow during its run': resetDuringTheRun,
};

const tests = Object.keys(modes).flatMap((mode) =>
  kinds.flatMap((kind) =>
    Object.entries(stories).map(([end, story]): [string, () => Promise<void>] => [
      `a ${kind} sync (workflows ${mode}) ${end}`,
      () => story(worlds[mode as Mode], kind),
    ]),
  ),
);

sideBySide(Object.fromEntries(tests));
