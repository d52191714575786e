/** `readPastRecords`. */
import { describe, expect, it } from '@jest/globals';
import type { PastRecordsItem } from '../../../src/contracts/past-records';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';

const runs = ['old', 'own'].map((id, hour) => ({
  ...{ id, status: 'completed', counts: { total: hour + 1 } },
  created_at: `2026-01-01T0${hour}:00:00Z`,
}));

const item = (syncId: string, some: Partial<PastRecordsItem> = {}): PastRecordsItem => {
  return { kind: 'model', syncId, executionId: 'own', except: [], ...some };
};
const request = (...items: PastRecordsItem[]) => ({ organization: 'default', items });

describe('readPastRecords', () => {
  it('answers each run for itself', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync({ executions: runs });
    expect(await perform('readPastRecords', request(item(id), item('none'), item(id, { except: ['old'] })))).toEqual([
      { type: 'read', records: [1] },
      { type: 'unread', failure: expect.objectContaining({ type: 'polytomic.NotFound', nonRetryable: true }) },
      { type: 'read', records: [] },
    ]);
  });

  it('is tried again where nothing can be read for now, and answers a refusal', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync({ executions: runs });
    emulator.fault({ operation: 'modelSync.executions.list', status: 503 });
    const failure = await failureOf(perform('readPastRecords', request(item(id))));
    expect(failure).toMatchObject({ type: 'polytomic.Unavailable', nonRetryable: false });
    emulator.fault({ operation: 'modelSync.executions.list', status: 403 });
    expect(await perform('readPastRecords', request(item(id)))).toMatchObject([
      { type: 'unread', failure: { type: 'polytomic.Forbidden', nonRetryable: true } },
    ]);
  });

  it('is tried again where a gateway refuses, which says nothing of the runs', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync({ executions: runs });
    emulator.fault({ operation: 'modelSync.executions.list', status: 403, body: '<html>no</html>' });
    const failure = await failureOf(perform('readPastRecords', request(item(id))));
    expect(failure).toMatchObject({ type: 'polytomic.Forbidden', nonRetryable: false });
  });

  it('tells a run that the list does not show, perhaps not yet', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync({ executions: runs });
    expect(await perform('readPastRecords', request(item(id, { executionId: 'new' }), item(id)))).toMatchObject([
      { type: 'unlisted' },
      { type: 'read', records: [1] },
    ]);
  });

  it('needs the leave to read, and takes no more runs than it has time for', async () => {
    const { perform } = await activitiesOnEmulator({ plugin: { operations: ['modelSync.start'] } });
    expect(await failureOf(perform('readPastRecords', request(item('s'))))).toMatchObject({
      type: 'polytomic.NotAllowed',
    });
    const many = await failureOf(perform('readPastRecords', request(...Array.from({ length: 21 }, () => item('s')))));
    expect(many).toMatchObject({ type: 'polytomic.InvalidInput', details: [[{ field: 'items' }]] });
  });
});
