/** One start, one execution, whatever happens to its answer. The emulator's list of executions is the judge. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionRecord, FaultSpec, LoggedRequest } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, runsPath, startsOf, workflowOf, type Kind } from './support/syncs';
import { startWorld, type World } from './support/world';

/** Trouble that a key gets over: the API repeats its first outcome, or never saw it. */
const overcomeByOneKey: Record<string, FaultSpec> = {
  'whose answer is lost twice': { drop: 'after', times: 2 },
  'whose answer is cut in half': { truncate: true },
  'whose request is lost before it has any effect': { drop: 'before' },
  'that a gateway answers with 429': { status: 429, retryAfter: 1 },
  'that is accepted and answered with 504': { status: 504, effect: true },
  'that is answered as from another API version': { headers: { 'X-Polytomic-Version': '2024-02-08' } },
};

/** Trouble after which nothing but a look tells that the run was started. */
const overcomeByALook: Record<string, FaultSpec> = {
  'that is accepted, and 504 whenever its key is used': { status: 504, effect: true, recorded: true },
  'that is accepted and answered with 504, and whose key knows nothing': {
    status: 504,
    effect: true,
    recorded: 'nothing',
  },
  'that is accepted and answered with what is no JSON': { status: 200, effect: true, body: '<html>', recorded: true },
};

/** Trouble that a key repeats for a day, although nothing was started. */
const overcomeByAnotherKey: Record<string, FaultSpec> = {
  'that is refused with a 429 that its key repeats': { status: 429, retryAfter: 1, recorded: true },
};
/** As above, where the looks for a run take half a minute. */
const overcomeSlowly: Record<string, FaultSpec> = {
  'that fails with a 500 that its key repeats': { status: 500, recorded: true },
};

interface Start {
  result: SyncRunResult;
  runs: ExecutionRecord[];
  posts: LoggedRequest[];
}

let cached: World;
let replayed: World;

beforeAll(async () => {
  [cached, replayed] = await Promise.all([
    startWorld('starts'),
    startWorld('starts-replayed', { worker: { maxCachedWorkflows: 0 } }),
  ]);
});
afterAll(async () => Promise.all([cached.close(), replayed.close()]));

async function startUnder(world: World, kind: Kind, fault: FaultSpec): Promise<Start> {
  const sync = addSync(world, kind);
  const hit = world.emulator.fault({ method: 'POST', path: runsPath(sync), ...fault });
  const result = await world.run(workflowOf[kind], { syncId: sync.id });
  expect(hit.hits).toBe(fault.times ?? 1);
  return { result, runs: runsOf(world, sync), posts: startsOf(world, sync) };
}

/** Exactly one run, which is the one that was awaited, from so many keys; none tried again before Retry-After. */
function expectOneRun({ result, runs, posts }: Start, { keys, fault }: { keys: number; fault: FaultSpec }): void {
  expect(runs).toHaveLength(1);
  expect(result).toMatchObject({ executionId: runs[0]?.id, outcome: 'completed', attached: false });
  expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(keys);
  const [first, second] = posts;
  if (fault.retryAfter) expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
}

/** A test for each kind and trouble. */
function storiesOf(world: () => World, troubles: Record<string, FaultSpec>, keys: number) {
  const tests = kinds.flatMap((kind) =>
    Object.entries(troubles).map(([trouble, fault]): [string, () => Promise<void>] => [
      `of a ${kind} sync ${trouble}`,
      async () => expectOneRun(await startUnder(world(), kind, fault), { keys, fault }),
    ]),
  );
  return Object.fromEntries(tests);
}

describe('exactly one execution comes of a start', () => {
  sideBySide({
    ...storiesOf(() => cached, { ...overcomeByOneKey, ...overcomeByALook }, 1),
    ...storiesOf(() => cached, { ...overcomeByAnotherKey, ...overcomeSlowly }, 2),
  });
});

describe('with every workflow task replayed from the beginning, exactly one execution comes of a start', () => {
  sideBySide({
    ...storiesOf(() => replayed, { ...overcomeByOneKey, ...overcomeByALook }, 1),
    ...storiesOf(() => replayed, overcomeByAnotherKey, 2),
  });
});
