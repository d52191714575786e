/** `temporal-polytomic dev`, with a real server. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { startCli, type CliProcess } from '../unit/cli/cli-process';
import { connectTemporal, temporalCliPath, uniqueTaskQueue, waitUntil } from './support/harness';

describe('temporal-polytomic dev', () => {
  let cli: CliProcess;

  afterEach(async () => {
    cli.child.kill('SIGKILL');
    await cli.ended;
  });

  it('runs the workflow of its own sample, shows the Web UI, and is gone after Ctrl-C', async () => {
    const taskQueue = uniqueTaskQueue('cli-dev');
    cli = startCli({
      args: ['dev', '--port', '0', '--ui-port', '0'],
      env: { TEMPORAL_CLI_PATH: temporalCliPath(), POLYTOMIC_TASK_QUEUE: taskQueue },
    });
    const [, address = ''] = await cli.untilSaid(/Temporal server: (\S+)/);
    const [, uiUrl = ''] = await cli.untilSaid(/Web UI: (\S+)/);
    const [, type = '', input = ''] = await cli.untilSaid(/--type (\S+) [^]*--input '(.*)'/);
    await cli.untilSaid(/Polling task queue/);
    expect((await fetch(uiUrl)).status).toBe(200);

    const { client, close } = await connectTemporal(address);
    const args = [JSON.parse(input)];
    const result: unknown = await client.workflow.execute(type, { workflowId: 'sample', taskQueue, args });
    expect(result).toMatchObject({ outcome: 'completed', syncId: expect.any(String) });
    await close();

    const [, words = ''] = await cli.untilSaid(/npx temporal-polytomic (run [^]*?--task-queue \S+)/);
    const printed = [...words.matchAll(/'([^']*)'|[^\s\\]+/g)].map(([word, quoted]) => quoted ?? word);
    const run = startCli({ args: printed });
    await run.untilSaid(/completed/);
    expect(await run.ended).toBe(0);

    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(0);
    await waitUntil(() =>
      fetch(uiUrl).then(
        () => false,
        () => true,
      ),
    );
  });

  it('holds what a seed file says instead of its samples', async () => {
    cli = startCli({
      args: ['dev', '--port', '0', '--ui-port', '0', '--seed', 'examples/emulator/seed.yaml'],
      env: { TEMPORAL_CLI_PATH: temporalCliPath(), POLYTOMIC_TASK_QUEUE: uniqueTaskQueue('cli-dev-seed') },
    });
    const [, emulatorUrl = ''] = await cli.untilSaid(/Polytomic: +(\S+) \(emulator\)/);
    await cli.untilSaid(/Polling task queue/);
    const headers = { Authorization: 'Bearer test-key', 'X-Polytomic-Version': '2025-09-18' };
    const answer = await fetch(`${emulatorUrl}/api/bulk/syncs`, { headers });
    const { data } = (await answer.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain('66666666-6666-4666-8666-666666666666');
    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(0);
  });
});
