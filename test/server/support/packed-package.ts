/** The package as npm publishes it, in a user's folder. Packs what `npm run build` left in lib/. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of this repository. */
export const repository = resolve(__dirname, '../../..');

/** TypeScript's compiler. */
export const tsc = join(repository, 'node_modules/typescript/bin/tsc');

/** The parts of package.json that matter to users. */
export interface Manifest {
  version: string;
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  typesVersions: Record<string, Record<string, string[]>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

/** The installed package. */
export interface PackedPackage {
  folder: string;
  /** Paths within the folder. */
  files: string[];
  manifest: Manifest;
}

/**
 * Installs the packed package into a user's folder, with the packages beside it that it declares and nothing else, so that
 * an import of anything undeclared fails.
 *
 * @param others what the user has besides, such as `tsx`.
 */
export async function installPacked(userFolder: string, others: readonly string[] = []): Promise<PackedPackage> {
  const modules = join(userFolder, 'node_modules');
  const folder = join(modules, 'temporal-polytomic');
  await mkdir(folder, { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', userFolder];
  const { stdout } = await run('npm', pack, { cwd: repository });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error('npm packed nothing');
  await run('tar', ['-xzf', join(userFolder, packed.filename), '-C', folder, '--strip-components', '1']);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { dependencies, peerDependencies } = manifest;
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node', ...others]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(await realpath(join(repository, 'node_modules', name)), join(modules, name));
  }
  return { folder, manifest, files: packed.files.map(({ path }) => path) };
}
