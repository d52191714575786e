/** One try of each create, and what `prepareRuns` finds out before the first. */
import { describe, expect, it } from '@jest/globals';
import type { PreparedRuns } from '../../../src/contracts/prepared-runs';
import type { CreateItem, CreateOutcome } from '../../../src/contracts/starts';
import type { OpenedRequest, RequestSecrets } from '../../../src/polytomic/request-secrets';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { startOfTest } from './support/manual-clock';
import { at, startsOnScript, wireRun, type Script, type StartsOptions } from './support/starts-on-script';

const create = 'POST /api/syncs';
const named = 'GET /api/syncs';
const sync = { name: 'New', mode: 'create', fields: [], schedule: {}, target: { connection_id: 'c1' }, active: true };
const made = { json: { data: { id: 'made', name: 'New', active: true, created_at: at(0) } } };
const uncertain = { windows: [{ from: startOfTest, to: startOfTest + 900_000 }], lookFirst: true };

const listed = (id: string, createdMs: number, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ id, name: 'New', active: true, created_at: at(createdMs), ...fields },
});
const listOf = (...syncs: Record<string, unknown>[]): Scripted => ({ json: { data: syncs } });

function createItem(changes: Partial<CreateItem> = {}): CreateItem {
  return { kind: 'model', sync, key: 'create-key-01', lookFirst: false, windows: [], namesakes: [], ...changes };
}

/** The more special paths come first, as an entry serves all that begin with it. */
function world(script: Script, options?: StartsOptions) {
  const starts = startsOnScript(
    {
      'GET /api/me': { json: { data: { id: 'me' } } },
      'GET /api/syncs/made/executions': { json: { data: [] } },
      'GET /api/syncs/made': made,
      ...script,
    },
    options,
  );
  const tryOnce = (...items: CreateItem[]): Promise<CreateOutcome[]> =>
    starts.perform('createSyncs', { organization: 'default', items });
  return { ...starts, create: tryOnce };
}

/** Opens the create as told, and everything else as it is. */
function secretsOfCreate(open: (input: unknown) => OpenedRequest): RequestSecrets {
  return {
    open: async ({ name }, input) => (name === 'modelSync.create' ? open(input) : { input, secrets: [], fields: [] }),
  };
}

function thrown(error: Error): never {
  throw error;
}

