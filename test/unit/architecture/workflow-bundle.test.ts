import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const source = (name: string): string => resolve(__dirname, '../../../src', name);

/** The real bundler without an ignore list: it refuses Node built-ins, and what it takes is in its text. */
async function bundle(entry: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: source(entry), logger: new DefaultLogger('ERROR') });
  return code;
}

describe('the doors for workflow code', () => {
  it.each(['workflows/index.ts', 'workflow.ts'])(
    '%s bundles without Node built-ins, zod, clients or activities',
    async (entry) => {
      const code = await bundle(entry);
      expect(code).toContain('polytomic.SyncFailed');
      for (const foreign of [
        'node_modules/zod',
        'node_modules/node-fetch',
        'src/activities',
        'src/polytomic',
        'src/inputs',
      ]) {
        expect(code).not.toContain(foreign);
      }
    },
  );
});
