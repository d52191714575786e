/** examples/encrypted as a user runs it: Temporal stores nothing in clear of what a run is given, reads and answers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { createEncryptionCodec } from '../../examples/encrypted/src/codec';
import { newKey, readKeys } from '../../examples/encrypted/src/keys';
import { resultOf } from '../../src';
import type { Emulator, EmulatorSync } from '../../src/testing';
import type { ExampleProject } from './support/example-project';
import { startExampleStage, type ExampleStage } from './support/example-stage';
import { temporalAddress, type TemporalConnections } from './support/harness';
import { eventsOf, textsIn, untilWaiting } from './support/history';
import { startNode, type NodeEnd, type NodeProcess } from './support/node-process';
import { repository } from './support/packed-package';
import { cliProgram } from '../support/cli-program';

const keys = { old: newKey(), new: newKey() };
const token = 'codec-token-of-the-test';
const uiOrigin = 'http://localhost:8233';
/** What the sync and its runs tell. */
const confidential = { name: 'Payroll of everyone', message: 'Row 7: Ada Lovelace earns too much' };

let emulator: Emulator;
let temporal: TemporalConnections;
let stage: ExampleStage;
let example: ExampleProject;
let worker: NodeProcess;
let codecServer: NodeProcess | undefined;

beforeAll(async () => {
  stage = await startExampleStage(['@temporalio/proto']);
  ({ emulator, temporal } = stage);
  example = await stage.projects.add('encrypted', {
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_REQUESTS_PER_MINUTE: '600',
    CODEC_PORT: '0',
    UI_ORIGIN: uiOrigin,
  });
  await stage.projects.checkTypes();
  await writeKeys({ current: 'old', keys: { old: keys.old } });
  await writeFile(join(example.folder, 'codec-token'), token);
  worker = await example.start('worker');
});
afterAll(async () => {
  await Promise.all([worker?.end('SIGKILL'), codecServer?.end('SIGTERM')]);
  await stage.close();
});

const keysPath = (): string => join(example.folder, 'payload-keys.json');
const writeKeys = (content: object): Promise<void> => writeFile(keysPath(), JSON.stringify(content));

/** A caller with the keys that the project has now. */
function encryptedClient(): Client {
  const dataConverter = { payloadCodecs: [createEncryptionCodec(readKeys(keysPath()))] };
  return new Client({ connection: temporal.client.connection, dataConverter });
}

function start(workflowId: string, syncId: string): Promise<WorkflowHandle> {
  const options = { taskQueue: 'encrypted', workflowId, args: [{ syncId }] };
  return encryptedClient().workflow.start('runBulkSync', options);
}

/** What whoever reads the server without the keys sees: the history, and what describes the workflow. */
async function storedTexts(workflowId: string): Promise<string> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  const { options, workflowService } = temporal.client;
  const request = { namespace: options.namespace, execution: { workflowId } };
  return textsIn([await eventsOf(handle), await workflowService.describeWorkflowExecution(request)]);
}

async function expectNothingInClear(workflowId: string, { id }: EmulatorSync): Promise<void> {
  const stored = await storedTexts(workflowId);
  expect(stored).toContain('binary/encrypted');
  const runs = emulator.executions().filter(({ syncId }) => syncId === id);
  for (const text of [id, ...runs.map((run) => run.id), ...Object.values(confidential)])
    expect(stored).not.toContain(text);
}

it('nothing stands in clear of a run that completes: inputs, results, summaries', async () => {
  const sync = emulator.addBulkSync({ name: confidential.name });
  const printed = await example.run('start', 'encrypted-completed', sync.id);
  expect(JSON.parse(printed)).toMatchObject({ outcome: 'completed', name: confidential.name, syncId: sync.id });
  await expectNothingInClear('encrypted-completed', sync);
});

