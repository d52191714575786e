/** The dev server as demo, tests and the `dev` command use it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { freePorts } from '../../src/dev-server/free-ports';
import { startDevServer, type DevServer, type DevServerOptions } from '../../src/dev-server/start-dev-server';
import { connectTemporal, temporalAddress, temporalCliPath, uniqueTaskQueue } from './support/harness';

describe('the dev server', () => {
  let folder: string;
  const started: DevServer[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dev-server-'));
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  async function start(options: DevServerOptions): Promise<DevServer> {
    const server = await startDevServer({ headless: true, cliPath: temporalCliPath(), ...options });
    started.push(server);
    return server;
  }

  async function withClient<T>(server: DevServer, use: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: server.address });
    try {
      return await use(new Client({ connection, namespace: server.namespace }));
    } finally {
      await connection.close();
    }
  }

  it.each(['stop', 'kill'] as const)('still knows a workflow after %s and a restart on the same file', async (how) => {
    const [port] = await freePorts([undefined]);
    const options = { dbFile: join(folder, 'temporal.sqlite'), port };

    const first = await start(options);
    const { firstExecutionRunId } = await withClient(first, (client) =>
      client.workflow.start('anything', { workflowId: 'kept', taskQueue: uniqueTaskQueue('nobody') }),
    );
    if (how === 'kill') first.kill();
    await first.stop();

    const second = await start(options);
    expect(second.address).toBe(first.address);
    const found = await withClient(second, (client) => client.workflow.getHandle('kept').describe());
    expect(found.runId).toBe(firstExecutionRunId);
    expect(found.status.name).toBe('RUNNING');
  });

  it('is gone, and no longer answers, once stop has resolved', async () => {
    const server = await start({});
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    await expect(Connection.connect({ address: server.address, connectTimeout: '1s' })).rejects.toThrow();
  });

  it('serves the namespace it was asked for and its Web UI', async () => {
    const server = await start({ namespace: 'data', headless: false });
    expect(server.namespace).toBe('data');
    await withClient(server, (client) => client.workflow.count());
    expect((await fetch(server.uiUrl ?? '')).status).toBe(200);
  });

  it('says in its own words why it did not start', async () => {
    const dbFile = join(folder, 'no-such-folder', 'temporal.sqlite');
    await expect(start({ dbFile })).rejects.toThrow(/did not start: it ended with code 1[^]*no-such-folder/);
  });

  it('does not start a second server on a port that is taken', async () => {
    const port = Number(temporalAddress().split(':')[1]);
    await expect(start({ port })).rejects.toThrow(new RegExp(`Port ${port} cannot be used`));
  });

  it('is shared by the test files', async () => {
    const { client, close } = await connectTemporal();
    const { workflowId } = await client.workflow.start('anything', {
      workflowId: uniqueTaskQueue('shared'),
      taskQueue: uniqueTaskQueue('nobody'),
    });
    await client.workflow.getHandle(workflowId).terminate();
    await close();
  });
});
