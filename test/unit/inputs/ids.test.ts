/** Polytomic writes its ids in lower case: one given in capitals means the same object. */
import { describe, expect, it } from '@jest/globals';
import { findSyncs } from '../../../src/cli/syncs/find-syncs';
import type { Temporal } from '../../../src/cli/connect';
import { resolveSync } from '../../../src/cli/syncs/resolve-syncs';
import { adapterFor } from '../../../src/executions/adapter-for';
import { parseAwaitSyncInput } from '../../../src/inputs/await-sync-input';
import { parseFanOutInput, parsePipelineInput } from '../../../src/inputs/parse-fan-out-input';
import { parseRunInput } from '../../../src/inputs/parse-run-input';
import { createSelection } from '../../../src/rules/selection';
import { scriptedClient } from '../polytomic/support/scripted-fetch';

const id = '5c0ffee5-0000-4000-8000-00000000abcd';
const given = id.toUpperCase();

describe('an id in capitals', () => {
  it('of a sync or an execution is read as Polytomic writes it', () => {
    const awaited = parseAwaitSyncInput({ kind: 'bulk', syncId: given, executionId: given });
    expect([awaited.syncId, awaited.executionId]).toEqual([id, id]);
    expect(parseRunInput('runModelSync', { syncId: given }).syncId).toBe(id);
    expect(parsePipelineInput({ steps: [{ id: 'A', kind: 'bulk', syncId: given }] }).steps?.[0]?.syncId).toBe(id);
  });

  it('in a filter is read so, too', () => {
    const filter = { ids: [given], connectionIds: [given], target_connection_id: given };
    const expected = { ids: [id], connectionIds: [id], target_connection_id: id };
    expect(parseFanOutInput('runAllBulkSyncs', { filter }).fanOut.filter).toEqual(expected);
    const sync = { id, name: 'n', active: true, mode: null, source: null, target: null };
    expect(createSelection({ exclude: [given] })(sync)).toBe(false);
  });

  it('that is no UUID stays as it is', () => {
    expect(parseRunInput('runBulkSync', { syncId: 'Lake' }).syncId).toBe('Lake');
  });

  it.each(['model', 'bulk'] as const)('is that of the %s execution which answers in lower case', async (kind) => {
    const { client } = scriptedClient([{ json: { data: { id, status: 'running' } } }]);
    const ref = { kind, syncId: 's', executionId: given };
    expect(await adapterFor(kind, client).readExecution(ref)).toMatchObject(ref);
    const other = { ...ref, executionId: id.replace('abcd', 'abce') };
    await expect(adapterFor(kind, client).readExecution(other)).rejects.toThrow('another execution');
  });

  it('is that of the execution which an old version lists in lower case', async () => {
    const { client } = scriptedClient([{ json: { data: { last_execution: { id, status: 'running' } } } }], {
      apiVersion: '2023-04-25',
    });
    const ref = { kind: 'model', syncId: 's', executionId: given } as const;
    expect(await adapterFor('model', client).readExecution(ref)).toMatchObject({ status: 'running' });
  });

  it('names a sync in the terminal', async () => {
    const sync = { kind: 'bulk', syncId: id, name: 'Lake', active: true } as const;
    expect(resolveSync(given, [sync])).toBe(sync);
    const found = findSyncs({} as Temporal, { asked: [given], kinds: ['bulk'], organization: undefined });
    expect(await found).toMatchObject([{ syncId: id }]);
  });
});
