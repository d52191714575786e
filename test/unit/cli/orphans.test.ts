/** Runs that a terminated workflow left, where its id was used again since. */
import { expect, it } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { findOrphans } from '../../../src/cli/history/find-orphans';

const payloads = (value: unknown) => ({
  payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) }],
});

const began = (input: unknown) => ({
  workflowExecutionStartedEventAttributes: { workflowType: { name: 'runBulkSync' }, input: payloads(input) },
});

/** A workflow that started a run and was terminated, and a later one of the same id that ended well. */
const histories: Record<string, object[]> = {
  terminated: [
    began({ syncId: 'lake' }),
    {
      eventId: 2,
      activityTaskScheduledEventAttributes: {
        activityType: { name: 'polytomic.startExecutions' },
        input: payloads({ items: [{ kind: 'bulk', syncId: 'lake' }] }),
      },
    },
    {
      activityTaskCompletedEventAttributes: {
        scheduledEventId: 2,
        result: payloads([{ type: 'started', executionId: 'left', createdAt: '2026-11-26T00:00:00Z', adopted: false }]),
      },
    },
    { workflowExecutionTerminatedEventAttributes: { reason: 'by hand' } },
  ],
  later: [began({ syncId: 'other' }), { workflowExecutionCompletedEventAttributes: { result: payloads(null) } }],
};

const describe = (runId: string) => ({
  ...{ memo: undefined, type: 'runBulkSync', runId },
  raw: { workflowExecutionInfo: { firstRunId: runId } },
});

it('are found although another workflow of that id has ended well since', async () => {
  const workflow = {
    async *list() {
      yield await Promise.resolve({ workflowId: 'nightly', runId: 'terminated' });
    },
    getHandle: (_id: string, runId = 'later') => ({
      describe: () => Promise.resolve(describe(runId)),
      fetchHistory: () => Promise.resolve({ events: histories[runId] }),
    }),
    execute: () =>
      Promise.resolve({
        ids: ['lake'],
        lastRuns: [{ executionId: 'left', status: 'running', phase: 'running' }],
      }),
  };
  const temporal = { client: { workflow }, taskQueue: 'q' } as unknown as Temporal;
  const search = { since: new Date(0), limit: 10, organization: undefined };
  expect(await findOrphans(temporal, search)).toMatchObject({
    orphans: [{ workflowId: 'nightly', state: 'terminated', syncId: 'lake', executionId: 'left' }],
    more: false,
  });
});
