/** What a person sees of runs: a table that fits the screen with any number of syncs, and plain lines elsewhere. */
import { describe, expect, it } from '@jest/globals';
import { Session } from '../../../src/cli/session';
import { createColors, toCell } from '../../../src/cli/style';
import { noTerminal } from '../../../src/cli/terminal';
import { padTo, widthOf } from '../../../src/cli/text-width';
import { cut, liveTable, type TableFrame } from '../../../src/cli/watch/live-table';
import { plainLines } from '../../../src/cli/watch/plain-lines';
import type { WatchedRun } from '../../../src/cli/watch/watched-run';
import type { FanOutProgress } from '../../../src/contracts/fan-out-progress';
import type { RunProgress } from '../../../src/contracts/progress';
import type { ProvisionProgress } from '../../../src/contracts/provision';

const now = Date.parse('2026-11-26T12:00:00Z');
const plain = createColors('never', {}, false);
const frame = (columns: number, rows: number): TableFrame => ({ columns, rows, now, colors: plain });

function fanOut(fields: Partial<FanOutProgress> = {}): WatchedRun {
  const sync = (at: number) => ({ syncId: `id-${at}`, name: `Sync number ${at}`, executionId: `execution-${at}` });
  const progress: FanOutProgress = {
    phase: 'running',
    since: '2026-11-26T11:00:00Z',
    total: 10_000,
    waiting: 5_700,
    running: Array.from({ length: 100 }, (_, at) => ({ ...sync(at), since: '2026-11-26T11:58:00Z', late: at === 0 })),
    runningCount: 1_000,
    counts: {
      completed: 3_200,
      completedWithErrors: 0,
      partiallyFailed: 0,
      failed: 100,
      canceled: 0,
      timedOut: 0,
      skipped: 0,
    },
    failed: Array.from({ length: 100 }, (_, at) => ({ ...sync(5_000 + at), outcome: 'failed' })),
    maxConcurrent: 1_000,
    endsPerMinute: 55.5,
    estimatedEnd: '2026-11-26T14:00:00Z',
    ...fields,
  };
  return { workflowId: 'nightly', title: 'all bulk syncs', startedAt: now - 3_600_000, fanOut: progress };
}

