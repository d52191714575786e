/** Bundles of the simulation: they play a third faster than modules that are loaded one by one, and may have a defect in them. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Bundles are written into a folder below this one, which Git ignores: from there the packages are found. */
export const bundleFolder = join(__dirname, '..', '..', 'coverage');

/** Bundles a file of this folder. @param readText the text of a source file; default: as it is */
export async function bundleSimulation(
  entry: string,
  outfile: string,
  readText = (path: string): string => readFileSync(path, 'utf8'),
): Promise<void> {
  const plugin: Plugin = {
    name: 'sources',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        // Files are read from beside the sources, not from beside the bundle.
        const contents = readText(path).replaceAll('__dirname', () => JSON.stringify(dirname(path)));
        return { contents, loader: 'ts' };
      });
    },
  };
  await build({
    ...{ entryPoints: [join(__dirname, entry)], outfile, plugins: [plugin] },
    ...{ bundle: true, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'error' },
  });
}
