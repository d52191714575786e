/** What `npm run release` says of the packages of others. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { licenceLines, unacceptedLicences } from '../../../scripts/release/licences';
import { createSbom, type Component, type Sbom } from '../../../scripts/release/sbom';

const sbomOf = (...components: Component[]): Sbom => ({
  specVersion: '1.5',
  metadata: { component: { name: 'x', version: '1' } },
  components,
});

describe('the bill of materials', () => {
  let sbom: Sbom;
  beforeAll(async () => void (sbom = await createSbom(process.cwd())));

  it('names the package and all that a worker is made of, and nothing of what builds and tests it', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
    const names = sbom.components.map(({ name }) => name);
    expect(sbom.metadata.component).toMatchObject({ name: 'temporal-polytomic', version: manifest['version'] });
    const needed = Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] });
    expect(needed.filter((name) => !names.includes(name))).toEqual([]);
    expect(names).toContain('@temporalio/core-bridge');
    for (const name of ['jest', 'eslint', 'tsx', '@temporalio/testing']) expect(names).not.toContain(name);
  });

  it('has the versions of the lock file', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const found = sbom.components.find(({ name }) => name === 'node-fetch');
    expect(found?.version).toBe(packages['node_modules/node-fetch']?.version);
  });

  it('holds no licence that is not accepted', () => {
    expect(unacceptedLicences(sbom)).toEqual([]);
    expect(licenceLines(sbom)).toHaveLength(sbom.components.length);
  });
});

describe('the list of licences', () => {
  it('has a line for each package, in order', () => {
    const mit = { licenses: [{ license: { id: 'MIT' } }] };
    const lines = licenceLines(sbomOf({ name: 'b', version: '2', ...mit }, { name: 'a', version: '1', ...mit }));
    expect(lines).toEqual(['a 1 MIT', 'b 2 MIT']);
  });

  it.each([
    [[{ license: { id: 'AGPL-3.0-only' } }], 'a (AGPL-3.0-only)'],
    [[{ license: { name: 'Ours' } }], 'a (Ours)'],
    [[{ expression: 'MIT AND GPL-2.0-only' }], 'a (MIT AND GPL-2.0-only)'],
    [[{ expression: '(MIT OR GPL-2.0-only)' }], 'a ((MIT OR GPL-2.0-only))'],
    [undefined, 'a (unknown)'],
  ])('stops at %j, which a person has to look at', (licenses, told) => {
    expect(unacceptedLicences(sbomOf({ name: 'a', version: '1', ...(licenses && { licenses }) }))).toEqual([told]);
  });

  it('takes what needs all of several licences that are accepted', () => {
    expect(
      unacceptedLicences(sbomOf({ name: 'a', version: '1', licenses: [{ expression: 'Apache-2.0 AND MIT' }] })),
    ).toEqual([]);
  });
});
