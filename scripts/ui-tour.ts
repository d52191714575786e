/**
 * Pictures of every workflow type in Temporal's Web UI, while it runs and once it has ended: `npx tsx scripts/ui-tour.ts FOLDER
 * [NAME…]`. To be looked at by people, so they are not kept. Needs a Chromium; a Temporal server, a worker and the
 * emulator are started and ended here.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { chromium, type Page } from 'playwright-core';
import { detailStart, summarizeStart } from '../src/cli/run/describe-start';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { PolytomicPlugin } from '../src/plugin';
import { startEmulator, type Emulator } from '../src/testing';
import { password, provisioningPlugin } from '../test/server/support/provisioning';
import { setScene, tourScenes, type TourScene } from './ui-tour-scenes';

const taskQueue = 'polytomic';
const startedBy = 'started by a tour of the UI';

interface Tour {
  readonly client: Client;
  readonly emulator: Emulator;
  readonly page: Page;
  readonly uiUrl: string;
  readonly folder: string;
  /** Resolves once the pictures before are taken: there is one page. */
  pageFree: Promise<unknown>;
}

/** Pages of a workflow, and what stands on them once they are drawn. */
const views = { timeline: /^polytomic\.|Sync "|sync "/, 'user-metadata': startedBy } as const;

/** The history with its timeline, and the metadata, of one workflow. */
async function takePictures(tour: Tour, name: string, handle: WorkflowHandle): Promise<void> {
  const taken = tour.pageFree.then(() => picture(tour, name, handle));
  tour.pageFree = taken.catch(() => undefined);
  await taken;
}

async function picture({ page, uiUrl, folder }: Tour, name: string, handle: WorkflowHandle): Promise<void> {
  const { runId, workflowId } = await handle.describe();
  const path = `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  for (const [view, shown] of Object.entries(views)) {
    await page.goto(`${path}/${view}`);
    // Where it has no such text, the picture shows that.
    await page
      .getByText(shown)
      .first()
      .waitFor({ timeout: 6_000 })
      .catch(() => undefined);
    // Current details are asked of the worker once the rest is there.
    await page.waitForTimeout(2_500);
    await page.screenshot({ path: join(folder, `${name}-${view}.png`) });
  }
}

async function visit(tour: Tour, name: string, scene: TourScene): Promise<void> {
  const { client, emulator } = tour;
  const { workflow, before } = scene;
  if (before) {
    const workflowId = `before-${name}`;
    await client.workflow.execute(before.workflow, { args: [before.input], taskQueue, workflowId });
  }
  const input = scene.input(emulator);
  const start = { workflow, input, title: scene.title ?? name };
  const handle = await client.workflow.start(workflow, {
    ...{ args: [input], taskQueue, workflowId: name },
    staticSummary: `Run ${summarizeStart(start)}`,
    staticDetails: detailStart(start, startedBy),
  });
  if (scene.untilShown) {
    await scene.untilShown(handle);
    await takePictures(tour, `${name}-running`, handle);
  }
  await scene.thenEnd?.(handle, emulator);
  await handle.result().catch(() => undefined);
  await takePictures(tour, `${name}-ended`, handle);
  console.log(name);
}

async function main(): Promise<void> {
  const [folder = '', ...names] = process.argv.slice(2);
  if (folder === '') throw new Error('Where to? Expected a folder');
  await mkdir(folder, { recursive: true });
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const [server, emulator] = await Promise.all([startDevServer({ uiPort: 0 }), startEmulator({ durationMs: 500 })]);
  const { address, uiUrl = '' } = server;
  const [connection, clientConnection, browser] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }),
    chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ]);
  const { url, apiKey } = emulator;
  const worker = await Worker.create({
    ...{ connection, taskQueue, workflowsPath: require.resolve('../src/workflows/index.ts') },
    plugins: [new PolytomicPlugin({ url, apiKey, requestsPerMinute: 600, ...provisioningPlugin })],
  });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 1_000 } });
  const tour = {
    client: new Client({ connection: clientConnection }),
    emulator,
    page,
    uiUrl,
    folder,
    pageFree: Promise.resolve(),
  };
  try {
    await worker.runUntil(async () => {
      const wanted = Object.entries(tourScenes).filter(([name]) => names.length === 0 || names.includes(name));
      await Promise.all(wanted.map(([name, scene]) => visit(tour, name, scene)));
      await takePictures(tour, 'set', setScene(tour.client)).catch(() => undefined);
      await page.goto(`${uiUrl}/namespaces/default/workflows`);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(folder, 'list.png') });
    });
  } finally {
    await browser.close();
    await Promise.all([connection.close(), clientConnection.close(), emulator.close()]);
    await server.stop();
  }
}

void main();
