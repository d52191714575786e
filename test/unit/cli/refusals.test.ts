/** What can be known to be wrong is refused before anything is started: here there is no Temporal at all. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../../src/cli/exit-codes';
import { callCli, type CliEnd } from './cli-process';

const folder = mkdtempSync(join(tmpdir(), 'cli-refusals-'));

afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function fileOf(content: string | Uint8Array): string {
  const file = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(file, content);
  return file;
}

const run = (...args: string[]): Promise<CliEnd> =>
  callCli({ args: [...args, '--address', '127.0.0.1:1', '--client-connect-timeout', '1s'] });

const pipeline = fileOf('steps:\n  - { id: load, kind: bulk, sync: Lake }\n');
const spec = fileOf('name: warehouse\nmodels: {}\n');
const cron = ['--cron', '0 2 * * *'];
const execution = '5c0ffee5-0000-4000-8000-000000000009';

describe('an option whose value is wrong', () => {
  it.concurrent.each<[string[], string]>([
    [['run', 'bulk', 'Lake', '--timeout', 'abc'], 'Input of runBulkSync is not valid. timeout: expected a duration'],
    [['run', 'model', 'CRM', '--stalled-after', '1s'], 'runModelSync is not valid. stalledAfter: expected 15 minutes'],
    [['run', 'bulk', 'Lake', '--live-counts', '1s'], 'liveCounts: expected 10 seconds to 24 days'],
    [['run', 'bulk', 'Lake', '--on-stalled', 'cancel'], 'onStalled: needs stalledAfter'],
    [['run', 'bulk', 'Lake', '--warn-after', ''], 'warnAfter: expected a duration'],
    [['run', 'bulk', 'Lake', '--timeout', '11y'], 'timeout: expected a duration'],
    [['run', 'bulk', 'Lake', '--notify', ''], 'notify[0]: expected a string of 1 to 255 characters'],
    [['run', 'bulk', 'Lake', '--organization', ''], 'organization: expected a string of 1 to 255 characters'],
    [['run', 'bulk', 'Lake', '--retry-failed-schemas', '101'], 'retryFailedSchemas: expected a whole number from 0'],
    [['run', 'model', 'CRM', '--retry-failed-schemas', '1'], 'retryFailedSchemas: unknown field'],
    [['run', 'bulk', 'Lake', '--retry', '2', '--retry-delay', 'soon'], 'retry.delay: expected a duration'],
    [['run', 'bulk', 'Lake', '--retry', '2', '--retry-on', 'timedOut'], "retry.on: 'timedOut' needs timeoutPerAttempt"],
    [['run', 'bulk', 'Lake', '--max-warnings', '9'.repeat(400)], 'maxWarnings: expected a number'],
    [['run', 'bulk', 'Lake', '--schema', ''], 'start.schemas[0]: '],
    [['run', 'bulk', 'Lake', '--input', '{"colour":1,"ifRunning":"maybe"}'], 'colour: unknown field'],
    [['run', 'bulk', 'Lake', '--input', '{"syncId":"a/b"}'], 'syncId: expected an id'],
    [['run-all', 'bulk', '--timeout-per-sync', 'abc'], 'runAllBulkSyncs is not valid. timeoutPerSync: '],
    [['run-all', 'bulk', '--max-concurrent', '0', '--yes'], 'maxConcurrent: expected a whole number from 1 to 1000'],
    [['run-all', 'bulk', '--id', 'a/b', '--dry-run'], 'filter.ids[0]: expected an id'],
    [['run-all', 'bulk', '--shard', '4/4'], 'shard'],
    [['pipeline', pipeline, '--timeout', 'abc'], 'runSyncPipeline is not valid. timeout: '],
    [['pipeline', fileOf('steps: []')], 'steps: expected a list of 1 to 200 steps'],
    [['pipeline', fileOf('organization: 5\nsteps: [{ id: a, sync: A }]')], 'organization: expected'],
    [['pipeline', fileOf('steps: [{ id: a, sync: A, after: [b] }]')], 'steps[0].after[0]: there is no step "b"'],
    [['pipeline', pipeline, '--fail-fast'], "unknown option '--fail-fast'"],
    [['await', 'Lake', '--completed-after', '2026-11-26'], 'completedAfter: expected an RFC 3339 time'],
    [['await', 'Lake', '--caught-up-within', '1s'], 'caughtUpWithin: expected 10 seconds or more'],
    [['await', 'Lake', '--caught-up-within', 'abc'], '--caught-up-within: expected a duration'],
    [['await', 'CRM', '--kind', 'model', '--caught-up-within', '5m'], "caughtUpWithin: needs kind 'bulk'"],
    [['await', 'a/b', '--sync', 'Lake'], 'executionId: expected an id'],
    [
      ['await', execution, '--sync', 'Lake', '--completed-after', '2026-11-26T00:00:00Z'],
      'completedAfter: cannot be given together with executionId',
    ],
    [['await', 'nightly', '--timeout', '11y'], 'timeout: expected a duration'],
    [['schedule', 'create', 'x', 'bulk', 'Lake', ...cron, '--timeout', 'abc'], 'timeout: expected a duration'],
    [['schedule', 'create', 'x', 'all-model', ...cron, '--max-concurrent', '0'], 'maxConcurrent: '],
    [['schedule', 'create', 'x', 'pipeline', pipeline, ...cron, '--stalled-after', '1s'], 'stalledAfter: '],
    [['schedule', 'create', 'x', 'drift', spec, ...cron, '--notify', ''], 'notify[0]: '],
    [['schedule', 'create', 'x', 'bulk', 'Lake'], 'When is it to run?'],
    [['schedule', 'create', 'x', 'bulk', 'Lake', '--interval', 'abc'], 'intervals.every: expected a duration'],
    [['schedule', 'create', 'x', 'bulk', 'Lake', ...cron, '--jitter', 'abc'], 'jitter: expected a duration'],
    [['schedule', 'adopt', 'x', 'bulk', 'Lake', '--timeout', 'abc'], 'timeout: expected a duration'],
    [['list', '--name', ''], 'filter.name: '],
    [['list', '--connection', 'a/b'], 'filter.connectionIds[0]: '],
    [['list', '--organization', ''], 'organization: '],
    [['doctor', '--organization', ''], 'organization: '],
    [['orphans', '--since', '-1h'], '--since: expected a duration'],
    [['plan', spec, '--organization', ''], 'planPolytomic is not valid. organization: '],
    [['plan', spec, '--delete-adopted', 'hub'], 'deleteAdopted[0]: expected an address'],
    [['plan', spec, '--destroy', '--prune'], 'prune: cannot be given with destroy'],
    [['drift', spec, '--input', '{"colour":1}'], 'colour: unknown field'],
    [['apply', spec, '--timeout', 'abc'], 'provisionPolytomic is not valid. timeout: '],
    [['apply', spec, '--approval-timeout', 'abc', '--yes'], 'approvalTimeout: '],
    [['apply', spec, '--max-concurrent', '51'], 'maxConcurrent: expected a whole number from 1 to 50'],
    [['destroy', spec, '--plan-hash', ''], 'planHash: '],
    [['export', '--set', 'a b'], 'set: expected letters'],
    [['export', '--name', ''], 'names[0]: '],
  ])('%j is refused', async (args, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(words);
    expect([code, stdout]).toEqual([exitCodes.usage, '']);
  });

  it('is refused with every other wrong one, by one error', async () => {
    const { stderr } = await run('run', 'bulk', 'Lake', '--timeout', 'abc', '--stalled-after', '1s', '--notify', '');
    for (const field of ['timeout', 'stalledAfter', 'notify[0]']) expect(stderr).toContain(`${field}: `);
  });

  it.concurrent.each([
    ['run', 'bulk', 'Lake', '--timeout', '1h', '--stalled-after', '15m', '--notify', 'team'],
    ['pipeline', fileOf('steps: [{ id: a, sync: CRM, start: { resync: true } }]')],
    ['await', 'nightly', '--timeout', '2h'],
    ['apply', spec, '--yes'],
  ])('is none in %s %s', async (...args) => {
    expect((await run(...args)).code).toBe(exitCodes.noTemporal);
  });
});
