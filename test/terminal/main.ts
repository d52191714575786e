/**
 * The live table in a real pseudo-terminal: `npm run test:terminal`. Needs tmux. A real Temporal server that is restarted, a
 * worker that is killed, an emulator, and a person who presses Ctrl-C and comes back; the screen is compared.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalCli } from '../../src/dev-server/find-temporal-cli';
import { startDevServer } from '../../src/dev-server/start-dev-server';
import { startEmulator } from '../../src/testing';
import { killWorker, openPane, startWorker, untilWorker } from './pane';

const columns = 100;
const rows = 28;
const folder = mkdtempSync(join(tmpdir(), 'terminal-'));

async function main(): Promise<void> {
  const cliPath = await findTemporalCli();
  const dbFile = join(folder, 'temporal.db');
  let server = await startDevServer({ cliPath, dbFile });
  const port = Number(server.address.split(':')[1]);
  const names = Array.from({ length: 200 }, (_, at) => ({
    name: `Sync ${at}`,
    ...(at % 20 === 7 && { script: 'failed' as const }),
  }));
  const emulator = await startEmulator({
    durationMs: 6_000,
    seed: { bulkSyncs: [...names, { name: 'Lake', durationMs: 3_600_000 }] },
  });
  const env = {
    TEMPORAL_ADDRESS: server.address,
    ...{ POLYTOMIC_URL: emulator.url, POLYTOMIC_API_KEY: emulator.apiKey, POLYTOMIC_REQUESTS_PER_MINUTE: '600' },
  };
  let worker = startWorker(env);
  const pane = openPane({ folder, columns, rows, temporalAddress: server.address });
  const { type, press, untilShown } = pane;
  try {
    await untilWorker(pane);

    type('clear; polytomic run bulk Lake; echo "code $?"');
    await untilShown('a single run is a line with its age and state', /Lake +\d+s {2}running/);
    press('C-c');
    const left = await untilShown(
      'Ctrl-C leaves it running, and says how to come back',
      /goes on/,
      /To cancel:/,
      /code 130/,
    );
    const [, workflowId = ''] = /To come back: temporal-polytomic await (\S+)/.exec(left) ?? [];
    assert.match(workflowId, /^runBulkSync-lake-/);
    type(`clear; polytomic await ${workflowId} --on-interrupt cancel; echo "code $?"`);
    await untilShown('a person comes back to it', /Lake +\d+m? ?\d*s? {2}running/);
    press('C-c');
    await untilShown('Ctrl-C cancels where that was asked for, and waits for it', /Canceling; Ctrl-C again/, /code 3/);

    type('clear; polytomic run-all bulk --name "Sync *" --max-concurrent 30; echo "code $?"');
    await untilShown('a preview is asked about', /200 syncs would run/, /Run them\?/);
    press('y');
    const table = await untilShown(
      'the table shows a bar, counts, what runs and what failed',
      /█/,
      /\d+ of 200/,
      /Running \(\d+\)/,
      /Without success/,
    );
    const lines = table.trimEnd().split('\n');
    assert.ok(lines.length <= rows && lines.every((line) => line.length <= columns), 'it fits the screen');
    assert.equal(table.match(/Running \(/g)?.length, 1, 'it is drawn over itself');
    await killWorker(worker);
    await untilShown('a worker that died is reported', /no worker (answers|polls)/);
    worker = startWorker(env);
    await untilShown('and forgotten once another one works', /running\n {2}█/);
    await server.stop();
    await untilShown('a Temporal that is gone is reported', /connection to Temporal is lost/);
    server = await startDevServer({ cliPath, dbFile, port });
    const end = await untilShown(
      'it goes on after the restart, to the end and its code',
      /200 syncs, 190 completed, 10 failed/,
      /code 1/,
    );
    assert.match(end, /✗ failed {2}Sync/);
  } finally {
    pane.close();
    await killWorker(worker).catch(() => undefined);
    await emulator.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
