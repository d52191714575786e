/** Which listed run is taken for ours, and which one explains a 409. */
import { describe, expect, it } from '@jest/globals';
import {
  findAdoptable,
  findConflicting,
  listSince,
  selectCandidate,
  type SoughtRun,
} from '../../../src/executions/adopt';
import type { ShapedExecution } from '../../../src/executions/sync-adapter';
import { at, completed, run, scriptedAdapter, startOfTest } from './support/scripted-adapter';

/** A key that may have taken effect from the beginning of the tests on; a run of an hour before is known. */
const sought: SoughtRun = {
  windows: [{ from: startOfTest, to: startOfTest + 900_000 }],
  known: { ids: ['old'], listed: true },
  options: {},
};
const old = completed('old', { createdAt: at(-3_600_000), startedAt: at(-3_600_000), completedAt: at(-3_000_000) });
const idsOf = (executions: readonly ShapedExecution[]): string[] => executions.map(({ executionId }) => executionId);
const adoptable = (executions: ShapedExecution[], changes: Partial<SoughtRun> = {}): string[] =>
  idsOf(findAdoptable(executions, { ...sought, ...changes }));
const created = (ms: number, fields: Partial<ShapedExecution> = {}): ShapedExecution =>
  run(`at ${ms}`, { createdAt: at(ms), ...fields });

describe('a run that may be ours', () => {
  it('was created in the window, less a minute for clocks', () => {
    expect(adoptable([created(900_000), created(-60_000), created(-60_001), old])).toEqual(['at -60000', 'at 900000']);
  });

  it('was created before the key was given up', () => {
    const windows = [{ from: startOfTest, to: startOfTest + 900_000 }];
    expect(adoptable([created(960_001), created(960_000), old], { windows })).toEqual(['at 960000']);
  });

  it('may be of any key that was given up, not of the time between them', () => {
    const windows = [
      { from: startOfTest, to: startOfTest + 10_000 },
      { from: startOfTest + 900_000, to: startOfTest + 1_800_000 },
    ];
    expect(adoptable([created(900_000), created(400_000), created(5_000)], { windows })).toEqual([
      'at 5000',
      'at 900000',
    ]);
  });

  it('is none without an uncertain try', () => {
    expect(adoptable([created(0)], { windows: [] })).toEqual([]);
  });

  it('gets five seconds for clocks where the snapshot listed no runs', () => {
    const known = { ids: [], listed: false };
    expect(adoptable([created(-5_000), created(-5_001)], { known })).toEqual(['at -5000']);
  });

  it('was not known to the snapshot, however young', () => {
    expect(adoptable([created(0)], { known: { ids: ['at 0'], listed: true } })).toEqual([]);
  });

  it('had not ended before the try', () => {
    const ended = (ms: number): ShapedExecution => completed('ended', { createdAt: at(-59_000), completedAt: at(ms) });
    const known = { ids: [], listed: false };
    expect(adoptable([created(-4_000, { completedAt: at(-5_001), phase: 'ended' })], { known })).toEqual([]);
    expect(adoptable([ended(-1_000)])).toEqual(['ended']);
  });

  it('may have ended since: an execution that is over counts too', () => {
    expect(adoptable([completed('done', { createdAt: at(1_000), completedAt: at(2_000) })])).toEqual(['done']);
  });

  it('may stand below the known ones while it waits, as lists put what has not begun last', () => {
    const queued = run('queued', { createdAt: at(1_000), phase: 'waiting', status: 'queued', startedAt: null });
    expect(adoptable([old, queued])).toEqual(['queued']);
  });

  it('that does not tell its creation counts from its beginning, where it is listed above a known one', () => {
    const timeless = run('timeless', { createdAt: null, startedAt: at(1_000) });
    expect(adoptable([timeless, old])).toEqual(['timeless']);
    expect(adoptable([timeless])).toEqual([]);
    expect(adoptable([timeless], { known: { ids: [], listed: true } })).toEqual(['timeless']);
    expect(adoptable([timeless], { known: { ids: [], listed: false } })).toEqual([]);
    expect(adoptable([{ ...timeless, startedAt: at(-90_000) }, old])).toEqual([]);
    expect(adoptable([{ ...timeless, startedAt: null }, old])).toEqual([]);
  });

  it('that tells no time at all is new where there was none before', () => {
    const undated = run('undated', { createdAt: null, startedAt: null });
    const none = { ids: [], listed: true };
    expect(adoptable([undated], { known: none })).toEqual(['undated']);
    expect(adoptable([undated], { known: none, windows: [] })).toEqual([]);
    expect(adoptable([{ ...undated, completedAt: at(-60_001), phase: 'ended' }], { known: none })).toEqual([]);
    expect(adoptable([undated, old])).toEqual([]);
    expect(adoptable([undated], { known: { ids: [], listed: false } })).toEqual([]);
    expect(adoptable([created(2_000_000)], { known: none })).toEqual([]);
  });

  it('is, of several, the earliest that was created in the window', () => {
    const selected = (executions: ShapedExecution[]): string | undefined =>
      selectCandidate(findAdoptable(executions, sought), sought)?.executionId;
    expect(selected([created(2_000), created(1_000), old])).toBe('at 1000');
    // A schedule began a run just before the try, which the snapshot had not shown yet (seed 2870058).
    expect(selected([created(2_000), created(1_000), created(-1_000), old])).toBe('at 1000');
    expect(selected([created(-1_000), created(-2_000), old])).toBe('at -2000');
  });
});