it('nothing stands in clear of a run that fails, and of a start that is refused: messages, what Polytomic said', async () => {
  const script = [{ status: 'failed', afterMs: 100, message: confidential.message }];
  const failing = emulator.addBulkSync({ name: confidential.name, script });
  const failed = await start('encrypted-failed', failing.id);
  const error: unknown = await failed.result().catch((thrown: unknown) => thrown);
  expect(JSON.stringify(resultOf(error))).toContain(confidential.message);
  await expectNothingInClear('encrypted-failed', failing);

  const refusing = emulator.addBulkSync({ name: confidential.name });
  emulator.fault({ operation: 'bulkSync.start', status: 422, body: { message: confidential.message }, recorded: true });
  const refused = await start('encrypted-refused', refusing.id);
  await expect(refused.result()).rejects.toMatchObject({
    cause: { type: 'polytomic.Rejected', message: expect.stringContaining(confidential.message) },
  });
  await expectNothingInClear('encrypted-refused', refusing);
});

it('a wait goes on while the keys are rotated', async () => {
  const sync = emulator.addBulkSync({ name: confidential.name, script: 'neverEnds' });
  const handle = await start('encrypted-rotated', sync.id);
  await untilWaiting(handle);
  await worker.end('SIGTERM');
  await writeKeys({ current: 'new', keys });
  worker = await example.start('worker');
  const rotated = encryptedClient().workflow.getHandle('encrypted-rotated');
  await rotated.cancel();
  await expect(rotated.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  const runs = emulator.executions().filter(({ syncId }) => syncId === sync.id);
  expect(runs.map(({ status }) => status)).toEqual(['canceled']);
  // The ids of the keys that its payloads name.
  const stored = (await storedTexts('encrypted-rotated')).split('\n');
  expect(stored).toEqual(expect.arrayContaining(['old', 'new']));
  await expectNothingInClear('encrypted-rotated', sync);
});

it('the codec server shows a history to the Temporal Web UI, and the whole of it to the terminal program', async () => {
  codecServer = await example.start('codec-server');
  const url = await codecServer.firstLine();
  const [started] = await eventsOf(temporal.client.workflow.getHandle('encrypted-completed'));
  const input = started?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  const toBase64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const metadata = Object.entries(input?.metadata ?? {}).map(([name, bytes]) => [name, toBase64(bytes)] as const);
  const answer = await fetch(`${url}/decode`, {
    method: 'POST',
    headers: { origin: uiOrigin, authorization: `Bearer ${token}`, 'x-namespace': 'default' },
    body: JSON.stringify({ payloads: [{ metadata: Object.fromEntries(metadata), data: toBase64(input?.data) }] }),
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe(uiOrigin);
  const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
  expect(JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString())).toHaveProperty('syncId');

  const auth = { TEMPORAL_CODEC_ENDPOINT: url, TEMPORAL_CODEC_AUTH: `Bearer ${token}` };
  const { id } = emulator.addBulkSync({ name: 'Only one of this name' });
  const run = await terminalProgram(auth, 'run', 'bulk', 'Only one of this name', '--workflow-id', 'encrypted-by-cli');
  expect(run.stdout).toContain('Only one of this name');
  await expectNothingInClear('encrypted-by-cli', emulator.sync(id));
  expect((await terminalProgram(auth, 'report', 'encrypted-failed')).stdout).toContain(
    confidential.message.slice(0, 30),
  );
  const blind = await terminalProgram({}, 'show', 'encrypted-by-cli');
  expect(blind).toMatchObject({ code: 2, stderr: expect.stringContaining('--codec-endpoint') });
  const refused = await terminalProgram(
    { ...auth, TEMPORAL_CODEC_AUTH: 'Bearer another' },
    'report',
    'encrypted-failed',
  );
  expect(refused).toMatchObject({ code: 7, stderr: expect.stringContaining('answered 401') });
});

/** A command, as a person with a codec server enters it. */
function terminalProgram(env: NodeJS.ProcessEnv, ...args: string[]): Promise<NodeEnd> {
  const program = {
    args: [...cliProgram, ...args, '--address', temporalAddress(), '--task-queue', 'encrypted'],
    cwd: repository,
    env: { ...env, HOME: example.folder },
  };
  return startNode(program).ended;
}
