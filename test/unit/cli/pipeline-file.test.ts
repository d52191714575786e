/** Names of syncs in the file of a pipeline. */
import { describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { withSyncIds } from '../../../src/cli/run/pipeline-file';
import type { ListPolytomicSyncsInput } from '../../../src/contracts/inspection';

/** A model sync and a bulk sync. */
const execute = (_type: string, { args: [{ kind }] }: { args: [ListPolytomicSyncsInput] }) =>
  Promise.resolve({ kind, ids: [`id-${kind}`], names: [`a ${kind} sync`], active: [true], nextAfter: null });
const temporal = { client: { workflow: { execute } }, taskQueue: 'q' } as unknown as Temporal;

describe('withSyncIds', () => {
  const find = (...steps: Record<string, unknown>[]) => withSyncIds(temporal, { steps }, undefined);

  it('puts an id where a step names its sync', async () => {
    const { steps } = await find({ id: 'load', sync: 'a bulk sync' }, { id: 'own', kind: 'model', syncId: 'x' });
    expect(steps).toEqual([
      { id: 'load', kind: 'bulk', syncId: 'id-bulk' },
      { id: 'own', kind: 'model', syncId: 'x' },
    ]);
  });

  it('says which names no sync has, all of them at once', async () => {
    const steps = [{ sync: 'Lake' }, { sync: 'a bulk sync', kind: 'model' }, { sync: 'a bulk sync' }, { sync: 'CRM' }];
    await expect(find(...steps)).rejects.toThrow(/"Lake"\n.*"a bulk sync"\n.*"CRM"/s);
  });
});