describe('a contradiction', () => {
  const plain = { isTest: false, isResync: false, isPartial: false };
  const partial = { ...plain, isPartial: true };
  const fits = (shape: ShapedExecution['shape'], changes: Partial<SoughtRun>): boolean =>
    adoptable([created(0, shape && { shape })], changes).length === 1;

  it.each<[string, ShapedExecution['shape'], Partial<SoughtRun>, boolean]>([
    ['a shape that cannot be seen', undefined, { options: { resync: true } }, true],
    ['a test run where none was asked', { ...plain, isTest: true }, {}, false],
    ['no test run where one was asked', plain, { options: { test: true } }, false],
    ['a resync where none was asked', { ...plain, isResync: true }, {}, false],
    ['a refetch told as no resync', plain, { options: { resyncMode: 'refetch' } }, true],
    ['a part where everything was asked', partial, {}, false],
    ['all schemas told as no part', plain, { options: { schemas: ['a', 'b'] } }, true],
    [
      'schemas outside the wanted ones',
      { ...partial, schemas: ['a', 'c'] },
      { options: { schemas: ['a', 'b'] } },
      false,
    ],
    ['a list that is partial so far', { ...partial, schemas: ['a'] }, { options: { schemas: ['a', 'b'] } }, true],
    ['no list so far', partial, { options: { schemas: ['a'] } }, true],
    ['some schemas, not known which', { ...partial, schemas: ['a'] }, { someSchemas: true }, true],
    ['another fetch mode, which cannot be seen', plain, { options: { fetchMode: 'full' } }, true],
  ])('%s', (_name, shape, changes, isOurs) => {
    expect(fits(shape, changes)).toBe(isOurs);
  });
});

describe('a run that explains a 409', () => {
  const conflicting = (executions: ShapedExecution[], known = sought.known): string | undefined =>
    findConflicting(executions, { known, postedAt: startOfTest })?.executionId;

  it('is one in progress, known or not', () => {
    expect(conflicting([run('old', { createdAt: at(-3_600_000) })])).toBe('old');
    expect(conflicting([run('new', { createdAt: at(0) }), old])).toBe('new');
  });

  it('is one that is newer than all that were known, though it has ended', () => {
    expect(conflicting([completed('new', { createdAt: at(-90_000) }), old])).toBe('new');
    expect(conflicting([completed('first', { createdAt: at(-90_000) })], { ids: [], listed: true })).toBe('first');
  });

  it('is none that is known, or older', () => {
    const older = completed('older', { createdAt: at(-7_200_000) });
    expect(conflicting([old, older])).toBeUndefined();
  });

  it('is, where none was listed, one that ended after the post began', () => {
    const known = { ids: [], listed: false };
    const ended = (ms: number): ShapedExecution => completed('ended', { createdAt: at(-90_000), completedAt: at(ms) });
    expect(conflicting([ended(-4_000)], known)).toBe('ended');
    expect(conflicting([ended(-6_000)], known)).toBeUndefined();
  });
});

describe('the pages of a list', () => {
  const pagesOf = (...pages: ShapedExecution[][]) => {
    const asked: number[] = [];
    const { adapter } = scriptedAdapter({ recent: [pages[0] ?? []] });
    async function* executionPages() {
      for (const [index, page] of pages.entries()) {
        asked.push(index);
        yield page;
      }
    }
    return { adapter: { ...adapter, executionPages }, asked };
  };

  it('are read until a run began before the time', async () => {
    const { adapter, asked } = pagesOf([created(9_000)], [created(5_000), created(-1)], [created(-9_000)]);
    const found = await listSince(adapter, 'sync-1', { from: startOfTest });
    expect(idsOf(found)).toEqual(['at 9000', 'at 5000', 'at -1']);
    expect(asked).toEqual([0, 1]);
  });

  it('are read on past a run that was created before but began later, as the order is that of beginnings', async () => {
    const waited = created(-9_000, { startedAt: at(1_000) });
    const { adapter, asked } = pagesOf([waited], [created(500)]);
    await listSince(adapter, 'sync-1', { from: startOfTest });
    expect(asked).toEqual([0, 1]);
  });
});
