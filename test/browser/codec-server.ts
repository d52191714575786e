/**
 * The codec server of examples/encrypted in a real browser: `npm run test:browser`. Temporal's own Web UI shows the input of
 * an encrypted workflow in clear with it, and no text of it without. Needs a Chromium, as report.ts does.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { chromium, type Page } from 'playwright-core';
import { createCodecServer } from '../../examples/encrypted/src/codec-server';
import { createEncryptionCodec } from '../../examples/encrypted/src/codec';
import { newKey, readKeys } from '../../examples/encrypted/src/keys';
import { freePorts, loopback } from '../../src/dev-server/free-ports';
import { startDevServer } from '../../src/dev-server/start-dev-server';

const confidential = 'payroll-of-everyone';
const workflowId = 'encrypted-run';

/** What a payload says that nobody decrypted: `binary/encrypted`, as the Web UI writes it. */
const encrypted = Buffer.from('binary/encrypted').toString('base64');

/** The page of the workflow's first event, once it shows an input with such a text; its text. */
async function inputShown(page: Page, { url, text }: { url: string; text: string }): Promise<string> {
  await page.goto(url);
  await page.getByText(text).first().waitFor();
  return (await page.locator('body').textContent()) ?? '';
}

async function main(): Promise<void> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const folder = mkdtempSync(join(tmpdir(), 'codec-'));
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, JSON.stringify({ current: 'k', keys: { k: newKey() } }));
  const codec = createEncryptionCodec(readKeys(keys));
  const [codecPort = 0, uiPort = 0] = await freePorts([undefined, undefined]);
  const namespaces = new Set<string>();
  const codecServer = createCodecServer({
    codec,
    uiOrigin: `http://${loopback}:${uiPort}`,
    isAllowed: (_authorization, namespace) => Boolean(namespaces.add(namespace)),
  });
  const endpoint = `http://${loopback}:${codecPort}`;
  const temporal = await startDevServer({ uiPort, extraArgs: ['--ui-codec-endpoint', endpoint] });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const client = new Client({ connection, dataConverter: { payloadCodecs: [codec] } });
    const args = [{ syncId: confidential }];
    const { firstExecutionRunId } = await client.workflow.start('runBulkSync', { workflowId, taskQueue: 'none', args });
    const url = `${temporal.uiUrl}/namespaces/default/workflows/${workflowId}/${firstExecutionRunId}/history/events/1`;
    const page = await browser.newPage();

    const without = await inputShown(page, { url, text: encrypted });
    assert.ok(!without.includes(confidential), 'nothing is in clear without it');
    codecServer.listen(codecPort, loopback);
    await once(codecServer, 'listening');
    const decoded = await inputShown(page, { url, text: confidential });
    assert.ok(!decoded.includes(encrypted), 'the input is in clear with it');
    assert.deepEqual([...namespaces], ['default'], 'the codec server learns whose payloads are asked for');
    console.log('The codec server in the Web UI: all checks passed');
  } finally {
    codecServer.close();
    await browser.close();
    await connection.close();
    await temporal.stop();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
