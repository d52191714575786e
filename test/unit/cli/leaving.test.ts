/** Ends of a command before its work ends: Ctrl-C, `--command-timeout`, a query that nobody answers. */
import { describe, expect, it, jest } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { CliError } from '../../../src/cli/cli-error';
import type { Temporal } from '../../../src/cli/connect';
import { exitCodes } from '../../../src/cli/exit-codes';
import { Interrupts } from '../../../src/cli/interrupts';
import { watchWorkflow } from '../../../src/cli/watch/watch-workflow';
import { startCli } from './cli-process';
import { silentServer } from './silent-server';

const never = (): Promise<never> => new Promise(() => undefined);

describe('watchWorkflow', () => {
  const temporal = {
    connection: { withDeadline: (_at: number, work: () => unknown) => work() },
  } as unknown as Temporal;
  const watch = (handle: object, signal: AbortSignal) =>
    watchWorkflow({ temporal, handle: handle as WorkflowHandle, everyMs: 1, onChange: () => undefined, signal });

  it('is left at once while a query is under way that no worker answers', async () => {
    const leaving = new AbortController();
    const watching = watch({ result: never, query: never, describe: never }, leaving.signal);
    leaving.abort(new CliError(exitCodes.interrupted, 'Interrupted'));
    await expect(watching).rejects.toThrow('Interrupted');
  });

  it('tells an end at once while a query is under way that no worker answers', async () => {
    const result = { outcome: 'completed' };
    const handle = { result: () => Promise.resolve(result), query: never, describe: never };
    await expect(watch(handle, new AbortController().signal)).resolves.toMatchObject({ status: 'completed', result });
  });
});

describe('Interrupts', () => {
  it('are heard by the newest listener alone, which is told how many there were', () => {
    const [unheard, first, second] = [jest.fn(), jest.fn(), jest.fn()];
    const before = process.listenerCount('SIGINT');
    const interrupts = new Interrupts(unheard);
    process.emit('SIGINT');
    const stopFirst = interrupts.listen(first);
    const stopSecond = interrupts.listen(second);
    process.emit('SIGTERM');
    stopSecond();
    process.emit('SIGINT');
    stopFirst();
    process.emit('SIGINT');
    interrupts.close();
    expect([unheard.mock.calls, first.mock.calls, second.mock.calls]).toEqual([[[1], [4]], [[3]], [[2]]]);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('the bin that connects to a server that never answers', () => {
  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)('is left at once by %s, with its code', async (_what, signal) => {
    const server = await silentServer();
    const cli = startCli({ args: ['status', '--client-connect-timeout', '1h', '--address', server.address] });
    await server.called;
    cli.child.kill(signal);
    expect(await cli.ended).toBe(exitCodes.interrupted);
    expect(cli.said()).toBe('temporal-polytomic: Interrupted\n');
    await server.close();
  });

  it('is left after its --command-timeout, with its code and the next step', async () => {
    const server = await silentServer();
    const args = [
      'status',
      '--client-connect-timeout',
      '1h',
      '--command-timeout',
      '500ms',
      '--address',
      server.address,
    ];
    const cli = startCli({ args });
    expect(await cli.ended).toBe(exitCodes.timedOut);
    expect(cli.stderr()).toMatch(
      /did not end within its --command-timeout \(0\.5 s\)\n {2}What it started in Temporal goes on/,
    );
    await server.close();
  });
});
