/** The workflows as one file that `npm run build` made, so that a worker polls in seconds: bundling takes about ten. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';

/** What a bundle is good for. */
export interface BundleInfo {
  /** Version of `@temporalio/worker` that made it: another one may lay out its runtime in another way. */
  readonly sdk: string;
  /** Version of this package. */
  readonly build: string;
}

/** The build's folder, and in it the bundle with what is said about it. */
const lib = join(__dirname, '..');
export const bundleFile = 'workflow-bundle.js';
export const bundleInfoFile = 'workflow-bundle.json';

/** Where a worker takes our workflows from. A line is logged when it has to bundle them itself. */
export function locateWorkflows(
  log: (line: string) => void,
  folder: string = lib,
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const info = readInfo(join(folder, bundleInfoFile));
  const installed = sdkVersion();
  if (info?.sdk === installed) return { workflowBundle: { codePath: join(folder, bundleFile) } };
  log(
    info
      ? `Bundling the workflows: the built ones are for @temporalio/worker ${info.sdk}, and ${installed} is installed`
      : 'Bundling the workflows: none were built',
  );
  return { workflowsPath: require.resolve('../workflows/index') };
}

/** Version of the `@temporalio/worker` that is installed. */
export function sdkVersion(): string {
  const manifest = readFileSync(require.resolve('@temporalio/worker/package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function readInfo(path: string): BundleInfo | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BundleInfo;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
