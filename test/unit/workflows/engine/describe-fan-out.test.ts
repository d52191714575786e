/** What the Temporal UI shows of a fan-out or pipeline while it runs, and what its failure says. */
import { describe, expect, it } from '@jest/globals';
import type { FailedSync, FanOutProgress, RunningSync } from '../../../../src/contracts/fan-out-progress';
import { describeFanOut, firstFanOutProgress } from '../../../../src/workflows/engine/progress';
import { noteListed } from '../../../../src/workflows/engine/queue';
import { fanOutResult } from '../../../../src/workflows/engine/results';
import { newWishes } from '../../../../src/workflows/engine/state';
import { began, fanOutState, listOf } from './support';

const first = firstFanOutProgress(newWishes(), { began, endedAt: null });
const since = new Date(began).toISOString();

function failedSync(syncId: string, some: Partial<FailedSync> = {}): FailedSync {
  return { syncId, name: `Sync ${syncId}`, executionId: null, outcome: 'failed', ...some };
}

function runningSync(syncId: string, some: Partial<RunningSync> = {}): RunningSync {
  return { syncId, name: `Sync ${syncId}`, executionId: null, since, late: false, ...some };
}

const linesOf = (some: Partial<FanOutProgress>): string[] => describeFanOut({ ...first, ...some }).split('\n');
const manyFailed = Array.from({ length: 12 }, (_, at) => failedSync(`s${at}`));

describe('the current details of a fan-out', () => {
  it('say what it does before anything is known', () => {
    expect(linesOf({})).toEqual(['**Listing the syncs**: 0 running, 0 waiting of unknown', '']);
  });

  it('count what ended, runs and waits, and estimate the end', () => {
    const counts = { ...first.counts, completed: 3, failed: 1 };
    const numbers = { total: 9, waiting: 3, runningCount: 2, estimatedEnd: '2026-01-05T15:37:12.000Z' };
    expect(linesOf({ phase: 'running', counts, ...numbers })).toEqual([
      '**Running**: 3 completed, 1 failed, 2 running, 3 waiting of 9',
      '',
      '- estimated end 15:37 UTC',
      '',
    ]);
  });

  it('say at the end only what came of all', () => {
    const counts = { ...first.counts, completed: 2, failed: 1 };
    expect(linesOf({ phase: 'ended', counts, total: 3 })[0]).toBe('**Ended**: 2 completed, 1 failed of 3');
    expect(linesOf({ phase: 'ended', total: 0 })[0]).toBe('**Ended**: there was no sync to run');
  });

  it('name each sync without success, and each late one, with its id', () => {
    const failed = [failedSync('s1'), failedSync('s2', { name: null })];
    const running = [runningSync('s3'), runningSync('s4', { late: true })];
    expect(linesOf({ phase: 'running', failed, running, runningCount: 11 }).slice(2)).toEqual([
      ...['**Without success**', '', '- **Sync s1** (`s1`)', '- `s2`', ''],
      ...['**Late**', '', '- **Sync s4** (`s4`)', ''],
    ]);
  });

  it('name the others that run too, where they are few', () => {
    const running = [runningSync('s3', { stepId: 'load' }), runningSync('s4', { late: true })];
    expect(linesOf({ phase: 'running', running, runningCount: 2 }).slice(2)).toEqual([
      ...['**Late**', '', '- **Sync s4** (`s4`)', ''],
      ...['**Running**', '', '- `load`: **Sync s3** (`s3`)', ''],
    ]);
  });

  it('name the step of a pipeline, its sync and the id, as far as they are known', () => {
    const failed = [
      failedSync('s1', { stepId: 'load' }),
      failedSync('', { stepId: 'made', name: 'New' }),
      failedSync('', { stepId: 'none', name: null }),
    ];
    expect(linesOf({ failed }).slice(4, -1)).toEqual(['- `load`: **Sync s1** (`s1`)', '- `made`: **New**', '- `none`']);
  });

  it('name the first ten, and say that there are more', () => {
    const rows = linesOf({ failed: manyFailed }).slice(4, -1);
    expect(rows).toHaveLength(11);
    expect(rows.slice(-2)).toEqual(['- **Sync s9** (`s9`)', '- …']);
    expect(linesOf({ failed: manyFailed.slice(0, 10) }).at(-2)).toBe('- **Sync s9** (`s9`)');
  });

  it('show names, steps and ids of others as text, and stay short', () => {
    const name = '![x](https://evil.example/p)\n- **bold** `code` <img>'.padEnd(255, '\u6f22');
    const hostile = failedSync('s`1\n<b>', { stepId: 'a`\n- b', name });
    const late = Array.from({ length: 12 }, () => runningSync('x'.repeat(255), { name, stepId: name, late: true }));
    const text = describeFanOut({ ...first, failed: Array.from({ length: 12 }, () => hostile), running: late });
    expect(text.split('\n')).toHaveLength(2 + 14 + 14);
    expect(text).not.toMatch(/!\[|\]\(|</);
    for (const line of text.split('\n')) expect((line.match(/`/g) ?? []).length % 2).toBe(0);
    // Temporal takes 20,000 bytes of details.
    expect(Buffer.byteLength(text)).toBeLessThan(16_000);
  });
});

describe('the failure of a fan-out', () => {
  const messageOf = (failed: FailedSync[], count = failed.length): string => {
    const state = fanOutState();
    noteListed(state, listOf([]), began);
    state.failed.push(...failed);
    state.counts = { ...state.counts, completed: 1, failed: count };
    try {
      fanOutResult(state);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it was expected to fail');
  };

  it('names each sync and its id, and the step of a pipeline', () => {
    const failed = [
      failedSync('s1'),
      failedSync('s2', { name: null }),
      failedSync('s3', { stepId: 'load' }),
      failedSync('', { stepId: 'made', name: 'New' }),
    ];
    expect(messageOf(failed)).toBe('Of 5 syncs, 4 failed: "Sync s1" (s1), s2, load "Sync s3" (s3), made "New"');
  });

  it('names the first ten, counts the others, and stays short', () => {
    expect(messageOf(manyFailed, 500)).toMatch(/^Of 501 syncs, 500 failed: "Sync s0" \(s0\), .* and 490 more$/);
    const long = 'x'.repeat(255);
    const longest = Array.from({ length: 12 }, () => failedSync(long, { name: long, stepId: long }));
    expect(messageOf(longest).length).toBeLessThan(2_000);
  });
});
