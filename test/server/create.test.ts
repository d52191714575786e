/** Creating a sync and running it: one sync whatever happens to the answer, or the one that bears its name. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EmulatorSync, FaultSpec } from '../../src/testing';
import { eventsOf, textsIn } from './support/history';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, syncsNamed, syncsPath, toCreate, type Kind } from './support/syncs';
import { sentPassphrases, failureOf, startWorld, type World } from './support/world';

const modes = { cached: {}, replayed: { maxCachedWorkflows: 0 } } as const;
type Mode = keyof typeof modes;
let worlds: Record<Mode, World>;

const passphrase = 'correct-horse-battery-staple';
const passphraseEnv = 'POLYTOMIC_TEST_PASSPHRASE';

beforeAll(async () => {
  process.env[passphraseEnv] = passphrase;
  const start = (mode: Mode): Promise<World> =>
    startWorld(`create-${mode}`, { worker: modes[mode], plugin: { secretEnv: [passphraseEnv] } });
  const [cached, replayed] = await Promise.all([start('cached'), start('replayed')]);
  worlds = { cached, replayed };
});
afterAll(async () => {
  delete process.env[passphraseEnv];
  await Promise.all(Object.values(worlds).map((world) => world.close()));
});

const workflowOf = { model: 'createAndRunModelSync', bulk: 'createAndRunBulkSync' } as const;
type Fields = Readonly<Record<string, unknown>>;

type Story = (world: World, kind: Kind) => Promise<void>;

/** Exactly one sync of that name, active, and exactly one run of it, which the result tells. */
const createsOnce =
  (fault?: FaultSpec): Story =>
  async (world, kind) => {
    const name = `created ${randomUUID()}`;
    const isOurs = ({ body }: { body?: unknown }): boolean => (body as Fields | undefined)?.name === name;
    if (fault) world.emulator.fault({ method: 'POST', path: syncsPath[kind], when: isOurs, ...fault });
    const result = await world.run(workflowOf[kind], { sync: toCreate(world, kind, name) });
    expect(await syncsNamed(world, { kind, name })).toMatchObject([{ id: result.syncId, active: true }]);
    const creates = world.emulator.requests().filter(isOurs);
    expect(creates.map(({ body }) => (body as Fields).active)).toEqual(creates.map(() => true));
    const runs = runsOf(world, world.emulator.sync(result.syncId));
    expect(runs).toMatchObject([{ id: result.executionId, status: 'completed' }]);
    expect(result).toMatchObject({ name, kind, outcome: 'completed' });
  };

const adoptsTheOne: Story = async (world, kind) => {
  const name = `adopted ${randomUUID()}`;
  const { id } = addSync(world, kind, { name, active: false });
  addSync(world, kind, { name: `${name} and more` });
  const result = await world.run(workflowOf[kind], { sync: toCreate(world, kind, name), adopt: 'byName' });
  expect(result).toMatchObject({ syncId: id, outcome: 'completed' });
  expect(await syncsNamed(world, { kind, name })).toMatchObject([{ id, active: true }]);
};

const adoptsOneFromAnotherPage: Story = async (world, kind) => {
  const name = `adopted late ${randomUUID()}`;
  const { id } = addSync(world, kind, { name, updated_at: '2020-01-01T00:00:00Z' });
  for (let count = 0; count < 60; count += 1) addSync(world, kind, { name: `filler ${count}` });
  const result = await world.run(workflowOf[kind], { sync: toCreate(world, kind, name), adopt: 'byName' });
  expect(result).toMatchObject({ syncId: id, outcome: 'completed' });
};

const createsWhereNoneIsNamedSo: Story = async (world, kind) => {
  const name = `new ${randomUUID()}`;
  const result = await world.run(workflowOf[kind], { sync: toCreate(world, kind, name), adopt: 'byName' });
  expect(await syncsNamed(world, { kind, name })).toMatchObject([{ id: result.syncId }]);
};

const refusesSeveral: Story = async (world, kind) => {
  const name = `twice ${randomUUID()}`;
  const syncs: EmulatorSync[] = [addSync(world, kind, { name }), addSync(world, kind, { name })];
  const input = { sync: toCreate(world, kind, name), adopt: 'byName' };
  const failure = await failureOf(await world.start(workflowOf[kind], input));
  expect(failure).toMatchObject({ type: 'polytomic.Ambiguous', message: expect.stringContaining(name) });
  expect(await syncsNamed(world, { kind, name })).toHaveLength(2);
  expect(syncs.flatMap((sync) => runsOf(world, sync))).toEqual([]);
};

const createsAnotherOfTheName: Story = async (world, kind) => {
  const name = `again ${randomUUID()}`;
  const { id } = addSync(world, kind, { name });
  const result = await world.run(workflowOf[kind], { sync: toCreate(world, kind, name) });
  expect(result.syncId).not.toBe(id);
  expect(await syncsNamed(world, { kind, name })).toHaveLength(2);
};

