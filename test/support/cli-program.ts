/** How tests run the bin. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const built = join(root, 'lib/cli/main.js');
const source = join(root, 'src/cli/main.ts');

/** Arguments of node: the bin as it was built, or from its source where that has changed since, as then each start costs a second. */
export const cliProgram: readonly string[] = isBuilt() ? [built] : ['--import', 'tsx', source];

function isBuilt(): boolean {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const changed = Math.max(...files.map((file) => statSync(join(root, 'src', file)).mtimeMs));
  return existsSync(built) && statSync(built).mtimeMs > changed;
}
