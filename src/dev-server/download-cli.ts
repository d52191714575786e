/** The Temporal SDK's own download of the CLI, where its testing package is installed. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepProgram } from './checksum';
import { cachedCliPath, cliVersion } from './cli-cache';
import { runProgram } from './run-program';
import type { Found, Search } from './search';
import { withProgress } from './with-progress';

const timeoutMs = 20_000;

/** Run in a process of its own, because the SDK's download cannot be cancelled; starting a server is what triggers it. */
const downloadScript = `
  const [testingPackage, downloadDir, version] = process.argv.slice(1);
  const { TestWorkflowEnvironment } = require(testingPackage);
  TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir, version } } })
    .then((environment) => environment.teardown())
    .catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
`;

/** Downloads the CLI into our cache, within 20 seconds, the start of a server for trial included. */
export async function downloadCli({ env, log }: Search, testingPackage = resolveTesting()): Promise<Found> {
  if (!testingPackage) return { reason: 'SDK download: @temporalio/testing is not installed' };
  const target = cachedCliPath(env);
  const folder = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const args = ['-e', downloadScript, testingPackage, folder, cliVersion()];
    const { ok, output } = await withProgress(log, "Trying the Temporal SDK's download of the server", () =>
      runProgram({ command: process.execPath, args, env, timeoutMs }),
    );
    const [program] = await readdir(folder);
    if (!ok || !program) return { reason: `SDK download: ${output}` };
    await keepProgram(join(folder, program), target);
    return { path: target };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function resolveTesting(): string | null {
  try {
    return require.resolve('@temporalio/testing');
  } catch {
    return null;
  }
}
