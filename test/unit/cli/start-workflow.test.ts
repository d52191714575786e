/** Workflows whose id the caller gives: an open one is followed instead, if it does what is asked for. */
import { describe, expect, it } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Temporal } from '../../../src/cli/connect';
import { identifyStart, startWorkflow, type StartRequest } from '../../../src/cli/run/start-workflow';
import { toScheduleOptions } from '../../../src/cli/schedules/sync-schedule';

/** A server on which a workflow of this type is open under every id, by a clock that is ahead by an hour. */
function opened(type: string): Temporal {
  const handle = {
    workflowId: 'nightly',
    describe: () => Promise.resolve({ type, startTime: new Date(Date.now() + 3_600_000) }),
  };
  const start = (): Promise<never> =>
    Promise.reject(new WorkflowExecutionAlreadyStartedError('already started', 'nightly', type));
  const workflow = { start, getHandle: () => handle };
  return { client: { workflow }, taskQueue: 'q' } as unknown as Temporal;
}

const asked = { workflow: 'runBulkSync', input: {}, title: 'Lake', summary: '', workflowId: 'nightly' };
const start = (type: string) => startWorkflow(opened(type), identifyStart(asked));

it('follows the open workflow of an id', async () => {
  expect(await start('runBulkSync')).toMatchObject({ title: 'Lake', wasOpen: true });
});

it('takes no other kind of workflow for the one that was asked for', async () => {
  await expect(start('runModelSync')).rejects.toMatchObject({
    exitCode: 2,
    message: 'A runModelSync is open as nightly, so that no runBulkSync was started',
  });
});

describe('what the Temporal UI shows of it', () => {
  const syncId = '0a7c6f0e-2c1b-4f0a-9d53-0d3f6c3b1b6c';

  /** The options that the SDK was given. */
  async function optionsOf(request: StartRequest): Promise<Record<string, string>> {
    const given: Record<string, string>[] = [];
    const start = (_workflow: string, options: Record<string, string>) => Promise.resolve(void given.push(options));
    const client = { workflow: { start, getHandle: () => ({}) } };
    await startWorkflow({ client, taskQueue: 'q' } as unknown as Temporal, identifyStart(request));
    return given[0] ?? {};
  }

  it('is the sync by its name and its id, whatever is in the name', async () => {
    const request = { workflow: 'runBulkSync', input: { syncId }, title: 'a*b_[x](y)\n# c', summary: 'Run it' };
    expect(await optionsOf(request)).toMatchObject({
      staticSummary: 'Run it',
      staticDetails: `**a b x (y) # c** (\`${syncId}\`), a bulk sync\n\n- started from a terminal by \`temporal-polytomic\``,
    });
  });

  it('is the title of what is about many syncs, or about none yet', async () => {
    const details = async (workflow: string, input: unknown): Promise<string | undefined> =>
      (await optionsOf({ workflow, input, title: 'all *bulk* syncs', summary: '' })).staticDetails?.split('\n')[0];
    expect(await details('runAllBulkSyncs', {})).toBe('**all bulk syncs**');
    expect(await details('createAndRunBulkSync', { sync: {} })).toBe('**all bulk syncs**');
    expect(await details('awaitSync', { kind: 'model', syncId })).toBe(
      `**all bulk syncs** (\`${syncId}\`), a model sync`,
    );
  });

  it('stays within what Temporal takes', async () => {
    const title = '漢'.repeat(5_000);
    const { staticSummary = '', staticDetails = '' } = await optionsOf({
      ...{ workflow: 'runBulkSync', input: { syncId: title }, title, summary: title },
    });
    expect(Buffer.byteLength(JSON.stringify(staticSummary))).toBeLessThanOrEqual(400);
    expect(Buffer.byteLength(staticDetails)).toBeLessThanOrEqual(20_000);
  });

  it('is the same for what a schedule starts, with the schedule and its note', () => {
    const schedule = { scheduleId: 'nightly', workflow: 'runModelSync', input: { syncId }, cron: ['0 2 * * *'] };
    const { action } = toScheduleOptions({ ...schedule, title: 'Users _to_ CRM', note: 'ask\n![x](y)' });
    expect(action).toMatchObject({
      staticSummary: `model sync "Users to CRM" (${syncId})`,
      staticDetails: `**Users to CRM** (\`${syncId}\`), a model sync\n\n- started by the schedule \`nightly\`: ask ! x (y)`,
      memo: { polytomicTitle: 'Users _to_ CRM' },
    });
  });
});
