/** Makes the package's programs executable: npx keeps a link to them, and sets their mode only when it makes the link. */
import { chmodSync } from 'node:fs';
import { bin } from '../../package.json';

for (const program of Object.values(bin)) chmodSync(program, 0o755);
