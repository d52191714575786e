import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { simulate, type Measured } from './simulation/scenarios';
import { broken, promisedScenarios } from './simulation/table';

const root = join(__dirname, '../../..');

/** In a process of its own, as jest's sandbox makes such arithmetic many times slower. */
it('keeps what is promised of requests and latency for hours of waiting, alone and by the thousand', async () => {
  const script = join(root, 'scripts/simulate-waits.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { cwd: root });
  expect(stderr).toBe('');
  const [, ...rows] = stdout.trim().split('\n');
  expect(rows.map((row) => row.slice(0, 38).trim())).toEqual(promisedScenarios.map(({ name }) => name));
  // Half a minute of arithmetic, and many times that while others keep all cores busy.
}, 900_000);

it('names each promise that is not kept', async () => {
  const scenario = promisedScenarios[1]!;
  const measured: Measured = await simulate(scenario);
  expect(broken(scenario, { ...measured, requests: 161, p50: 30, p99: 62 })).toEqual(['requests: 161.0, promised 160']);
});

it('is the same in each simulation of one seed', async () => {
  const scenario = { name: 'twenty', waits: 20, kind: 'model', history: 10, seed: 42 } as const;
  expect(await simulate(scenario)).toEqual(await simulate(scenario));
});
