/**
 * Draws `docs/live-table.svg`, the picture in the README: `npm run picture`. Needs tmux. A real server, worker and emulator run
 * a fan-out in a real terminal, and the screen is drawn letter by letter while it is under way.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalCli } from '../src/dev-server/find-temporal-cli';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { startEmulator } from '../src/testing';
import { killWorker, openPane, startWorker, untilWorker } from '../test/terminal/pane';
import { toSvg } from './picture/to-svg';

const columns = 84;
const rows = 18;
const tables = ['users', 'orders', 'invoices', 'events', 'accounts', 'tickets'];
const regions = ['EU', 'US', 'APAC', 'LATAM'];
const systems = ['Shop', 'Billing', 'Support', 'Warehouse', 'Web'];

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const server = await startDevServer({ cliPath: await findTemporalCli(), dbFile: join(folder, 'temporal.db') });
  const names = systems.flatMap((system) =>
    regions.flatMap((region) => tables.map((table) => `${region} ${system} ${table}`)),
  );
  const bulkSyncs = names.map((name, at) => ({ name, ...(at % 30 === 4 && { script: 'failed' as const }) }));
  const emulator = await startEmulator({ durationMs: 8_000, seed: { bulkSyncs } });
  const worker = startWorker({
    TEMPORAL_ADDRESS: server.address,
    ...{ POLYTOMIC_URL: emulator.url, POLYTOMIC_API_KEY: emulator.apiKey, POLYTOMIC_REQUESTS_PER_MINUTE: '600' },
  });
  const pane = openPane({ folder, columns, rows, temporalAddress: server.address });
  try {
    await untilWorker(pane);
    pane.type('clear; polytomic run-all bulk --max-concurrent 12 --yes');
    const half = /[4-7]\d of 120/;
    await pane.untilShown('a table in the middle of a run', half, /about .* left/, /Without success/, /Running \(\d/);
    writeFileSync('docs/live-table.svg', toSvg(pane.screen(true), { columns, rows }));
    console.log('Wrote docs/live-table.svg');
  } finally {
    pane.close();
    await killWorker(worker);
    await emulator.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
