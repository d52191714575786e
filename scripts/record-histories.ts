/**
 * Records the histories that the replay test replays: `npx tsx scripts/record-histories.ts [name…]`. Runs each workflow,
 * and each inline use, on a Temporal server and an emulator of its own, and writes what happened into the folder of this
 * version. Without names, those are recorded that the folder lacks.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { version } from '../package.json';
import { loopback } from '../src/dev-server/free-ports';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { PolytomicPlugin } from '../src/plugin';
import { startEmulator } from '../src/testing';
import { password, provisioningPlugin } from '../test/server/support/provisioning';
import type { Recording, Stage } from './recording';
import { recordings } from './recordings';

/** Instead of the name of this machine. */
const identity = 'recorder';
const taskQueue = 'recordings';
/** Events after which the server suggests to continue as new; usually thousands. */
const fewEvents = 60;
const folder = join(__dirname, '..', 'test', 'replay', 'histories', version);

const pathOf = (name: string): string => join(folder, `${name}.json`);

/** The recordings to make. */
function chosen(names: readonly string[]): [string, Recording][] {
  const all = Object.entries(recordings);
  const unknown = names.filter((name) => !recordings[name]);
  if (unknown.length > 0) throw new Error(`No such recording: ${unknown.join(', ')}`);
  const isWanted = (name: string): boolean => (names.length > 0 ? names.includes(name) : !existsSync(pathOf(name)));
  return all.filter(([name]) => isWanted(name));
}

async function record(stage: Stage, name: string, recording: Recording): Promise<void> {
  const { before, beside = {} } = recording;
  if (before)
    await stage.client.workflow.execute(before.workflow, {
      args: [before.input],
      taskQueue,
      workflowId: `before-${name}`,
    });
  const handle = await stage.client.workflow.start(recording.workflow, {
    args: recording.input(stage),
    taskQueue,
    workflowId: name,
  });
  await recording.meanwhile?.(handle);
  const outcome = await handle.result().then(JSON.stringify, (error: Error) => toLine(error.cause ?? error));
  const first = await stage.client.workflow.getHandle(name, handle.firstExecutionRunId).fetchHistory();
  if (hasContinued(first)) await write(`${name}-first`, first);
  const history = await handle.fetchHistory();
  await write(name, history);
  for (const [file, workflowId] of Object.entries(beside))
    await write(file, await stage.client.workflow.getHandle(workflowId).fetchHistory());
  const names = history.events?.flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
  console.log(`${name}: ${names?.join(', ').replaceAll('polytomic.', '')}\n    ${outcome}`);
}

async function write(name: string, history: History): Promise<void> {
  const shown: unknown = JSON.parse(historyToJSON(history), withoutStackTraces);
  await writeFile(pathOf(name), `${JSON.stringify(shown)}\n`);
}

/** Then the last run of the workflow has another history. */
function hasContinued({ events }: History): boolean {
  return Boolean(events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes);
}

/** They name folders of this machine, and no replay looks at them. */
function withoutStackTraces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

function toLine(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

async function main(): Promise<void> {
  const wanted = chosen(process.argv.slice(2));
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  await mkdir(folder, { recursive: true });
  const [server, emulator] = await Promise.all([
    startDevServer({
      headless: true,
      extraArgs: ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${fewEvents}`],
    }),
    startEmulator({ durationMs: 500 }),
  ]);
  const { address } = server;
  const [connection, clientConnection] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }),
  ]);
  const { url, apiKey } = emulator;
  const listener = createServer((_request, response) => response.end()).listen(0, loopback);
  await once(listener, 'listening');
  const notify = { team: { url: `http://${loopback}:${(listener.address() as AddressInfo).port}` } };
  const worker = await Worker.create({
    connection,
    identity,
    taskQueue,
    workflowsPath: require.resolve('../test/replay/workflows.ts'),
    plugins: [new PolytomicPlugin({ url, apiKey, requestsPerMinute: 600, notify, ...provisioningPlugin })],
  });
  const client = new Client({ connection: clientConnection, identity });
  await worker.runUntil(Promise.all(wanted.map(([name, recording]) => record({ client, emulator }, name, recording))));
  await Promise.all([connection.close(), clientConnection.close(), emulator.close()]);
  listener.close();
  await server.stop();
}

void main();
