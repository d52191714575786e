import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleInfoFile, locateWorkflows, sdkVersion } from '../../../src/hosting/workflow-bundle';

describe('the workflows of the ready worker', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function locate(info?: object): { lines: string[]; found: ReturnType<typeof locateWorkflows> } {
    const lines: string[] = [];
    if (info) writeFileSync(join(folder, bundleInfoFile), JSON.stringify(info));
    return { found: locateWorkflows((line) => lines.push(line), folder), lines };
  }

  it('are bundled at the start, with a line about it, where none were built', () => {
    const { found, lines } = locate();
    expect(found).toEqual({ workflowsPath: require.resolve('../../../src/workflows/index') });
    expect(lines).toEqual(['Bundling the workflows: none were built']);
  });

  it('are the built ones beside the SDK that they were built with, silently', () => {
    const { found, lines } = locate({ sdk: sdkVersion(), build: '0.1.0' });
    expect(found).toEqual({ workflowBundle: { codePath: join(folder, 'workflow-bundle.js') } });
    expect(lines).toEqual([]);
  });

  it('are bundled at the start, with both versions named, beside another SDK', () => {
    const { found, lines } = locate({ sdk: '1.20.0', build: '0.1.0' });
    expect(found).toHaveProperty('workflowsPath');
    expect(lines).toEqual([
      `Bundling the workflows: the built ones are for @temporalio/worker 1.20.0, and ${sdkVersion()} is installed`,
    ]);
  });
});
