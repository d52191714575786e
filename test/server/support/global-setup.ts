/** Starts the one Temporal server of all server tests, and bundles the built-in workflows once. */
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { findTemporalCli } from '../../../src/dev-server/find-temporal-cli';
import { startDevServer } from '../../../src/dev-server/start-dev-server';
import { shared, sharedServerEnv } from './shared-server';

const workflowsPath = resolve(__dirname, '../../../src/workflows/index.ts');

async function writeBundle(): Promise<void> {
  if (!existsSync(workflowsPath)) return;
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const path = join((shared.folder = await mkdtemp(join(tmpdir(), 'polytomic-tests-'))), 'workflow-bundle.js');
  await writeFile(path, code);
  process.env[sharedServerEnv.bundle] = path;
}

module.exports = async function globalSetup(): Promise<void> {
  const cliPath = await findTemporalCli();
  process.env[sharedServerEnv.cliPath] = cliPath;
  shared.server = await startDevServer({ cliPath });
  process.env[sharedServerEnv.address] = shared.server.address;
  await writeBundle();
};
