import { describe, expect, it } from '@jest/globals';
import { comparableRecords, readPastRecords } from '../../../src/executions/past-records';
import type { ShapedExecution } from '../../../src/executions/sync-adapter';
import { completed, counts } from '../rules/fixtures';
import { addSync, stage } from './support/on-emulator';

const plain = { isTest: false, isResync: false, isPartial: false };

function bulkRun(executionId: string, total: number | null, some: Partial<ShapedExecution> = {}): ShapedExecution {
  return { ...completed({ kind: 'bulk', executionId, records: counts({ total }) }), shape: plain, ...some };
}

const compare = (runs: readonly ShapedExecution[], own = runs[0]?.executionId ?? ''): number[] | null =>
  comparableRecords(runs, { executionId: own, except: [] });

describe('the runs that a run is compared with', () => {
  it('are those before it that completed, newest first, at most ten', () => {
    const runs = [
      bulkRun('later', 1),
      bulkRun('own', 2),
      ...Array.from({ length: 12 }, (_, at) => bulkRun(`${at}`, at)),
    ];
    expect(compare(runs, 'own')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const unfit = { phase: 'ended', ending: 'failed' } as const;
    expect(compare([bulkRun('own', 2), bulkRun('bad', 3, unfit), bulkRun('untold', null), bulkRun('good', 4)])).toEqual(
      [4],
    );
    expect(comparableRecords([bulkRun('own', 2), bulkRun('a', 3)], { executionId: 'own', except: ['a'] })).toEqual([]);
    expect(compare(runs, 'unknown')).toBeNull();
  });

  it('were started alike, as far as Polytomic tells', () => {
    const some = (schemas?: string[]): Partial<ShapedExecution> => ({
      shape: { ...plain, isPartial: true, ...(schemas && { schemas }) },
    });
    const others = [
      bulkRun('plain', 1),
      bulkRun('test', 2, { shape: { ...plain, isTest: true } }),
      bulkRun('resync', 3, { shape: { ...plain, isResync: true } }),
      bulkRun('a and b', 4, some(['b', 'a'])),
      bulkRun('a', 5, some(['a'])),
      bulkRun('some', 6, some()),
      bulkRun('full', 7, { shape: { ...plain, fetchMode: 'full' } }),
      bulkRun('none', 8, { shape: { ...plain, fetchMode: 'none' } }),
      { ...completed({ kind: 'bulk', executionId: 'untold', records: counts({ total: 9 }) }) },
    ];
    expect(compare([bulkRun('own', 0), ...others])).toEqual([1, 8]);
    expect(compare([bulkRun('own', 0, { shape: { ...plain, isTest: true } }), ...others])).toEqual([]);
    expect(compare([bulkRun('own', 0, { shape: { ...plain, isResync: true } }), ...others])).toEqual([3]);
    expect(compare([bulkRun('own', 0, some(['a', 'b'])), ...others])).toEqual([4]);
    expect(compare([bulkRun('own', 0, some()), ...others])).toEqual([]);
    expect(compare([completed({ kind: 'bulk', executionId: 'own' }), ...others])).toEqual([]);
    const ofModel = (executionId: string, total: number): ShapedExecution =>
      completed({ executionId, records: counts({ total }) });
    expect(compare([ofModel('own', 0), ofModel('any', 3)])).toEqual([3]);
  });
});

describe('reading them', () => {
  const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const past = (count: number, some: object = {}): object[] =>
    Array.from({ length: count }, (_, index) => ({
      ...{ id: `run-${index}`, status: 'completed', record_count: index, counts: { total: index } },
      ...{ created_at: at(2 * index), started_at: at(2 * index), completed_at: at(2 * index + 1) },
      ...{ is_test: false, is_resync: false, is_partial: false, ...some },
    }));

  it.each(['model', 'bulk'] as const)('of a %s sync takes no more pages than it needs', async (kind) => {
    const own = await stage(kind);
    const { id: syncId } = addSync(own, { executions: past(40) });
    own.emulator.clearRequests();
    const item = { kind, syncId, executionId: 'run-39', except: [] };
    expect(await readPastRecords(own.adapter, item, {})).toEqual([38, 37, 36, 35, 34, 33, 32, 31, 30, 29]);
    const few = own.emulator.requests().length;
    expect(few).toBeLessThanOrEqual(2);
    const unlike = addSync(own, { executions: past(200, { is_resync: true }) });
    own.emulator.clearRequests();
    await readPastRecords(own.adapter, { kind, syncId: unlike.id, executionId: 'nobody', except: [] }, {});
    expect(own.emulator.requests().length).toBeLessThanOrEqual(5);
  });
});
