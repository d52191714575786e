/** What becomes of single objects: by the real activities, against an emulator without a server. */
import { describe, expect, it } from '@jest/globals';
import type { ActivateSyncsRequest, AppliedItem, ApplyItem } from '../../../src/contracts/provision-activities';
import type { ProvisionObject, ProvisionSpec } from '../../../src/contracts/provision-spec';
import { toObjects } from '../../../src/rules/provision/to-objects';
import type { RequestSecrets } from '../../../src/polytomic/request-secrets';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { activitiesOn, planOn, withholding } from './support/planner';
import { recordsOf, ref, writesOf } from './support/records';

const objectOf = (spec: ProvisionSpec): ProvisionObject => {
  const [object] = toObjects(spec);
  if (!object) throw new Error('the spec is empty');
  return object;
};

/** Applies the one object of a spec. */
async function applyOne(
  emulator: InProcessEmulator,
  spec: ProvisionSpec,
  more: Partial<ApplyItem> = {},
  requestSecrets?: RequestSecrets,
): Promise<AppliedItem | undefined> {
  const object = objectOf(spec);
  const { kind, name } = object;
  const item: ApplyItem = {
    object,
    ...{ id: null, replaces: null, recorded: null, origin: 'created', seen: null, rotates: false },
    ...{ activates: false, runs: false, ids: {}, key: 'create-key', note: null, unanswered: false },
    intent: { kind, name, type: null, at: new Date().toISOString(), namesakes: [] },
    ...more,
  };
  const [result] = await activitiesOn(emulator, recordsOf(), { requestSecrets })('applyObjects', '')({
    ...ref,
    ...{ token: 't', items: [item], notify: [] },
  });
  return result;
}

