/** One create, one sync, with the emulator's list of syncs as the judge. */
import { describe, expect, it } from '@jest/globals';
import type { CreateSyncItem } from '../../../src/contracts/composite-activities';
import { readBefore } from '../../../src/executions/before';
import type { FaultSpec } from '../../../src/testing';
import { addSync, createThrough, stage, type Stage } from './support/on-emulator';

const name = 'Orders nightly';
const connection = '248df4b7-aa70-47b8-a036-33ac447e668d';
const requests = {
  model: {
    ...{ name, active: true, mode: 'create', fields: [{ target: 'name' }], schedule: { frequency: 'manual' } },
    target: { connection_id: connection, object: 'contact' },
  },
  bulk: {
    ...{ name, active: true, mode: 'replicate', destination_configuration: {} },
    ...{ source_connection_id: connection, destination_connection_id: connection },
    default_schedule: { frequency: 'manual' },
  },
};

async function createItem(on: Stage, changes: Partial<CreateSyncItem> = {}): Promise<CreateSyncItem> {
  const { kind } = on.adapter;
  const { serverTime: notBefore } = await readBefore(on.adapter, on.sync.id);
  const sync = withConnections(on, requests[kind]);
  return { kind, sync, adopt: 'never', keys: ['create-key-1', 'create-key-2'], notBefore, ...changes };
}

/** The emulator knows its own connections only. */
function withConnections(on: Stage, request: Record<string, unknown>): Record<string, unknown> {
  const id = String(on.emulator.addConnection({}).id);
  return JSON.parse(JSON.stringify(request).replaceAll(connection, id)) as Record<string, unknown>;
}

describe.each(['model', 'bulk'] as const)('a create of a %s sync', (kind) => {
  const create = { operation: `${kind}Sync.create` };

  it.each<[string, FaultSpec[]]>([
    ['nothing goes wrong', []],
    ['the response is lost twice', [{ drop: 'after', times: 2 }]],
    ['the response is cut in half', [{ truncate: true }]],
    ['a 504 after the create is replayed by the key', [{ status: 504, effect: true }]],
    ['a 504 after the create is recorded for the key', [{ status: 504, effect: true, recorded: true }]],
    ['no key replays a create that a 504 hides', [{ status: 504, effect: true, recorded: 'nothing' }]],
    ['a 500 is recorded for the key', [{ status: 500, recorded: true }]],
    ['a 429 is recorded for the key', [{ status: 429, recorded: true }]],
    ['503s last three minutes', [{ status: 503, forMs: 180_000 }]],
  ])('makes one sync when %s', async (_story, faults) => {
    const on = await stage(kind);
    const item = await createItem(on);
    faults.forEach((fault) => on.emulator.fault({ ...create, ...fault }));
    const { action, before } = await createThrough(on, item);
    const [only, ...others] = await on.adapter.findByName(name);
    expect(others).toEqual([]);
    expect({ action, before }).toMatchObject({
      action: 'created',
      before: { syncId: only?.syncId, name, active: true },
    });
  });

  it('is replaced by the one sync of that name where that is asked for, which is activated', async () => {
    const on = await stage(kind);
    const there = addSync(on, { name, active: false });
    const done = await createThrough(on, await createItem(on, { adopt: 'byName' }));
    expect(done).toMatchObject({ action: 'adopted', before: { syncId: there.id, active: true } });
    addSync(on, { name });
    await expect(createThrough(on, await createItem(on, { adopt: 'byName' }))).rejects.toThrow('polytomic.Ambiguous');
  });

  it('is refused for a request that the API cannot take', async () => {
    const on = await stage(kind);
    const item = await createItem(on);
    const broken = { ...item, sync: { ...item.sync, mode: 'sideways' } };
    await expect(createThrough(on, broken)).rejects.toThrow(/polytomic\.(InvalidInput|Rejected)/);
    expect(await on.adapter.findByName(name)).toEqual([]);
  });
});