describe('an outcome of a create', () => {
  it('tells the new sync with its snapshot', async () => {
    const { create: tryOnce } = world({ [create]: made });
    expect(await tryOnce(createItem())).toMatchObject([
      { type: 'created', syncId: 'made', snapshot: { syncId: 'made', name: 'New', newest: null, recent: [] } },
    ]);
  });

  it('tells it without one where it cannot be read yet', async () => {
    const { create: tryOnce } = world({ [create]: made, 'GET /api/syncs/made': { status: 404, json: {} } });
    expect(await tryOnce(createItem())).toEqual([{ type: 'created', syncId: 'made', snapshot: null }]);
  });

  it.each<[string, Scripted, Record<string, unknown>]>([
    ['429', { status: 429, json: {}, headers: { 'Retry-After': '7' } }, { type: 'throttled', retryAfterMs: 7_000 }],
    ['409', { status: 409, json: {} }, { type: 'conflict', at: startOfTest }],
    ['no answer', { error: new Error('reset') }, { type: 'noResponse', at: startOfTest }],
    ['500', { status: 500, json: {} }, { type: 'ambiguous', mayBeWorking: false }],
    ['422', { status: 422, json: { message: 'name is taken' } }, { type: 'refused' }],
  ])('of %s', async (_name, answer, outcome) => {
    const { create: tryOnce } = world({ [create]: answer });
    expect(await tryOnce(createItem())).toMatchObject([outcome]);
  });

  it.each<[number, string]>([
    [422, 'Cache refresh in progress'],
    [400, 'connection did not provide any schemas'],
  ])('of %i is "not ready" while the schemas of a new connection are read', async (status, message) => {
    const { create: tryOnce } = world({ 'POST /api/bulk/syncs': { status, json: { message } } });
    const bulk = { name: 'New', mode: 'replicate', source_connection_id: 'c1', destination_connection_id: 'c2' };
    const request = { ...bulk, destination_configuration: {}, default_schedule: { frequency: 'manual' }, active: true };
    expect(await tryOnce(createItem({ kind: 'bulk', sync: request }))).toMatchObject([{ type: 'notReady' }]);
  });

  it('holds no secret, which is resolved on the way', async () => {
    const secrets = ['hunter2-hunter2'];
    const opened = (input: unknown): unknown => ({ ...(input as object), encryption_passphrase: 'hunter2-hunter2' });
    const requestSecrets = secretsOfCreate((input) => ({ input: opened(input), secrets, fields: [] }));
    const answer = { status: 422, json: { message: 'hunter2-hunter2 is weak' } };
    const { create: tryOnce, sent } = world({ [create]: answer }, { client: { requestSecrets } });
    const item = createItem({ sync: { ...sync, encryption_passphrase: { $env: 'PASS' } } });
    const outcomes = await tryOnce(item);
    expect(sent.at(-1)?.body).toContain('hunter2-hunter2');
    expect(outcomes).toMatchObject([{ type: 'refused' }]);
    expect(JSON.stringify(outcomes)).not.toContain('hunter2');
  });

  it('is unsent where a secret cannot be had at this worker', async () => {
    const missing = Object.assign(new Error('PASS is not set'), { name: 'SecretMissingError' });
    const { create: tryOnce, sent } = world({}, { client: { requestSecrets: secretsOfCreate(() => thrown(missing)) } });
    const failure = { type: 'polytomic.NotAllowed', nonRetryable: false };
    expect(await tryOnce(createItem())).toMatchObject([{ type: 'unsent', failure }]);
    expect(sent).toEqual([]);
  });
});

describe('a look for what an uncertain create made', () => {
  it('finds it by name and time, and creates nothing', async () => {
    const others = [listed('older', -60_001), listed('other', 0, { name: 'Newer' })];
    const { create: tryOnce, lines } = world({ [named]: listOf(...others, listed('made', 1_000)), [create]: made });
    expect(await tryOnce(createItem(uncertain))).toMatchObject([{ type: 'created', syncId: 'made' }]);
    expect(lines()).not.toContain(create);
  });

  it('finds it on any page', async () => {
    const pages: Script[string] = ({ url }) =>
      url.searchParams.has('page_token')
        ? listOf(listed('made', 1_000))
        : { json: { data: [listed('x', 0, { name: 'x' })], pagination: { next_page_token: 'two' } } };
    const { create: tryOnce } = world({ [named]: pages });
    expect(await tryOnce(createItem({ ...uncertain, key: null }))).toMatchObject([{ type: 'created', syncId: 'made' }]);
  });

  it('never takes a namesake that existed before', async () => {
    const { create: tryOnce } = world({ [named]: listOf(listed('theirs', -40_000)) });
    const item = createItem({ ...uncertain, key: null, namesakes: ['theirs'] });
    expect(await tryOnce(item)).toEqual([{ type: 'absent' }]);
  });

  it('does not guess among several', async () => {
    const { create: tryOnce, lines } = world({ [named]: listOf(listed('one', 0), listed('two', 1_000)) });
    expect(await tryOnce(createItem(uncertain))).toMatchObject([
      { type: 'refused', failure: { type: 'polytomic.Ambiguous', nonRetryable: true } },
    ]);
    expect(lines()).not.toContain(create);
  });

  it('that fails decides nothing', async () => {
    const { create: tryOnce, lines } = world({ [named]: { status: 500, json: {} } });
    expect(await tryOnce(createItem(uncertain))).toMatchObject([{ type: 'lookFailed' }]);
    expect(lines()).not.toContain(create);
  });
});