describe('the live table', () => {
  it.each([
    [80, 24],
    [120, 50],
    [60, 12],
    [200, 8],
  ])('of 10,000 syncs fits %i columns and %i rows', (columns, rows) => {
    const lines = liveTable([fanOut()], frame(columns, rows));
    expect(lines.length).toBeLessThanOrEqual(rows - 2);
    expect(Math.max(...lines.map((line) => [...line.replaceAll('\u001b[0m', '')].length))).toBeLessThanOrEqual(columns);
  });

  it('shows no figures of before the end once it is over', () => {
    const over: WatchedRun = { ...fanOut(), end: { status: 'completed', exitCode: 0 } as WatchedRun['end'] };
    const lines = liveTable([over], frame(100, 24));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/all bulk syncs {2}1h .*completed/);
  });

  it('says what runs, what failed, how fast, and when it should end', () => {
    const text = liveTable([fanOut()], frame(100, 24)).join('\n');
    expect(text).toMatch(/all bulk syncs {2}1h {2}running/);
    expect(text).toMatch(/█+░+ {2}3,300 of 10,000 {2}33 % {2}55\.5 a minute {2}about 2h left/);
    expect(text).toContain('3200 completed, 100 failed, 1,000 running, 5,700 waiting');
    expect(text).toMatch(/Running \(1,000\)\n {4}Sync number 0 +2m {2}later than usual/);
    expect(text).toMatch(/Without success \(100\)\n {4}Sync number 5099/);
    expect(text).toMatch(/… 99\d more/);
  });

  it('shows a single run with its schemas, and what is in the way', () => {
    const run: WatchedRun = {
      ...{ workflowId: 'w', title: 'Lake', startedAt: now - 90_000 },
      run: { phase: 'running', syncId: 'x', executionId: 'e', since: '2026-11-26T11:58:30Z', late: false },
      live: {
        status: 'running',
        records: 12_345,
        schemas: [
          { schema: 'public.users', status: 'running', records: 12_000 },
          { schema: 'public.orders', status: 'failed', records: 345 },
        ],
      },
      trouble: 'no worker answers; trying again',
    };
    expect(liveTable([run], frame(100, 24))).toEqual([
      expect.stringMatching(/^Lake +1m 30s {2}running {2}12,345 records$/),
      '  no worker answers; trying again',
      expect.stringMatching(/^ {4}public\.users +12,000 {2}running$/),
      expect.stringMatching(/^ {4}public\.orders +345 {2}failed$/),
    ]);
  });

  it('shows an apply: what is worked on, who has to agree, and what has been done', () => {
    const provisioning: ProvisionProgress = {
      ...{ phase: 'applying', since: '2026-11-26T11:59:00Z', set: 'warehouse', planHash: null },
      counts: { total: 40, done: 10, working: 30, failed: 1 },
      working: Array.from({ length: 20 }, (_, at) => ({ address: `models.m${at}`, why: 'applying' })),
      needsConsent: [{ address: 'connections.hub', name: 'Hub' }],
    };
    const run: WatchedRun = { workflowId: 'w', title: 'apply warehouse', startedAt: now - 60_000, provisioning };
    const lines = liveTable([run], frame(100, 12));
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('apply warehouse  1m  applying: 10 of 40 objects, 30 in work, 1 failed');
    expect(lines[2]).toBe('  connections.hub (Hub) needs consent: the link went to the targets of --notify');
    expect(lines.at(-1)).toBe('    … 24 more in work');
    expect(plainLines(undefined, run)).toEqual([
      'apply warehouse: connections.hub (Hub) needs consent: the link went to the targets of --notify',
      'apply warehouse: applying: 10 of 40 objects, 30 in work, 1 failed',
    ]);
    expect(plainLines(run, { ...run, startedAt: now })).toEqual([]);
  });

  it('shows who is asked while an apply waits for an approval, and by which command', () => {
    const provisioning: ProvisionProgress = {
      ...{ phase: 'waitingForApproval', since: '2026-11-26T11:59:00Z', set: 'warehouse', planHash: 'abc' },
      counts: { total: 0, done: 0, working: 0, failed: 0 },
      ...{ working: [], needsConsent: [] },
    };
    const run: WatchedRun = { workflowId: 'my apply', title: 'apply warehouse', startedAt: now, provisioning };
    expect(liveTable([run], frame(100, 12))).toEqual([
      'apply warehouse  0s  waiting for an approval of plan abc',
      "  to approve: temporal-polytomic approve 'my apply'",
    ]);
    expect(plainLines(undefined, run)).toEqual([
      'apply warehouse: waiting for an approval of plan abc',
      "apply warehouse: to approve: temporal-polytomic approve 'my apply'",
    ]);
    expect(plainLines(run, { ...run, startedAt: 0 })).toEqual([]);
  });

  it('keeps each line below its width where names are in wide letters, and shows ages in a narrow window', () => {
    const wide = fanOut({
      running: Array.from({ length: 5 }, (_, at) => ({
        ...{ syncId: `id-${at}`, name: `同期${'長'.repeat(30)} ${at}`, executionId: `e-${at}` },
        ...{ since: '2026-11-26T11:58:00Z', late: false },
      })),
    });
    for (const columns of [40, 80]) {
      const lines = liveTable([wide], frame(columns, 24));
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      expect(lines.filter((line) => / 2m$/.test(line))).toHaveLength(5);
    }
  });

  it('keeps many single runs on the screen', () => {
    const runs = Array.from({ length: 50 }, (_, at): WatchedRun => ({
      workflowId: `w${at}`,
      title: `Run ${at}`,
      startedAt: now,
    }));
    const lines = liveTable(runs, frame(80, 20));
    expect(lines).toHaveLength(18);
    expect(lines.at(-1)).toBe('… 33 more lines');
  });

  it('cuts by what is seen, not by color codes', () => {
    expect(cut('\u001b[31mabcdef\u001b[39m', 10)).toBe('\u001b[31mabcdef\u001b[39m');
    expect(cut('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc…\u001b[0m');
  });
});

