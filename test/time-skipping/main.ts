/**
 * Hours in a second: `npm run test:time-skipping` runs the listing of docs/testing.md as it stands, against the packed package
 * and Temporal's time-skipping test server. Needs Java and Maven.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installPacked, repository } from '../server/support/packed-package';
import { startNode, type NodeEnd } from '../server/support/node-process';
import { listingsOf } from '../unit/docs/pages';

const listingName = 'hours-in-a-second.ts';

/** Java may need longer than the SDK waits for a server, where others use the machine. */
const maxTries = 5;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'time-skipping-')));

async function main(): Promise<void> {
  try {
    await installPacked(folder, ['@temporalio/testing', 'tsx']);
    provideTestServer();
    writeUsersProject();
    const end = await runListing();
    process.stdout.write(end.stdout);
    if (end.code !== 0) throw new Error(end.stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where and under the name that the SDK keeps a downloaded one. */
function provideTestServer(): void {
  const jars = join(folder, 'jars');
  const pom = resolve(__dirname, 'pom.xml');
  execFileSync('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const { version } = JSON.parse(
    readFileSync(join(repository, 'node_modules/@temporalio/testing/package.json'), 'utf8'),
  ) as { version: string };
  const launcher = `#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -cp '${jars}/*' io.temporal.testserver.TestServer "$@"\n`;
  writeFileSync(join(folder, `temporal-test-server-sdk-typescript-${version}`), launcher, { mode: 0o755 });
}

function writeUsersProject(): void {
  const pages = ['docs/testing.md'].map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
  const listing = pages.flatMap(listingsOf).find(({ file }) => file === listingName);
  if (listing === undefined) throw new Error(`docs/testing.md has no listing ${listingName}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));
  writeFileSync(join(folder, listingName), listing.code);
  writeFileSync(join(folder, 'workflows.ts'), "export * from 'temporal-polytomic/workflows';\n");
  writeFileSync(
    join(folder, 'main.ts'),
    `import { hoursInASecond } from './${listingName.replace('.ts', '')}';
hoursInASecond(require.resolve('./workflows.ts')).then(
  () => console.log('The listing passed'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
`,
  );
}

async function runListing(): Promise<NodeEnd> {
  for (let tried = 1; ; tried += 1) {
    const env = { TMPDIR: folder };
    const end = await startNode({ args: ['--import', 'tsx', 'main.ts'], cwd: folder, env }).ended;
    if (!end.stderr.includes('did not start within') || tried === maxTries) return end;
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
