/** How a command line may go on, by cobra's protocol. */
import { describe, expect, it } from '@jest/globals';
import { findWanted, toAnswer } from '../../../src/cli/completion/complete';
import { createProgram } from '../../../src/cli/program';
import { noTerminal } from '../../../src/cli/terminal';
import { callCli } from './cli-process';

const output = { line: () => undefined, note: () => undefined };
const program = createProgram({ output, env: {}, terminal: noTerminal }, () => undefined);
const valuesOf = (...words: string[]): string[] => findWanted(program, words).completions.map(({ value }) => value);

describe('completion', () => {
  it.each([
    ['commands', ['ru'], 'run-all'],
    ['commands of a command', ['schedule', ''], 'backfill'],
    ['an argument with choices', ['run', ''], 'bulk'],
    ['options, also those of the program', ['run', 'bulk', '--'], '--time-format'],
    ["an option's choices", ['run', 'bulk', 'x', '--if-running', ''], 'attach'],
    ["a global option's choices, in front of the command", ['-o', ''], 'jsonl'],
    ["an option's choices after =", ['run', '--if-running='], '--if-running=skip'],
  ])('offers %s', (_what, words, value) => {
    expect(valuesOf(...words)).toContain(value);
  });

  it.each([
    [['run', 'bulk', ''], 'bulk syncs'],
    [['run', 'model', 'a', 'b'], 'model syncs'],
    [['-o', 'json', 'run', '--timeout', '2h', 'model', ''], 'model syncs'],
    [['schedule', 'create', 'nightly', 'bulk', ''], 'bulk syncs'],
    [['schedule', 'pause', ''], 'schedules'],
    [['cancel', ''], 'open workflows'],
    [['report', ''], 'workflows'],
    [['await', 'x', '--sync', ''], 'syncs'],
  ])('looks up for %j: %s', (words, lookup) => {
    expect(findWanted(program, words).lookup).toBe(lookup);
  });

  it('leaves files to the shell', () => {
    expect(findWanted(program, ['report', 'x', '--html', '']).directive).toBe(0);
    expect(findWanted(program, ['pipeline', '']).directive).toBe(0);
  });

  it('hides what the help hides', () => {
    expect(valuesOf('--')).not.toContain('--tls-cert-data');
  });

  it('answers as cobra does: what begins alike, a tab, a description, and the directive', () => {
    const completions = [
      { value: 'Lake', description: 'bulk sync' },
      { value: 'lakes', description: '' },
      { value: 'Other', description: '' },
    ];
    expect(toAnswer(completions, 'la', 4)).toBe('Lake\tbulk sync\nlakes\n:4');
  });

  it('never fails: not without a Temporal, nor for a line that is no command', async () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const ends = await Promise.all([
      callCli({ args: ['__complete', 'run', 'bulk', ''], env }),
      callCli({ args: ['complete', '--', 'what', '--is', 'this'], env }),
    ]);
    expect(ends).toEqual([
      { code: 0, stdout: ':4\n', stderr: '' },
      { code: 0, stdout: expect.stringMatching(/^:\d\n$/), stderr: '' },
    ]);
  });
});
