/** `node lib/worker.js` with settings it cannot run with: no Temporal server is asked. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

function run(env: Record<string, string>): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [resolve('lib/worker.js')], {
    env: { PATH: process.env['PATH'], POLYTOMIC_API_KEY: 'key-of-the-test', ...env },
    encoding: 'utf8',
  });
}

const wrong = { POLYTOMIC_OPERATIONS: 'most', POLYTOMIC_LOG_LEVEL: 'loud' };
const addressOfOthers = { POLYTOMIC_METRICS_ADDRESS: '192.0.2.1:9' };

describe('a worker that cannot run', () => {
  it.each([
    ['a missing key', { POLYTOMIC_API_KEY: '' }, 2, /^POLYTOMIC_API_KEY: missing/, 1],
    ['two wrong settings', wrong, 2, /^Wrong settings$/, 2],
    [
      'an address that it cannot have',
      addressOfOthers,
      2,
      /^POLYTOMIC_METRICS_ADDRESS: 192\.0\.2\.1:9 cannot be had \(/,
      1,
    ],
  ])('says so in one JSON line where the log is JSON: %s', (_what, env, code, message, problems) => {
    const { status, stderr } = run({ POLYTOMIC_LOG_FORMAT: 'JSON', ...env });
    expect(status).toBe(code);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    const said = JSON.parse(lines[0] ?? '') as { problems?: string[] };
    expect(said).toMatchObject({ level: 'error', message: expect.stringMatching(message) });
    expect(said).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
    expect(said.problems?.length).toBe(problems);
    expect(stderr).not.toMatch(/key-of-the-test|loud/);
  });

  it('says so in words alone where the log is text', () => {
    expect(run({ POLYTOMIC_API_KEY: '' }).stderr).toMatch(/^POLYTOMIC_API_KEY: missing; expected .*\n$/);
  });
});
