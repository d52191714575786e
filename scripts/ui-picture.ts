/**
 * Takes the README's picture of a fan-out in Temporal's Web UI: `npm run ui-picture`. Needs a Chromium; a dev server
 * with the emulator is started and ended here.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { chromium } from 'playwright-core';
import type { FanOutProgress } from '../src/contracts/fan-out-progress';
import { findTemporalCli } from '../src/dev-server/find-temporal-cli';
import { startCli } from '../test/unit/cli/cli-process';

const picture = 'docs/fan-out-in-the-ui.png';
const workflowId = 'nightly';
const folder = mkdtempSync(join(tmpdir(), 'ui-picture-'));

/** Forty syncs of different lengths, two of which fail. */
function writeSeed(): string {
  const sources = ['Orders', 'Customers', 'Invoices', 'Events', 'Tickets', 'Sessions', 'Products', 'Payments'];
  const targets = ['lake', 'warehouse', 'archive', 'mart', 'search'];
  const names = sources.flatMap((source) => targets.map((target) => `${source} to ${target}`));
  const bulkSyncs = names.map((name, at) => ({
    name,
    script: { outcome: at === 0 || at === 17 ? 'failed' : 'completed', durationMs: 8_000 + ((at * 1_733) % 30_000) },
  }));
  const file = join(folder, 'seed.json');
  writeFileSync(file, JSON.stringify({ bulkSyncs }));
  return file;
}

async function main(): Promise<void> {
  const env = { TEMPORAL_CLI_PATH: await findTemporalCli() };
  const dev = startCli({ args: ['dev', '--port', '0', '--ui-port', '0', '--seed', writeSeed()], env });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const [, address = ''] = await dev.untilSaid(/Temporal server: (\S+)/);
    const [, uiUrl = ''] = await dev.untilSaid(/Web UI: (\S+)/);
    await dev.untilSaid(/Polling task queue/);
    const connection = await Connection.connect({ address });
    const handle = await new Client({ connection }).workflow.start('runAllBulkSyncs', {
      ...{ workflowId, taskQueue: 'polytomic', args: [{ maxConcurrent: 20 }] },
      staticSummary: 'All bulk syncs, 20 at a time',
    });
    const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    await page.goto(`${uiUrl}/namespaces/default/workflows/${workflowId}`);
    const ended = async (): Promise<number> => {
      const { counts } = await handle.query<FanOutProgress>('progress');
      return counts.completed + counts.failed;
    };
    while ((await ended()) < 12) await page.waitForTimeout(500);
    await page.getByText('Auto Refresh On').waitFor();
    await page.waitForTimeout(2_000);
    await page.screenshot({ path: picture, clip: { x: 206, y: 106, width: 1_074, height: 782 } });
    await handle.result().catch(() => undefined);
    await connection.close();
  } finally {
    await browser.close();
    dev.child.kill('SIGINT');
    await dev.ended;
    rmSync(folder, { recursive: true });
  }
}

void main();
