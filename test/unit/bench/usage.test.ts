/** What the benchmarks say of their options, before anything is measured. */
import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';

const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], { encoding: 'utf8' });

it.each(['bench-wait', 'bench-fanout'])('%s explains itself, and names a wrong option', (script) => {
  const help = run(script, '--help');
  expect([help.status, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toMatch(/--only .*\n[^]*--json FILE/);
  const wrong = run(script, '--only', 'nothing');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/^--only: expected [^]*--json FILE/);
  expect(wrong.stderr).not.toContain('    at ');
});
