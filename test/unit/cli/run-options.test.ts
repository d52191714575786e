/** The flags of commands that run syncs, and the workflow inputs that they make. */
import { describe, expect, it } from '@jest/globals';
import { Command, CommanderError } from 'commander';
import { addFanOutOptions, toFanOutInput } from '../../../src/cli/run/fan-out-options';
import { addRunOptions, toRunInput } from '../../../src/cli/run/run-options';
import { parseFanOutInput } from '../../../src/inputs/parse-fan-out-input';
import { parseRunInput } from '../../../src/inputs/parse-run-input';

function optionsOf(add: (command: Command) => Command, flags: readonly string[]): object {
  const command = add(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(flags, { from: 'user' }).opts();
}

const runInput = (...flags: string[]): Record<string, unknown> => toRunInput(optionsOf(addRunOptions, flags));
const fanOutInput = (...flags: string[]): Record<string, unknown> =>
  toFanOutInput(optionsOf((command) => addRunOptions(addFanOutOptions(command)), flags));

describe('the flags of a run', () => {
  it('say nothing of what was not asked for', () => {
    expect(runInput()).toEqual({});
    expect(fanOutInput()).toEqual({});
  });

  it.each<[string, Record<string, unknown>]>([
    ['--retry 3', { retry: { attempts: 3 } }],
    [
      '--retry 3 --retry-delay 10m --retry-on failed --retry-on timedOut --timeout-per-attempt 2h',
      { retry: { attempts: 3, delay: '10m', on: ['failed', 'timedOut'] }, timeoutPerAttempt: '2h' },
    ],
    ['--stalled-after 30m --on-stalled restart', { stalledAfter: '30m', onStalled: 'restart' }],
    ['--check-connections', { checkConnections: true }],
    ['--max-warnings 0', { maxWarnings: 0 }],
    ['--min-records-ratio 0.5', { minRecordsRatio: 0.5 }],
    ['--live-counts 1m --min-records 1', { liveCounts: '1m', minRecords: 1 }],
  ])('%s make an input that the workflow takes', (flags, input) => {
    expect(runInput(...flags.split(' '))).toEqual(input);
    expect(() => parseRunInput('runBulkSync', { syncId: 'lake', ...input })).not.toThrow();
  });

  it.each([
    ['--retry 0', 'Expected a whole number from 1 to 20.'],
    ['--retry 2 --retry-on canceled', 'Allowed choices are failed, partiallyFailed, timedOut.'],
    ['--retry-delay 1m', '--retry-delay needs --retry'],
    ['--retry-on failed', '--retry-on needs --retry'],
    ['--min-records-ratio 0', 'Expected a number above 0, up to 1.'],
    ['--min-records-ratio 2', 'Expected a number above 0, up to 1.'],
    ['--max-warnings few', 'Expected a whole number.'],
    ['--on-stalled wait', 'Allowed choices are report, cancel, restart.'],
  ])('%s is refused by name', (flags, message) => {
    let refusal: unknown;
    try {
      runInput(...flags.split(' '));
    } catch (error) {
      refusal = error;
    }
    expect(refusal instanceof CommanderError || (refusal as Error).name === 'CliError').toBe(true);
    expect((refusal as Error).message).toContain(message);
  });
});

describe('the flags of a fan-out', () => {
  it('filter by mode and target connection', () => {
    const input = fanOutInput(
      '--mode',
      'append',
      '--target-connection',
      'crm',
      '--retry',
      '2',
      '--max-concurrent',
      '5',
    );
    expect(input).toEqual({
      filter: { mode: 'append', target_connection_id: 'crm' },
      retry: { attempts: 2 },
      maxConcurrent: 5,
    });
    expect(() => parseFanOutInput('runAllModelSyncs', input)).not.toThrow();
  });
});