describe('prepareRuns of a sync to create', () => {
  const prepare = async (
    script: Script,
    input: Record<string, unknown> = {},
    options?: StartsOptions,
  ): Promise<PreparedRuns> => {
    const { perform } = world(script, options);
    return perform('prepareRuns', { workflow: 'createAndRunModelSync', input: { sync, ...input } });
  };
  const one = {
    'GET /api/syncs/theirs/executions': { json: { data: [wireRun('run', -1_000)] } },
    'GET /api/syncs/theirs': { json: { data: listed('theirs', -40_000, { active: false }) } },
    [named]: listOf(listed('theirs', -40_000, { active: false })),
  };

  it('tells the ids of those that bear its name', async () => {
    const found = await prepare({ [named]: listOf(listed('one', 0), listed('x', 0, { name: 'x' }), listed('two', 0)) });
    expect(found).toMatchObject({
      create: { sync: { name: 'New', active: true }, namesakes: ['one', 'two'] },
      syncIds: [],
    });
    expect(found.serverTime).toBe(at(0));
  });

  it('takes the one that bears its name where asked, and activates it', async () => {
    expect(await prepare(one, { adopt: 'byName' })).toMatchObject({
      create: null,
      syncIds: ['theirs'],
      syncs: [{ syncId: 'theirs', running: { executionId: 'run' } }],
      options: { ifInactive: 'activate' },
    });
    // No more than the name is needed for that.
    const kept = await prepare(one, { adopt: 'byName', sync: { name: 'New', active: false } });
    expect(kept).toMatchObject({ create: null, options: { ifInactive: 'fail' } });
  });

  it('creates it where none bears its name', async () => {
    expect(await prepare({ [named]: listOf() }, { adopt: 'byName' })).toMatchObject({
      create: { namesakes: [] },
      syncs: [],
    });
  });

  it('names what is wrong with the request where none bears its name', async () => {
    const created = prepare({ [named]: listOf() }, { adopt: 'byName', sync: { name: 'New' } });
    const issues = expect.arrayContaining([expect.objectContaining({ field: 'sync.mode' })]);
    await expect(created).rejects.toMatchObject({ type: 'polytomic.InvalidInput', details: [issues] });
  });

  it('names what is wrong with the request where none bears its name', async () => {
    const created = prepare({ [named]: listOf() }, { adopt: 'byName', sync: { name: 'New' } });
    const issues = expect.arrayContaining([expect.objectContaining({ field: 'sync.mode' })]);
    await expect(created).rejects.toMatchObject({ type: 'polytomic.InvalidInput', details: [issues] });
  });

  it('does not guess among several', async () => {
    const several = prepare({ [named]: listOf(listed('one', 0), listed('two', 0)) }, { adopt: 'byName' });
    expect(await several).toMatchObject({ refusal: { type: 'polytomic.Ambiguous', nonRetryable: true }, syncs: [] });
  });

  it('judges for good what this worker may do: secrets, and the activation that it needs', async () => {
    const missing = Object.assign(new Error('PASS is not set'), { name: 'SecretMissingError' });
    const denied = { type: 'polytomic.NotAllowed', nonRetryable: true };
    const requestSecrets = secretsOfCreate(() => thrown(missing));
    await expect(prepare({}, {}, { client: { requestSecrets } })).rejects.toMatchObject(denied);
    const allows = (operation: string): boolean => operation !== 'modelSync.activate';
    await expect(prepare(one, { adopt: 'byName' }, { allows })).rejects.toMatchObject(denied);
  });
});

describe('readSetup', () => {
  it('tells how the worker is set up', async () => {
    const setup = { waitTaskQueue: null, heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 };
    expect(await startsOnScript({}).perform('readSetup', { organization: 'default' })).toEqual(setup);
  });
});
