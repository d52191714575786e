/** How busy connections are, and how rarely that costs a request. */
import { describe, expect, it } from '@jest/globals';
import { ConnectionLoad } from '../../../src/executions/connection-load';
import { stage, type Stage } from './support/on-emulator';

/** A bulk sync on the connection, with a run if a script is given. */
function addSync({ emulator }: Stage, connection: string, script?: 'neverEnds' | 'interrupted'): void {
  const { id } = emulator.addBulkSync({ source_connection_id: connection, destination_connection_id: connection });
  if (script) emulator.startRun(id, { script });
}

const operations = ({ emulator }: Stage): (string | undefined)[] =>
  emulator
    .requests()
    .map(({ operation }) => operation)
    .toSorted();

describe('ConnectionLoad', () => {
  it('counts what runs, not what may have ended', async () => {
    const polytomic = await stage('bulk');
    const connection = String(polytomic.emulator.addConnection().id);
    addSync(polytomic, connection);
    addSync(polytomic, connection, 'neverEnds');
    addSync(polytomic, connection, 'interrupted');
    polytomic.emulator.clock.advance(5_000);
    expect(await new ConnectionLoad(polytomic.client).read()).toEqual({ [connection]: 1 });
  });

  it('does not take a sync that never ran for a run, whatever status it has', async () => {
    const polytomic = await stage('bulk');
    const connection = String(polytomic.emulator.addConnection().id);
    const { id } = polytomic.emulator.addBulkSync({ source_connection_id: connection });
    const countOf = async (row: object): Promise<unknown> => {
      const body = { data: [{ sync_id: id, ...row }] };
      polytomic.emulator.fault({ operation: 'bulkSync.executions.listStatus', status: 200, body });
      return (await new ConnectionLoad(polytomic.client).read())[connection];
    };
    const waits = { status: 'created', schemas: null };
    const schema = { schema: 's', execution_id: 'e', status: 'created' };
    expect(await countOf(waits)).toBeUndefined();
    expect(await countOf({ ...waits, schemas: [] })).toBeUndefined();
    expect(await countOf({ ...waits, schemas: [{ ...schema, execution_id: null }] })).toBeUndefined();
    expect(await countOf({ ...waits, schemas: [schema] })).toBe(1);
    expect(await countOf({ status: 'running', schemas: null })).toBe(1);
  });

  it('looks once for all who ask within a second, and lists the syncs every five minutes', async () => {
    const polytomic = await stage('bulk');
    let now = 0;
    const load = new ConnectionLoad(polytomic.client, () => now);
    await Promise.all([load.read(), load.read()]);
    expect(operations(polytomic)).toEqual(['bulkSync.executions.listStatus', 'bulkSync.list']);
    polytomic.emulator.clearRequests();
    now = 2_000;
    await load.read();
    expect(operations(polytomic)).toEqual(['bulkSync.executions.listStatus']);
    now = 301_000;
    await load.read();
    expect(operations(polytomic)).toContain('bulkSync.list');
  });

  it('asks again for what could not be read', async () => {
    const polytomic = await stage('bulk');
    const load = new ConnectionLoad(polytomic.client, () => 0);
    polytomic.emulator.fault({ operation: 'bulkSync.list', status: 503 });
    await expect(load.read()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await load.read()).toEqual({});
  });
});
