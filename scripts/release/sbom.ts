/** The software bill of materials: what a user of the package, and the image, have of others. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The parts of CycloneDX that are read here. */
export interface Sbom {
  readonly specVersion: string;
  readonly metadata: { readonly component: { name: string; readonly version: string } };
  readonly components: readonly Component[];
}

/** One package of others. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** Absent where the lock file has none. */
  readonly licenses?: readonly ({ license: { id?: string; name?: string } } | { expression: string })[];
}

/**
 * Made by npm from the lock file alone. As in the Dockerfile, the dev dependencies are taken away first: the `@temporalio`
 * packages are peers of the package and dev dependencies of this repository.
 */
export async function createSbom(repository: string): Promise<Sbom> {
  const folder = await mkdtemp(join(tmpdir(), 'polytomic-sbom-'));
  const npm = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('npm', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      await cp(join(repository, file), join(folder, file));
    const path = join(folder, 'package.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { name: string; devDependencies?: object };
    delete manifest.devDependencies;
    await writeFile(path, JSON.stringify(manifest));
    await npm('prune', '--package-lock-only', '--ignore-scripts', '--offline');
    const sbom = JSON.parse(await npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx')) as Sbom;
    // npm names it after its folder.
    sbom.metadata.component.name = manifest.name;
    return sbom;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
