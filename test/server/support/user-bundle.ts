/** The workflows of users that several tests share, bundled by the first one that asks. */
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundlePath } from '@temporalio/worker';
import { bundle } from './harness';

/** `user-workflows.ts` as `workflowBundle` of a worker. A bundle takes five seconds of a core. */
export async function userBundle(): Promise<WorkflowBundlePath> {
  const codePath = join(dirname(bundle().codePath), 'user-workflow-bundle.js');
  if (existsSync(codePath)) return { codePath };
  const workflowsPath = require.resolve('./user-workflows.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  // Whole at once, as another process may look for it.
  const unfinished = `${codePath}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return { codePath };
}
