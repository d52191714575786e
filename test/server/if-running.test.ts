/** What happens to a sync that is running, inactive, or has problems when a workflow wants to run it. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { EmulatorSync } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, endedByHand, kinds, runsOf, workflowOf, type Kind } from './support/syncs';
import { untilPhase } from './support/until-phase';
import { failureOf, startWorld, type Handle, type World } from './support/world';

const modes = { cached: {}, replayed: { maxCachedWorkflows: 0 } } as const;
let worlds: Record<keyof typeof modes, World>;

beforeAll(async () => {
  const start = (mode: keyof typeof modes): Promise<World> => startWorld(`if-running-${mode}`, { worker: modes[mode] });
  const [cached, replayed] = await Promise.all([start('cached'), start('replayed')]);
  worlds = { cached, replayed };
});
afterAll(async () => Promise.all(Object.values(worlds).map((world) => world.close())));

interface Busy {
  sync: EmulatorSync;
  theirs: string;
}

type Story = (world: World, kind: Kind) => Promise<void>;
type Fields = Readonly<Record<string, unknown>>;

/** A sync with a run in progress that somebody else started, and a workflow that wants to run it. */
async function wantBusy(
  world: World,
  kind: Kind,
  input: Fields,
  options: Fields = {},
): Promise<Busy & { handle: Handle }> {
  const sync = addSync(world, kind);
  const theirs = world.emulator.startRun(sync.id, { script: endedByHand, options });
  return { sync, theirs, handle: await world.start(workflowOf[kind], { syncId: sync.id, ...input }) };
}

/** Theirs is the only run, and nobody asked to cancel it. */
function expectOnlyTheirs(world: World, { sync, theirs }: Busy): void {
  expect(runsOf(world, sync)).toMatchObject([{ id: theirs, status: 'running', cancelRequestedAt: undefined }]);
}

const waitsThenStarts =
  (input: Fields, options?: Fields): Story =>
  async (world, kind) => {
    const busy = await wantBusy(world, kind, input, options);
    await untilPhase(busy.handle, 'waitingForOther');
    expectOnlyTheirs(world, busy);
    world.emulator.cancelRun(busy.theirs);
    const result = await busy.handle.result();
    const [first, second, ...others] = runsOf(world, busy.sync);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id: busy.theirs, status: 'completed' });
    expect(second?.createdAt).toBeGreaterThanOrEqual(first?.completedAt ?? Infinity);
    expect(result).toMatchObject({ executionId: second?.id, attached: false, outcome: 'completed' });
  };

const attaches =
  (input: Fields = {}, options?: Fields): Story =>
  async (world, kind) => {
    const busy = await wantBusy(world, kind, { ifRunning: 'attach', ...input }, options);
    await untilPhase(busy.handle, 'running');
    expectOnlyTheirs(world, busy);
    world.emulator.cancelRun(busy.theirs);
    const result = await busy.handle.result();
    expect(result).toMatchObject({ executionId: busy.theirs, attached: true, outcome: 'completed' });
    expect(runsOf(world, busy.sync)).toHaveLength(1);
  };

const anHour = 3_600_000;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

const fails: Story = async (world, kind) => {
  const busy = await wantBusy(world, kind, { ifRunning: 'fail' });
  const expected = { type: 'polytomic.SyncAlreadyRunning', details: [{ executionId: busy.theirs }] };
  expect(await failureOf(busy.handle)).toMatchObject(expected);
  expectOnlyTheirs(world, busy);
};

const skips: Story = async (world, kind) => {
  const busy = await wantBusy(world, kind, { ifRunning: 'skip' });
  const expected = { outcome: 'skipped', executionId: busy.theirs, attached: false };
  expect(await busy.handle.result()).toMatchObject(expected);
  expectOnlyTheirs(world, busy);
};