describe('plain lines', () => {
  it('are one for each change, and none when only times moved on', () => {
    const before = fanOut();
    expect(plainLines(before, { ...before, startedAt: 0 })).toEqual([]);
    const after = fanOut({
      counts: { ...(before.fanOut as FanOutProgress).counts, completed: 3_201 },
      estimatedEnd: null,
    });
    expect(plainLines(before, after)).toEqual([
      'all bulk syncs: 3301 of 10000: 3201 completed, 100 failed, 1000 running, 5700 waiting',
    ]);
  });

  it('name each sync that failed once', () => {
    const [first, second] = (fanOut().fanOut as FanOutProgress).failed;
    const before = fanOut({ failed: [first as NonNullable<typeof first>] });
    const after = fanOut({ failed: [first, second] as FanOutProgress['failed'] });
    expect(plainLines(before, after)).toEqual(['all bulk syncs: Sync number 5001 failed (execution execution-5001)']);
  });

  it('say when the next run of a sync is due', () => {
    const since = '2026-11-26T11:59:00Z';
    const waiting: RunProgress = { phase: 'waitingForOther', syncId: 'lake', since, late: false };
    const run: WatchedRun = { workflowId: 'w', title: 'Lake', startedAt: now, run: waiting };
    const text = 'waiting for a run that someone else started';
    expect(plainLines(undefined, run)).toEqual([`Lake: ${text}`]);
    const due = { ...run, run: { ...waiting, nextRunAt: '2026-11-26T13:00:00.000Z' } };
    expect(plainLines(undefined, due)).toEqual([`Lake: ${text}, next run at 2026-11-26T13:00:00.000Z`]);
    expect(liveTable([due], frame(120, 24)).join('\n')).toContain('next run at 2026-11-26T13:00:00.000Z');
  });

  it('say once that the connection is lost, and that it is back', () => {
    const run: WatchedRun = { workflowId: 'w', title: 'Lake', startedAt: now };
    const lost = { ...run, trouble: 'the connection to Temporal is lost; trying again' };
    expect(plainLines(run, lost)).toEqual(['Lake: the connection to Temporal is lost; trying again']);
    expect(plainLines(lost, lost)).toEqual([]);
    expect(plainLines(lost, run)).toEqual(['Lake: connected again']);
  });
});

describe('names of others', () => {
  it('cannot steer the terminal or fill the line', () => {
    expect(toCell('a\u001b[2Jb\nc\u202ed')).toBe('a [2Jb c d');
    expect(toCell('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  it('are cut between letters as a person sees them, and take the room they take on a terminal', () => {
    expect(toCell('日本語の同期', 7)).toBe('日本語…');
    expect(toCell('ab👩‍👩‍👧cd', 4)).toBe('ab…');
    expect(padTo('日本', 6)).toBe('日本  ');
    expect(widthOf('é\u0301')).toBe(1);
  });
});

describe('colors', () => {
  it.each([
    ['a terminal', 'auto', {}, true, true],
    ['no terminal', 'auto', {}, false, false],
    ['NO_COLOR', 'auto', { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', 'auto', { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR', 'auto', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', 'auto', { FORCE_COLOR: '0' }, true, false],
    ['--color always', 'always', { NO_COLOR: '1' }, false, true],
    ['--color never', 'never', { FORCE_COLOR: '1' }, true, false],
  ] as const)('are shown as %s says', (_what, mode, env, isTerminal, isColored) => {
    expect(createColors(mode, env, isTerminal).red('x') !== 'x').toBe(isColored);
  });

  it('are judged for each stream by itself: data in a pipe have none, whatever the words have', () => {
    const lines: string[] = [];
    const output = { line: (text: string) => lines.push(text), note: (text: string) => lines.push(text) };
    const terminal = { ...noTerminal, isInteractive: true, showsWords: true };
    const options = { output: 'text', color: 'auto', timeFormat: 'iso', logLevel: 'never', logFormat: 'text' } as const;
    const { print } = new Session(options, { output, env: {}, terminal });
    expect([print.colors.red('data'), print.wordColors.red('words')]).toEqual(['data', '\u001b[31mwords\u001b[39m']);
  });
});
