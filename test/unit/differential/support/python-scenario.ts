/** A scenario of every resource by Polytomic's own Python package against the emulator. */
import { deepEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '../../../../src/testing';
import { contract } from '../../../../src/testing/http/contract';

const run = promisify(execFile);
const usual = { warehouse: '00000000-0000-4000-8000-000000000011', crm: '00000000-0000-4000-8000-000000000012' };

/** Runs the scenario; rejects when the package cannot parse an answer, misses a field, or leaves an operation out. */
export async function runPythonScenario(python: string, version: string): Promise<void> {
  const emulator = await startEmulator({ durationMs: 200, jobMs: 50 });
  const receiver = createServer((request, response) => void request.resume().on('end', () => response.end('thanks')));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const given = {
    ...usual,
    url: emulator.url,
    user: emulator.apiKey,
    partner: emulator.partnerKey,
    receiver: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
  };
  try {
    const script = join(__dirname, '../emulator_scenario.py');
    const { stdout } = await run(python, [script, JSON.stringify(given)]);
    const { unknown } = JSON.parse(stdout) as { unknown: string[] };
    const asked = new Set(emulator.requests().map(({ operation }) => operation));
    const known = contract.operations.filter(({ versions }) => versions.includes(version)).map(({ id }) => id);
    const left = known.filter((id) => !asked.has(id));
    console.log(
      `scenario: ${known.length - left.length} of ${known.length} operations answered to the package's own types`,
    );
    deepEqual({ unknown, left }, { unknown: [], left: [] });
  } finally {
    receiver.close();
    receiver.closeAllConnections();
    await emulator.close();
  }
}