/** What is sent as inactive stays so; then `ifInactive` decides. */
const createsInactive: Story = async (world, kind) => {
  const name = `inactive ${randomUUID()}`;
  const input = { sync: { ...toCreate(world, kind, name), active: false }, ifInactive: 'fail' };
  const failure = await failureOf(await world.start(workflowOf[kind], input));
  expect(failure.type).toBe('polytomic.SyncInactive');
  const [created, ...others] = await syncsNamed(world, { kind, name });
  expect(others).toEqual([]);
  expect(created).toMatchObject({ active: false });
  expect(runsOf(world, world.emulator.sync(created?.id ?? ''))).toEqual([]);
};

const refusedByTheApi: Story = async (world, kind) => {
  const name = `refused ${randomUUID()}`;
  const sync = { ...toCreate(world, kind, name), organization_id: randomUUID() };
  const failure = await failureOf(await world.start(workflowOf[kind], { sync }));
  expect(failure.type).toBe('polytomic.Forbidden');
  expect(await syncsNamed(world, { kind, name })).toEqual([]);
};

const stories: Record<string, Story> = {
  'is created once, active, and runs once': createsOnce(),
  'is created once when the answer is lost': createsOnce({ drop: 'after', times: 2 }),
  'is created once when the answer is cut in half': createsOnce({ truncate: true }),
  'is created once when the request is lost': createsOnce({ drop: 'before' }),
  'is created once when it is accepted and answered with 504': createsOnce({ status: 504, effect: true }),
  'is created once when its key repeats a 504': createsOnce({ status: 504, effect: true, recorded: true }),
  'is created once when its key knows nothing': createsOnce({ status: 504, effect: true, recorded: 'nothing' }),
  'is created once after a 429 that its key repeats': createsOnce({ status: 429, retryAfter: 1, recorded: true }),
  'of the name is used and activated with adopt byName': adoptsTheOne,
  'of the name is found on a later page with adopt byName': adoptsOneFromAnotherPage,
  'is created with adopt byName where none bears the name': createsWhereNoneIsNamedSo,
  'is not chosen among several of the name with adopt byName, nor created': refusesSeveral,
  'is created beside one of the same name by default': createsAnotherOfTheName,
  'that is to be inactive is created so, and not run with ifInactive fail': createsInactive,
  'that the API refuses fails with its type, and is not there': refusedByTheApi,
};

describe.each([
  ['', 'cached'],
  ['with every workflow task replayed from the beginning, ', 'replayed'],
] as const)('%sa sync', (_name, mode) => {
  const told = kinds.flatMap((kind) =>
    Object.entries(stories).map(([name, story]): [string, () => Promise<void>] => [
      `(${kind}) ${name}`,
      () => story(worlds[mode], kind),
    ]),
  );
  sideBySide(Object.fromEntries(told));
});

async function resolvesPassphrase(): Promise<void> {
  const world = worlds.cached;
  const sync = { ...toCreate(world, 'model', 'encrypted'), encryption_passphrase: { $env: passphraseEnv } };
  const handle = await world.start('createAndRunModelSync', { sync });
  const { syncId } = await handle.result();
  expect(sentPassphrases(world)).toContain(passphrase);
  expect(world.emulator.sync(syncId).fields).not.toHaveProperty('encryption_passphrase');
  const history = textsIn(await eventsOf(handle));
  expect(history).toContain(passphraseEnv);
  expect(history).not.toContain(passphrase);
}

async function refusesLiteral(): Promise<void> {
  const world = worlds.cached;
  const name = `literal ${randomUUID()}`;
  const sync = { ...toCreate(world, 'model', name), encryption_passphrase: passphrase };
  const failure = await failureOf(await world.start('createAndRunModelSync', { sync }));
  expect(failure).toMatchObject({
    type: 'polytomic.InvalidInput',
    details: [[{ field: 'sync.encryption_passphrase', message: expect.stringMatching(/already in .*history/) }]],
  });
  expect(JSON.stringify(failure)).not.toContain(passphrase);
  expect(await syncsNamed(world, { kind: 'model', name })).toEqual([]);
}

async function refusesUnlisted(): Promise<void> {
  const world = worlds.cached;
  const name = `unlisted ${randomUUID()}`;
  const sync = { ...toCreate(world, 'model', name), encryption_passphrase: { $env: 'PATH' } };
  const failure = await failureOf(await world.start('createAndRunModelSync', { sync }));
  expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', message: expect.stringContaining('PATH') });
  expect(JSON.stringify(failure)).not.toContain(process.env.PATH);
  expect(await syncsNamed(world, { kind: 'model', name })).toEqual([]);
}

describe('the encryption passphrase of a sync', () => {
  sideBySide({
    'reaches the API by its reference, and no history': resolvesPassphrase,
    'is refused when it is written out, as it is already in the history': refusesLiteral,
    'is refused when its reference is not allowed': refusesUnlisted,
  });
});