describe('a create whose secret cannot be had', () => {
  it('sends nothing, counts as no try that may have taken effect, and names the secret', async () => {
    const emulator = createEmulator();
    const spec = { connections: { w: { name: 'W', type: 'postgresql', configuration: {} } } };
    expect(await applyOne(emulator, spec, {}, withholding())).toMatchObject({
      state: 'again',
      failure: { type: 'polytomic.NotAllowed', message: expect.stringContaining('PASS cannot be had') },
      note: { create: { windows: [] } },
    });
    expect(emulator.requests().filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('the schemas of a bulk sync', () => {
  const lake = (emulator: InProcessEmulator, schemas: string[], id?: string): ProvisionSpec => {
    const [source, destination] = ['postgresql', 's3'].map((type) => String(emulator.addConnection({ type }).id));
    return {
      bulkSyncs: {
        lake: {
          ...{ name: 'Lake', mode: 'replicate', source_connection_id: source, destination_connection_id: destination },
          ...{ destination_configuration: {}, default_schedule: { frequency: 'manual' }, schemas },
          ...(id !== undefined && { id }),
        },
      },
    };
  };

  it.each([
    [['public.*', 'public.typo'], 'the source has no schema "public.typo"'],
    [['publik.*'], 'the source has no schema that fits "publik.*"'],
  ])('are refused where the source has none as %j, when it is created and when it is planned', async (schemas, why) => {
    const emulator = createEmulator();
    const result = await applyOne(emulator, lake(emulator, schemas));
    expect(result).toMatchObject({ state: 'failed', created: true, failure: { nonRetryable: true } });
    expect(result?.state === 'failed' && result.failure.message).toContain(why);
    const id = result?.id ?? '';
    const { plan } = await planOn(emulator, lake(emulator, schemas, id));
    expect(plan.changes).toMatchObject([{ action: 'blocked', reason: why }]);
  });

  it('are taken where every glob fits one', async () => {
    const emulator = createEmulator();
    const result = await applyOne(emulator, lake(emulator, ['public.*', '*']));
    expect(result).toMatchObject({ state: 'done', created: true });
  });
});

describe('activation', () => {
  const itemOf = (id: string, address: string) => ({
    ...{ address, kind: 'modelSyncs' as const, id, active: true, key: address.replace('.', '-of-') },
  });
  const activate = (emulator: InProcessEmulator, request: Pick<ActivateSyncsRequest, 'items' | 'readOnly'>) =>
    activitiesOn(emulator, recordsOf())('activateSyncs', '')({ ...ref, token: 't', ...request });

  it('leaves a sync inactive beside one that has problems, wherever that one stands', async () => {
    for (const isLast of [true, false]) {
      const emulator = createEmulator();
      const good = emulator.addModelSync({ active: false }).id;
      const bad = emulator.addModelSync({ active: false, problems: [{ message: 'its source is gone' }] }).id;
      const both = [itemOf(good, 'modelSyncs.good'), itemOf(bad, 'modelSyncs.bad')];
      const items = isLast ? both : both.toReversed();
      expect(await activate(emulator, { items })).toMatchObject({
        'modelSyncs.good': { state: 'ready' },
        'modelSyncs.bad': { state: 'failed', failure: { type: 'polytomic.SyncHasProblems', nonRetryable: true } },
      });
      expect(writesOf(emulator)).toEqual([]);
    }
  });

  it('only reads where it is asked to, and then writes without another read', async () => {
    const emulator = createEmulator();
    const items = [itemOf(emulator.addModelSync({ active: false }).id, 'modelSyncs.b')];
    expect(await activate(emulator, { items, readOnly: true })).toEqual({ 'modelSyncs.b': { state: 'ready' } });
    expect(writesOf(emulator)).toEqual([]);
    emulator.clearRequests();
    const checked = items.map((item) => ({ ...item, isChecked: true }));
    expect(await activate(emulator, { items: checked })).toEqual({ 'modelSyncs.b': { state: 'done', changed: true } });
    expect(emulator.requests()).toHaveLength(1);
  });
});

describe('a connection that is updated', () => {
  const configuration = { hostname: 'db', port: 5432, username: 'etl', database: 'app' };
  const testsAfter = async (named: object, more: object = {}): Promise<unknown[]> => {
    const emulator = createEmulator();
    const present = { ...configuration, ssl: true, ...more };
    const id = String(emulator.addConnection({ name: 'W', type: 'postgresql', configuration: present }).id);
    const spec = { connections: { w: { name: 'W', type: 'postgresql', configuration: named } } } as ProvisionSpec;
    expect(await applyOne(emulator, spec, { id, origin: 'adopted', intent: null })).toMatchObject({ state: 'done' });
    return emulator.requests().flatMap(({ path, body }) => (path === '/api/connections/test' ? [body] : []));
  };

  it('is tested with its whole configuration where the spec names its secrets', async () => {
    const named = { hostname: 'db2', password: 'new' };
    const tests = await testsAfter(named, { password: 'only-in-polytomic' });
    expect(tests).toMatchObject([{ configuration: { ...configuration, ssl: true, ...named } }]);
  });

  it('is judged by its status where the spec does not name a secret that it has', async () => {
    expect(await testsAfter({ hostname: 'db2' }, { password: 'only-in-polytomic' })).toEqual([]);
  });
});

it('deletes no more objects at once than it may', async () => {
  const why = 'destroy' as const;
  const atOnce = async (maxConcurrent?: number): Promise<number> => {
    const emulator = createEmulator();
    let [open, most] = [0, 0];
    const { apiKey } = emulator;
    const fetch: typeof emulator.fetch = async (...request) => {
      const isDelete = request[1]?.method === 'DELETE';
      if (isDelete) most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await emulator.fetch(...request);
      if (isDelete) open--;
      return answer;
    };
    const items = [1, 2, 3, 4].map((at) => {
      const id = String(emulator.addConnection({ name: `c${at}`, type: 'postgresql' }).id);
      const address = `connections.c${at}`;
      return { ...{ key: address, address, kind: 'connections' as const, name: `c${at}`, id, recorded: null }, why };
    });
    const remove = activitiesOn({ ...emulator, apiKey, fetch }, recordsOf())('deleteObjects', '');
    const results = await remove({ ...ref, token: 't', items, ours: [], ...(maxConcurrent && { maxConcurrent }) });
    expect(Object.values(results).map(({ state }) => state)).toEqual(Array(4).fill('deleted'));
    return most;
  };
  expect(await atOnce(1)).toBe(1);
  expect(await atOnce()).toBeGreaterThan(1);
});

it('is said in the plan that a connection waits for consent, and a sync for its first run', async () => {
  const emulator = createEmulator();
  const spec = {
    connections: {
      w: { name: 'W', type: 'postgresql', configuration: { password: { $env: 'PASSWORD' } } },
      h: { name: 'H', type: 'hubspot', configuration: {} },
      s: { name: 'S', type: 'salesforce', configuration: { connect_mode: 'browser' } },
    },
    modelSyncs: { r: { name: 'R', run: true }, q: { name: 'Q' } },
  } as unknown as ProvisionSpec;
  const { plan } = await planOn(emulator, spec);
  const rest = ['a test of the connection', 'its schemas'];
  expect(Object.fromEntries(plan.changes.map(({ address, waits }) => [address, waits]))).toEqual({
    'connections.w': rest,
    'connections.h': ["its owner's consent, if Polytomic asks for it", ...rest],
    'connections.s': ["its owner's consent", ...rest],
    'modelSyncs.r': ['its first run'],
    'modelSyncs.q': [],
  });
});

it("the note of a create that got no answer holds Temporal's time, so that a worker with another clock goes on with it", async () => {
  const emulator = createEmulator();
  emulator.fault({ operation: 'connections.create', drop: 'before', times: 1 });
  const configuration = { hostname: 'h', port: 1, database: 'd', username: 'u', password: 'p' };
  const spec = { connections: { pg: { name: 'PG', type: 'postgresql', configuration } } };
  const result = await applyOne(emulator, spec);
  if (result?.state !== 'again') throw new Error(`it is ${result?.state}`);
  // Temporal's clock stands at 1 here: that of the worker is decades ahead.
  const { create } = result.note as { create: { notBefore: number } };
  expect(create.notBefore).toBeLessThan(3_600_000);
});
