/**
 * `npm run test:python-sdk`: every operation by this client and by Polytomic's own Python package, whose newest release
 * speaks the newest API version, must arrive as the same request; and the package works through every resource of the
 * emulator. Needs Python 3.10 or newer and PyPI.
 */
import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from '../../../src/polytomic/client';
import { exampleInput, rows } from '../polytomic/support/example-inputs';
import { runPythonScenario } from './support/python-scenario';
import { startRecorder, type Recorded, type Recorder } from './support/recorder';

const release = 'polytomic==25.9.10';
const version = '2025-09-18';
type Input = Record<string, unknown>;

/** Where the package keeps an operation whose name is older. */
const moved: Record<string, string> = {
  'connections.executeProxy': 'connections.proxy.executeProxy',
  'connections.getProxyInfo': 'connections.proxy.getProxyInfo',
  'connections.listSharedConnections': 'connections.sharedConnections.listSharedConnections',
  'connections.listSharedConnectionsForPartner': 'connections.sharedConnections.listSharedConnectionsForPartner',
  'connections.createSharedConnection': 'connections.sharedConnections.createSharedConnection',
};

/** Fields that the package's methods forget although its own texts name them: it is given them as unnamed parameters. */
const forgotten: Record<string, readonly string[]> = {
  'bulkSync.list': ['page_token', 'limit'],
  'connections.getConnectSession': ['token'],
  'models.list': ['page_token', 'limit'],
};

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'polytomic-sdk-'));
  const recorder = await startRecorder(version);
  try {
    const python = install(folder);
    const theirs = await recordPackage(python, recorder);
    const mine = await recordClient(recorder);
    const differing = rows.filter(([name]) => !isSame(name, mine.get(name), theirs.get(name)));
    console.log(`compared ${rows.length} operations, ${differing.length} differ`);
    equal(differing.length, 0);
    await runPythonScenario(python, version);
  } finally {
    await recorder.close();
    rmSync(folder, { recursive: true });
  }
}

function install(folder: string): string {
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const python = join(folder, 'bin/python');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', release], { stdio: 'inherit' });
  return python;
}

async function recordPackage(python: string, recorder: Recorder): Promise<Map<string, Recorded>> {
  const child = spawn(python, [join(__dirname, 'record_calls.py'), recorder.url, version], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const calls = rows.map(([name, row]) => ({ name, sdkName: moved[name] ?? name, input: exampleInput(row) }));
  child.stdin.end(JSON.stringify(calls));
  const told = JSON.parse(await text(child.stdout)) as { failed: Record<string, string>; forgotten: typeof forgotten };
  deepEqual(told.forgotten, forgotten);
  const recorded = new Map(recorder.take().map(({ operation = '', ...request }) => [operation, request]));
  const unsent = Object.entries(told.failed).filter(([name]) => !recorded.has(name));
  unsent.forEach(([name, reason]) => console.log(`${name} was not sent by the package: ${reason}`));
  return recorded;
}

async function recordClient(recorder: Recorder): Promise<Map<string, Recorded>> {
  const client = createClient({ url: recorder.url, apiKey: 'test-key-1234', apiVersion: version });
  const recorded = new Map<string, Recorded>();
  for (const [name, row] of rows) {
    const parts = name.split('.');
    const method = parts.reduce<unknown>((node, part) => (node as Input)[part], client) as (
      i: Input,
    ) => Promise<unknown>;
    await method(exampleInput(row)).catch(() => undefined);
    const [request] = recorder.take();
    if (request) recorded.set(name, request);
  }
  return recorded;
}

/** The package does not encode what it puts into a path, so decoded paths are compared. Absent is never the same. */
function isSame(name: string, mine?: Recorded, theirs?: Recorded): boolean {
  const decoded = (request?: Recorded): unknown => request && { ...request, path: decodeURIComponent(request.path) };
  try {
    deepEqual(decoded(mine), decoded(theirs));
    return mine !== undefined;
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
    return false;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
