/**
 * `npm run replay:mutations [-- --only TEXT]`: changes constants of the workflow code that are wire format, one at a time,
 * and shows that each change breaks the replay of a recorded history. Exits 1 where one does not, as then a release could
 * break running workflows without a test that says so.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { wireChanges } from './replay/changes';
import type { Mutation } from './simulation/mutation';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

const root = join(__dirname, '..');
/** Not below `node_modules`: what lies there is not translated from TypeScript. */
const copy = mkdtempSync(join(tmpdir(), 'replay-mutations-'));
const histories = join(root, 'test', 'replay', 'histories');

async function breaks({ name, file, from, to }: Mutation): Promise<boolean> {
  const path = join(root, 'src', file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`"${name}": its text does not stand once in src/${file}`);
  writeFileSync(
    join(copy, 'src', file),
    text.replace(from, () => to),
  );
  const logger = new DefaultLogger('ERROR');
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(copy, 'test', 'replay', 'workflows.ts'),
    logger,
  });
  writeFileSync(join(copy, 'src', file), text);
  for (const history of recorded()) {
    const events: unknown = JSON.parse(readFileSync(history, 'utf8'));
    const error = await Worker.runReplayHistory({ workflowBundle }, events).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error === null) continue;
    console.log(`${name}: breaks ${history.slice(histories.length + 1)}`);
    return true;
  }
  console.log(`${name}: NOTHING NOTICED`);
  return false;
}

function recorded(): string[] {
  return readdirSync(histories).flatMap((version) =>
    readdirSync(join(histories, version)).map((file) => join(histories, version, file)),
  );
}

async function main(): Promise<void> {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions: { logging: { filter } } });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'test', 'replay'), { recursive: true });
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  for (const file of ['workflows.ts', 'patched-example.ts']) {
    cpSync(join(root, 'test', 'replay', file), join(copy, 'test', 'replay', file));
  }
  const wanted = wireChanges.filter(({ name }) => name.includes(values.only));
  let noticed = 0;
  for (const change of wanted) noticed += (await breaks(change)) ? 1 : 0;
  rmSync(copy, { recursive: true });
  console.log(`${noticed} of ${wanted.length} changes break a replay`);
  process.exitCode = noticed === wanted.length ? 0 : 1;
}

void main();
