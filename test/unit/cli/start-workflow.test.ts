/** Workflows whose id the caller gives: an open one is followed instead, if it does what is asked for. */
import { expect, it } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { identifyStart, startWorkflow } from '../../../src/cli/run/start-workflow';

/** A server on which a workflow of this type is open under every id. */
function opened(type: string): Temporal {
  const handle = {
    workflowId: 'nightly',
    describe: () => Promise.resolve({ type, startTime: new Date(0) }),
  };
  const workflow = { start: () => Promise.resolve(handle), getHandle: () => handle };
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
