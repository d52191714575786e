import { describe, expect, it } from '@jest/globals';
import { engines, peerDependencies } from '../../../package.json';
import { unmetRequirement } from '../../../src/hosting/requirements';

const unmet = (node: string, versions: Readonly<Record<string, string | null>> = {}): string | null =>
  unmetRequirement(
    { engines, peerDependencies },
    { node, versionOf: (name) => (versions[name] === undefined ? '1.24.0' : versions[name]) },
  );

describe('a program of the package', () => {
  it.each(['20.19.0', '20.20.1', '22.0.0', '24.4.1'])('runs on Node %s', (node) => {
    expect(unmet(node)).toBeNull();
  });

  it.each(['16.20.2', '18.20.8', '20.9.0', '20.18.3'])('says in one line that Node %s is too old', (node) => {
    expect(unmet(node)).toBe(`temporal-polytomic needs Node 20.19 or newer; this is Node ${node}`);
  });

  it('says in one line which packages are missing, and how to install them', () => {
    expect(unmet('22.1.0', { '@temporalio/worker': null, '@temporalio/nexus': null })).toBe(
      'temporal-polytomic needs packages that are not installed beside it: ' +
        "npm install '@temporalio/nexus@^1.24.0' '@temporalio/worker@^1.24.0'",
    );
  });

  it('says in one line which packages are too old, and takes what is newer or tells no version', () => {
    expect(unmet('22.1.0', { '@temporalio/worker': '1.15.0', '@temporalio/client': '1.23.2' })).toBe(
      'temporal-polytomic needs newer packages than @temporalio/client 1.23.2, @temporalio/worker 1.15.0: ' +
        "npm install '@temporalio/client@^1.24.0' '@temporalio/worker@^1.24.0'",
    );
    for (const version of ['1.24.0', '1.24.1', '1.30.0-rc.1', 'unknown'])
      expect(unmet('22.1.0', { '@temporalio/worker': version })).toBeNull();
  });
});
