/** Programs of shell that stand in for the Temporal CLI and for Go. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes an executable shell script, its folder included, and returns its path. */
export async function writeProgram(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Answers `--version` as the Temporal CLI does. */
export const temporalScript = 'echo "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"';

/**
 * A `go` that "builds" a Temporal CLI: it writes its arguments and what matters of its environment to `record`, then
 * the program to the path after `-o`.
 */
export function goScript(record: string): string {
  return [
    `echo "$PWD $CGO_ENABLED $GOWORK $*" >> '${record}'`,
    'while [ "$1" != -o ]; do shift; done',
    `printf '#!/bin/sh\\n%s\\n' '${temporalScript}' > "$2"; chmod +x "$2"`,
  ].join('\n');
}
