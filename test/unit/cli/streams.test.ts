/** Readers that go away early, full disks: what is written must not hide how a command ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../../src/cli/exit-codes';
import { cliProgram } from '../../support/cli-program';
import { startCli } from './cli-process';

const nowhere = ['doctor', '--address', '127.0.0.1:1'];

describe('the bin whose reader is gone', () => {
  it.each([
    ['data', ['stdout']],
    ['words', ['stderr']],
    ['both', ['stdout', 'stderr']],
  ] as const)('ends as its command does, without a word of its own (%s)', async (_what, gone) => {
    const cli = startCli({ args: nowhere });
    // Long before the program is loaded.
    for (const name of gone) cli.child[name]?.destroy();
    expect(await cli.ended).toBe(exitCodes.noTemporal);
    expect(cli.stderr()).toBe('');
  });

  it('says of data that could not be written that they are lost, and does not end well', async () => {
    const child = spawn(process.execPath, [...cliProgram, '--help'], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    let words = '';
    child.stderr?.on('data', (text: Buffer) => (words += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(words).toMatch(/^temporal-polytomic: the output could not be written \(.*ENOSPC.*\)\n$/);
    expect(code).toBe(exitCodes.failed);
  });
});
