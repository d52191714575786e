/**
 * `npm run replay:mutations [-- --only TEXT]`: changes constants of the workflow code that are wire format, one at a time,
 * and shows that each change breaks the replay of a recorded history. Exits 1 where one does not, as then a release could
 * break running workflows without a test that says so.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

const root = join(__dirname, '..');
const copy = join(root, 'node_modules', '.cache', 'replay');
const histories = join(root, 'test', 'replay', 'histories');

/** An exact text below `src`, and what it becomes. */
interface Change {
  name: string;
  file: string;
  from: string;
  to: string;
}

const engine = (file: string): string => `workflows/engine/${file}.ts`;

const changes: readonly Change[] = [
  {
    name: 'starts of one activity',
    file: engine('tries'),
    from: 'const maxStarts = 100;',
    to: 'const maxStarts = 50;',
  },
  { name: 'repeated starts', file: engine('tries'), from: 'const maxRepeated = 20;', to: 'const maxRepeated = 10;' },
  {
    name: 'runs of one wait',
    file: engine('waits'),
    from: 'const maxExecutions = 200;',
    to: 'const maxExecutions = 100;',
  },
  { name: 'runs of one cancel', file: engine('stops'), from: 'const maxItems = 200;', to: 'const maxItems = 2;' },
  { name: 'gap of notifications', file: engine('outbox'), from: 'const gapMs = 30_000;', to: 'const gapMs = 0;' },
  {
    name: 'name of an activity',
    file: engine('temporal-io'),
    from: "cancel: 'cancelExecutions',",
    to: "cancel: 'cancelRuns',",
  },
  {
    name: 'no timer between tries',
    file: engine('step'),
    from: 'wake.push(tries.wakeAt, waits.wakeAt',
    to: 'wake.push(waits.wakeAt',
  },
  {
    name: 'no timer for lateness and timeouts',
    file: engine('step'),
    from: 'if (!isIdle) wake.push(...dueTimes(state));',
    to: 'void dueTimes;',
  },
  {
    name: 'batches of a paced start',
    file: 'rules/pace.ts',
    from: 'const batchesPerMinute = 6;',
    to: 'const batchesPerMinute = 1;',
  },
  {
    name: 'a timer while only starts are under way',
    file: engine('drive'),
    from: 'const longestTryMs = 10 * 60_000;',
    to: 'const longestTryMs = 1e12;',
  },
  {
    name: 'waits return soon while starts are under way',
    file: engine('waits'),
    from: '{ isBounded: isStarting }',
    to: '{ isBounded: isStarting && now < 0 }',
  },
];

async function breaks({ name, file, from, to }: Change): Promise<boolean> {
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
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, 'test', 'replay'), { recursive: true });
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  for (const file of ['workflows.ts', 'patched-example.ts']) {
    cpSync(join(root, 'test', 'replay', file), join(copy, 'test', 'replay', file));
  }
  const wanted = changes.filter(({ name }) => name.includes(values.only));
  let noticed = 0;
  for (const change of wanted) noticed += (await breaks(change)) ? 1 : 0;
  rmSync(copy, { recursive: true });
  console.log(`${noticed} of ${wanted.length} changes break a replay`);
  process.exitCode = noticed === wanted.length ? 0 : 1;
}

void main();
