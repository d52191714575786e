/** The bin's commands as a person meets them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../../src/cli/exit-codes';
import type { Output } from '../../../src/cli/output';
import { createProgram, runProgram } from '../../../src/cli/program';
import { noTerminal } from '../../../src/cli/terminal';
import { startCli, type CliCall, type CliProcess } from './cli-process';

describe('the command line', () => {
  async function run(...args: string[]): Promise<{ code: number; lines: string; notes: string }> {
    const lines: string[] = [];
    const notes: string[] = [];
    const output: Output = { line: (text) => lines.push(text), note: (text) => notes.push(text) };
    const code = await runProgram(args, output);
    return { code, lines: lines.join('\n'), notes: notes.join('\n') };
  }

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ code: exitCodes.ok, lines: version, notes: '' });
  });

  it.each(['dev', 'emulator', 'worker'])('lists the command %s in its help, and explains it', async (command) => {
    expect((await run('--help')).lines).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(await run(command, '--help')).toMatchObject({ code: exitCodes.ok, notes: '' });
  });

  it.each([
    ['a command that there is not', ['ryn'], "error: unknown command 'ryn'"],
    [
      'an option that there is not',
      ['emulator', '--prt', '1'],
      "error: unknown option '--prt'\n(Did you mean --port?)",
    ],
    ['an argument too many', ['worker', 'now'], 'error: too many arguments'],
    ['a port that is none', ['emulator', '--port', '70000'], 'Expected a port number from 0 (any free one) to 65535.'],
    ['a duration that is none', ['status', '--command-timeout', 'soon'], "option '--command-timeout <duration>'"],
    ['an empty id of a workflow', ['run', 'bulk', 'x', '--workflow-id', ''], "option '--workflow-id <id>'"],
    ['an empty task queue', ['status', '-t', ''], 'Expected a text that is not empty.'],
    ['an empty address', ['status', '--address', ' '], 'Expected a text that is not empty.'],
    ['an empty file', ['report', 'x', '--html', ''], 'Expected a text that is not empty.'],
    ['a blank share', ['run', 'bulk', 'x', '--max-error-ratio', ' '], 'Expected a number from 0 to 1.'],
    ['a time without its offset', ['schedule', 'adopt', '--start-time', '2026-11-26T02:00:00'], 'with its offset'],
    ['a day that there is not', ['schedule', 'adopt', '--start-time', '2026-02-30T02:00:00Z'], 'with its offset'],
    ['an interval of three parts', ['schedule', 'adopt', '--interval', '1h/2m/3'], 'Expected DURATION or'],
    ['a calendar that is none', ['schedule', 'adopt', '--calendar', '5'], 'Expected a JSON object'],
    ['a count out of bounds', ['concurrency', 'nightly', '0'], 'Expected a whole number from 1 to 1000.'],
    ['an argument that is no choice', ['run', 'bluk', 'x'], 'Allowed choices are model, bulk.'],
    ['a missing argument', ['schedule', 'pause'], '(see temporal-polytomic schedule pause --help)'],
    ['a port that is empty', ['dev', '--ui-port', ''], 'Expected a port number from 0 (any free one) to 65535.'],
  ])('answers %s with a clear line and the code for usage', async (_what, args, line) => {
    const { code, lines, notes } = await run(...args);
    expect(code).toBe(exitCodes.usage);
    expect(notes).toContain(line);
    expect(lines).toBe('');
  });

  it('teaches each command by examples', async () => {
    const program = createProgram(
      { output: { line: () => undefined, note: () => undefined }, env: {}, terminal: noTerminal },
      () => undefined,
    );
    const pathsOf = (command: typeof program): string[][] =>
      command.commands.flatMap((sub) => [[sub.name()], ...pathsOf(sub).map((path) => [sub.name(), ...path])]);
    const paths = pathsOf(program);
    expect(paths.length).toBeGreaterThan(30);
    const helps = await Promise.all(paths.map((path) => run(...path, '--help')));
    const without = paths.filter((path, at) => !helps[at]?.lines.includes(`\n  $ temporal-polytomic ${path[0] ?? ''}`));
    expect(without).toEqual([]);
  });

  it.each(['list', 'run-all', 'schedule create'])('says of %s that its globs are case-sensitive', async (command) => {
    const { lines } = await run(...command.split(' '), '--help');
    expect(lines.replace(/\s+/g, ' ')).toContain('only syncs with such a name, such as "EU *"; case-sensitive');
  });

  it('shows its help, as an error, when no command is given', async () => {
    const { code, notes } = await run();
    expect(code).toBe(exitCodes.usage);
    expect(notes).toMatch(/^Usage: temporal-polytomic/);
  });
});

describe('the bin', () => {
  const started: CliProcess[] = [];

  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });

  function start(call: CliCall): CliProcess {
    const cli = startCli(call);
    started.push(cli);
    return cli;
  }

  it('ends with the code for usage after an unknown command', async () => {
    expect(await start({ args: ['ryn'] }).ended).toBe(exitCodes.usage);
  });

  it.each([
    ['a back-fill', ['backfill', 'nightly', '--start-time', '2026-11-23T00:00:00Z']],
    ['a back-fill of no time at all', ['backfill', 'nightly', '--start-time', '2026-11-20T00:00:00Z']],
  ])('refuses %s whose end is not after its start', async (_what, args) => {
    const cli = start({ args: ['schedule', ...args, '--end-time', '2026-11-20T00:00:00Z'] });
    expect(await cli.ended).toBe(exitCodes.usage);
    expect(cli.said()).toMatch(
      /^temporal-polytomic: --end-time \(2026-11-20T\S+\): expected a time after --start-time/,
    );
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('runs an emulator that answers to its key, until %s', async (signal) => {
    const cli = start({ args: ['emulator', '--port', '0', '--key', 'mine'] });
    const [, url] = await cli.untilSaid(/emulator: (http:\S+)/);
    await cli.untilSaid(/API key: +mine/);
    const [, syncId] = await cli.untilSaid(/Bulk sync: +(\S+)/);
    await cli.untilSaid(/Ctrl-C/);
    const statusFor = async (key: string): Promise<number> =>
      (await fetch(`${url}/api/bulk/syncs/${syncId}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await statusFor('mine'), await statusFor('test-key')]).toEqual([200, 401]);
    cli.child.kill(signal);
    expect(await cli.ended).toBe(exitCodes.ok);
  });

  it('runs an emulator that holds what a seed file says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-seed-'));
    const file = join(folder, 'seed.yaml');
    writeFileSync(file, 'bulkSyncs:\n  - { id: mine, name: Mine }\n');
    const cli = start({ args: ['emulator', '--port', '0', '--seed', file] });
    const [, url] = await cli.untilSaid(/emulator: (http:\S+)/);
    await cli.untilSaid(/Seed: +\S+seed\.yaml/);
    const headers = { authorization: 'Bearer test-key' };
    expect((await fetch(`${url}/api/bulk/syncs/mine`, { headers })).status).toBe(200);
    rmSync(folder, { recursive: true });
  });

  it('names the file and the field when a seed is wrong', async () => {
    const cli = start({ args: ['emulator', '--seed', 'package.json'] });
    expect(await cli.ended).toBe(exitCodes.usage);
    expect(cli.said()).toMatch(/^temporal-polytomic: package.json: name: expected no such field, only organizations/);
  });

  it('fails with one line when the emulator cannot listen', async () => {
    const first = start({ args: ['emulator', '--port', '0'] });
    const [, port = ''] = await first.untilSaid(/:(\d+)$/m);
    const second = start({ args: ['emulator', '--port', port] });
    expect(await second.ended).toBe(exitCodes.failed);
    expect(second.said()).toMatch(new RegExp(`^temporal-polytomic: .*${port}.*\n$`));
  });

  it('names the missing setting when the worker has no key', async () => {
    const cli = start({ args: ['worker'] });
    expect(await cli.ended).toBe(exitCodes.usage);
    expect(cli.said()).toMatch(/^temporal-polytomic: .*POLYTOMIC_API_KEY/);
  });

  it('ends with one line when dev is given a port that is taken', async () => {
    const emulator = start({ args: ['emulator', '--port', '0'] });
    const [, port = ''] = await emulator.untilSaid(/:(\d+)$/m);
    const dev = start({
      args: ['dev', '--port', port, '--ui-port', '0'],
      env: { TEMPORAL_CLI_PATH: process.execPath },
    });
    expect(await dev.ended).toBe(exitCodes.failed);
    expect(dev.said()).toMatch(new RegExp(`^temporal-polytomic: Port ${port} cannot be used: .*\n$`));
  });
});