const leavesTheirsWhenCancelled: Story = async (world, kind) => {
  const busy = await wantBusy(world, kind, { ifRunning: 'attach' });
  await untilPhase(busy.handle, 'running');
  await busy.handle.cancel();
  await expect(busy.handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expectOnlyTheirs(world, busy);
};

const leavesTheirsWhenTimedOut: Story = async (world, kind) => {
  const busy = await wantBusy(world, kind, { ifRunning: 'attach' });
  await untilPhase(busy.handle, 'running');
  await busy.handle.executeUpdate('changeTimeout', { args: ['1 millisecond'] });
  const result = { executionId: busy.theirs, attached: true, outcome: 'timedOut', status: 'running' };
  expect(await failureOf(busy.handle)).toMatchObject({ type: 'polytomic.SyncTimedOut', details: [result] });
  expectOnlyTheirs(world, busy);
};

/** A start that is wanted while nothing runs is made, whatever `ifRunning` says. */
const startsWhenIdle =
  (ifRunning: string): Story =>
  async (world, kind) => {
    const sync = addSync(world, kind);
    const result = await world.run(workflowOf[kind], { syncId: sync.id, ifRunning });
    expect(runsOf(world, sync)).toMatchObject([{ id: result.executionId, startedBy: 'api' }]);
    expect(result.attached).toBe(false);
  };

const refused =
  (input: Record<string, unknown>, seed: Record<string, unknown>, type: string): Story =>
  async (world, kind) => {
    const sync = addSync(world, kind, seed);
    const failure = await failureOf(await world.start(workflowOf[kind], { syncId: sync.id, ...input }));
    expect(failure).toMatchObject({ type, details: [{ syncId: sync.id }] });
    expect(runsOf(world, sync)).toEqual([]);
  };

const activates: Story = async (world, kind) => {
  const sync = addSync(world, kind, { active: false });
  const result = await world.run(workflowOf[kind], { syncId: sync.id, ifInactive: 'activate' });
  expect(world.emulator.sync(sync.id).fields.active).toBe(true);
  expect(runsOf(world, sync)).toMatchObject([{ id: result.executionId, status: 'completed' }]);
};

/** Inactive bulk syncs may be started by hand; an inactive model sync's start is refused by the API. */
const runsInactive =
  (input: Fields): Story =>
  async (world, kind) => {
    const sync = addSync(world, kind, { active: false });
    const { executionId } = await world.run(workflowOf[kind], { syncId: sync.id, ...input });
    expect(runsOf(world, sync)).toMatchObject([{ id: executionId, status: 'completed' }]);
    expect(world.emulator.sync(sync.id).fields.active).toBe(false);
  };

const problems = [{ code: 'missing_field', message: 'the field Email is gone', path: 'fields[0]' }];

const replayedToo: Record<string, Story> = {
  'waits for a run in progress, then starts its own, unless told otherwise': waitsThenStarts({}),
  'attaches to a run in progress that fits': attaches(),
  'fails beside a run in progress with ifRunning fail, and starts nothing': fails,
  'skips beside a run in progress with ifRunning skip, and starts nothing': skips,
  'never cancels a run that it attached to when it times out': leavesTheirsWhenTimedOut,
  'activates an inactive sync first with ifInactive activate': activates,
};

const ofBothKinds: Record<string, Story> = {
  ...replayedToo,
  'attaches to a run that began late enough': attaches({ startedAfter: fromNow(-anHour) }),
  'waits and starts its own where the run in progress began too early': waitsThenStarts({
    ifRunning: 'attach',
    startedAfter: fromNow(anHour),
  }),
  'waits and starts its own where the run in progress is not a test as asked': waitsThenStarts({
    ifRunning: 'attach',
    start: { test: true },
  }),
  'never cancels a run that it attached to when it is cancelled': leavesTheirsWhenCancelled,
  'starts with ifRunning attach while nothing runs': startsWhenIdle('attach'),
  'starts with ifRunning skip while nothing runs': startsWhenIdle('skip'),
  'starts with ifRunning fail while nothing runs': startsWhenIdle('fail'),
  'fails for an inactive sync with ifInactive fail': refused(
    { ifInactive: 'fail' },
    { active: false },
    'polytomic.SyncInactive',
  ),
};

const ofKind: Record<Kind, Record<string, Story>> = {
  model: {
    'fails for an inactive sync by default': refused({}, { active: false }, 'polytomic.SyncInactive'),
    'fails with the list where the sync has problems': async (world) => {
      const sync = world.emulator.addModelSync({ problems });
      const failure = await failureOf(await world.start('runModelSync', { syncId: sync.id }));
      expect(failure).toMatchObject({ type: 'polytomic.SyncHasProblems', details: [{ problems }] });
      expect(failure.message).toContain('the field Email is gone');
      expect(runsOf(world, sync)).toEqual([]);
    },
  },
  bulk: {
    'runs an inactive sync by default, and leaves it inactive': runsInactive({}),
    'runs an inactive sync with ifInactive run, and leaves it inactive': runsInactive({ ifInactive: 'run' }),
    'attaches to a run of just the schemas that were asked for': attaches(
      { start: { schemas: ['public.users'] } },
      { schemas: ['public.users'] },
    ),
    'waits and starts its own where the run in progress covers other schemas': waitsThenStarts(
      { ifRunning: 'attach', start: { schemas: ['public.users'] } },
      { schemas: ['public.orders'] },
    ),
    'waits and starts its own where the run in progress covers some schemas only': waitsThenStarts(
      { ifRunning: 'attach' },
      { schemas: ['public.orders'] },
    ),
  },
};

const inWorld = (mode: keyof typeof modes, kind: Kind, stories: Record<string, Story>): void =>
  sideBySide(
    Object.fromEntries(Object.entries(stories).map(([name, story]) => [name, () => story(worlds[mode], kind)])),
  );

describe.each(kinds)('a run of a %s sync', (kind) => {
  inWorld('cached', kind, { ...ofBothKinds, ...ofKind[kind] });
});

describe.each(kinds)('with every workflow task replayed from the beginning, a run of a %s sync', (kind) => {
  inWorld('replayed', kind, replayedToo);
});
