/** What may be written, and to what: by the real activities, against an emulator without a server. */
import { describe, expect, it } from '@jest/globals';
import type { SetRecords } from '../../../src/activities/provision/set-records';
import type { ApplyItem } from '../../../src/contracts/provision-activities';
import { checkObjects } from '../../../src/rules/provision/check-spec';
import type { ProvisionSpec } from '../../../src/contracts/provision-spec';
import { toObjects } from '../../../src/rules/provision/to-objects';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { activitiesOn, planOn } from './support/planner';
import { recordsOf, ref, writesOf } from './support/records';

describe('a run that has lost the lock', () => {
  it('activates no further sync', async () => {
    const emulator = createEmulator();
    const items = [1, 2, 3].map((one) => {
      const { id } = emulator.addBulkSync({ active: false });
      return {
        address: `bulkSyncs.b${one}`,
        kind: 'bulkSyncs' as const,
        id,
        active: true,
        key: `activation-key-${one}`,
      };
    });
    const activate = activitiesOn(emulator, recordsOf({ asked: 1 }))('activateSyncs', '');
    const results = await activate({ ...ref, token: 't', items });
    expect(writesOf(emulator)).toHaveLength(1);
    expect(Object.values(results).flatMap((one) => (one.state === 'failed' ? [one.failure.type] : []))).toEqual([
      'polytomic.SetBusy',
      'polytomic.SetBusy',
    ]);
  });

  it('cancels no run of a sync that it was about to delete', async () => {
    const emulator = createEmulator();
    const { id } = emulator.addBulkSync({ script: 'neverEnds' });
    emulator.startRun(id);
    const item = { key: 'k', address: 'bulkSyncs.b', kind: 'bulkSyncs', name: 'b', id, recorded: null } as const;
    const remove = activitiesOn(emulator, recordsOf({ asked: 1 }))('deleteObjects', '');
    const results = await remove({ ...ref, token: 't', items: [{ ...item, why: 'destroy' }], ours: [id] });
    expect(results.k).toMatchObject({ state: 'failed', failure: { type: 'polytomic.SetBusy' } });
    expect(writesOf(emulator)).toEqual([]);
  });
});

describe('an owner who has to consent', () => {
  const askedBy = async (emulator: InProcessEmulator, records: SetRecords): Promise<unknown> => {
    const { id } = emulator.addConnection({ name: 'Hub', type: 'hubspot', status: 'unauthorized' });
    const item = {
      address: 'connections.h',
      kind: 'connections',
      name: 'Hub',
      id: String(id),
      schemas: false,
    } as const;
    const wait = activitiesOn(emulator, records)('awaitObjects', '');
    const items = [{ ...item, mayAsk: true }];
    // By Temporal's clock, which stands at 1 here: that of the worker is decades ahead.
    return wait({ ...ref, token: 't', items, notify: [], deadline: 0, consentDeadline: 60_000 });
  };

  it('is asked while the run holds the lock', async () => {
    const emulator = createEmulator();
    expect(await askedBy(emulator, recordsOf())).toEqual({ 'connections.h': { state: 'needsConsent' } });
    expect(writesOf(emulator)).toHaveLength(1);
  });

  it('is asked by no run that has lost it', async () => {
    const emulator = createEmulator();
    await expect(askedBy(emulator, recordsOf({ asked: 0 }))).rejects.toMatchObject({ type: 'polytomic.SetBusy' });
    expect(writesOf(emulator)).toEqual([]);
  });
});

describe('what Polytomic says of a connection', () => {
  it('is withheld where it quotes a secret that the worker knows', async () => {
    const secret = 'only-the-worker-knows';
    const emulator = createEmulator();
    const said = `${'x'.repeat(490)} password ${secret} was refused`;
    const seed = { name: 'W', type: 'postgresql', status: 'unhealthy', status_error: said };
    const id = String(emulator.addConnection(seed).id);
    const spec = { connections: { w: { id, name: 'W', type: 'postgresql' } } } as ProvisionSpec;
    const { plan } = await planOn(emulator, spec, { secret });
    expect(plan.changes).toMatchObject([{ action: 'unchanged', problems: ['(secret)'] }]);
    const item = {
      address: 'connections.w',
      kind: 'connections',
      name: 'W',
      id,
      schemas: false,
      mayAsk: false,
    } as const;
    const wait = activitiesOn(emulator, recordsOf(), { secret })('awaitObjects', '');
    const ended = await wait({ ...ref, token: 't', items: [item], notify: [], deadline: 0, consentDeadline: 0 });
    expect(ended).toEqual({ 'connections.w': { state: 'failed', reason: '(secret)' } });
  });

  it('is the object of one key of a spec alone', () => {
    const w = { id: '1', name: 'W', type: 'postgresql' };
    const spec = { connections: { w, v: w } } as ProvisionSpec;
    expect(checkObjects(toObjects(spec), spec)).toEqual([
      { path: ['connections', 'v', 'id'], message: 'is the object of connections.w too' },
    ]);
  });
});

describe('a create whose answers say nothing', () => {
  const [object] = toObjects({ models: { m: { name: 'Users', connection_id: 'c', configuration: { query: 'x' } } } });
  const itemWith = (note: unknown): ApplyItem => ({
    object: object as NonNullable<typeof object>,
    ...{ id: null, replaces: null, recorded: null, origin: 'created', seen: null, rotates: false },
    ...{ activates: false, runs: false, ids: {}, key: 'create-key', note, unanswered: false },
    intent: { kind: 'models', name: 'Users', type: null, at: new Date().toISOString(), namesakes: [] },
  });
  const create = async (emulator: InProcessEmulator, connection_id: string): Promise<string> => {
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Users', connection_id, configuration: { query: 'x' } });
    const answer = await emulator.handle({ method: 'POST', url: '/api/models', headers, body });
    return (JSON.parse(answer.body) as { data: { id: string } }).data.id;
  };

  it('takes no object that another set claims by then', async () => {
    const emulator = createEmulator();
    const connection = String(emulator.addConnection({ name: 'Warehouse', type: 'postgresql' }).id);
    const theirs = await create(emulator, connection);
    const refused = emulator.fault({ method: 'POST', path: '/api/models', status: 500, recorded: true, times: 3 });
    const apply = activitiesOn(emulator, recordsOf({ theirs: [theirs] }))('applyObjects', '');
    let note: unknown = null;
    for (;;) {
      const item = itemWith(note);
      item.object = { ...item.object, body: { ...item.object.body, connection_id: connection } };
      const [result] = await apply({ ...ref, token: 't', items: [item], notify: [] });
      if (result?.state !== 'again') {
        expect(refused.hits).toBeGreaterThan(1);
        expect(result).toMatchObject({ state: 'done', created: true });
        expect(result?.id).not.toBe(theirs);
        return;
      }
      const { create: attempt, ...others } = result.note as { create: object };
      note = { ...others, create: { ...attempt, notBefore: 0, visibleUntil: 0 } };
    }
  });
});
