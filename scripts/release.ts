/**
 * `npm run release`: makes what goes out with a version, in release/: the package as npm gets it, its software bill of
 * materials (CycloneDX), the licences of all that it brings, and checksums of these. Publishes nothing.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { licenceLines, unacceptedLicences } from './release/licences';
import { createSbom } from './release/sbom';

const repository = resolve(__dirname, '..');
const folder = join(repository, 'release');

async function main(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as { version: string };
  const changes = await readFile(join(repository, 'CHANGELOG.md'), 'utf8');
  if (!changes.includes(`\n## ${version}`)) throw new Error(`CHANGELOG.md has no heading "## ${version}"`);
  const sbom = await createSbom(repository);
  const unaccepted = unacceptedLicences(sbom);
  if (unaccepted.length > 0) throw new Error(`Licences to look at: ${unaccepted.join(', ')}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await writeFile(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
  await writeFile(join(folder, 'licences.txt'), `${licenceLines(sbom).join('\n')}\n`);
  // It builds first.
  await promisify(execFile)('npm', ['pack', '--pack-destination', folder], { cwd: repository });
  const names = (await readdir(folder)).sort();
  const lines = await Promise.all(names.map(async (name) => `${await sha256(join(folder, name))}  ${name}`));
  await writeFile(join(folder, 'SHA256SUMS'), `${lines.join('\n')}\n`);
  console.log([`${sbom.components.length} packages of others`, ...lines].join('\n'));
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
