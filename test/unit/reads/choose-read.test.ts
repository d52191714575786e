/** The pure scan that decides what is read next. */
import { describe, expect, it } from '@jest/globals';
import { chooseRead } from '../../../src/executions/reads/choose-read';
import { EndReport } from '../../../src/executions/reads/end-report';

const at = { now: 1_000, serverNow: 0, chance: 0 };
const safetyMs = 600_000;

/** Something that is due at a time; while a source covers it, so much later. */
function readDue(name: string, due: number, { isReading = false, isReported = false } = {}) {
  const report = new EndReport();
  if (isReported) report.open(0, 0);
  return {
    ...{ name, isReading, report, urgentAt: report.urgentAt },
    ...{ kind: 'model' as const, syncId: 'sync', executionId: name, aliveAt: 0, hazard: () => 0, isFailing: false },
    dueAt: (_at: unknown, coveredMs: number | null) => due + (coveredMs ?? 0),
  };
}

const sources = (...covered: string[]) => ({
  ...{ safetyMs, probe: null },
  covers: ({ executionId }: { executionId: string | null }) => covered.includes(executionId ?? ''),
});

const choose = (items: ReturnType<typeof readDue>[], ...covered: string[]) => {
  const { item, ...rest } = chooseRead(items, at, sources(...covered));
  return { name: item?.name, ...rest };
};

describe('what is read next', () => {
  it('is nothing where nobody waits', () => {
    expect(choose([])).toEqual({ name: undefined, isUrgent: false, nextAt: Infinity });
  });

  it('is nothing until the first becomes due', () => {
    expect(choose([readDue('later', 5_000), readDue('soon', 1_001)])).toEqual({
      ...{ name: undefined, isUrgent: false, nextAt: 1_001 },
    });
  });

  it('is what has been due for longest, in whatever order they come', () => {
    const items = [readDue('young', 900), readDue('old', 100), readDue('middle', 500), readDue('later', 1_500)];
    for (const ordered of [items, items.toReversed()]) {
      expect(choose(ordered)).toEqual({ name: 'old', isUrgent: false, nextAt: 1_500 });
    }
  });

  it('is what was never read before anything else', () => {
    expect(choose([readDue('old', -1e12), readDue('never', -Infinity)]).name).toBe('never');
  });

  it('is nothing that is being read', () => {
    expect(choose([readDue('reading', 0, { isReading: true }), readDue('other', 900)]).name).toBe('other');
  });

  it('is looked for again when what is due anyway becomes urgent', () => {
    const reported = readDue('reported', 500, { isReported: true });
    reported.report.recordAttempt(900);
    const again = { ...reported, urgentAt: reported.report.urgentAt };
    expect(choose([again])).toEqual({ name: 'reported', isUrgent: false, nextAt: 21_000 });
  });

  it('is what was reported as ended, however long others have been due', () => {
    const items = [readDue('old', 0), readDue('reported', 1_000, { isReported: true })];
    expect(choose(items)).toMatchObject({ name: 'reported', isUrgent: true });
  });

  it('is nothing that a source covers, until its safety read', () => {
    expect(choose([readDue('covered', 0), readDue('other', 900)], 'covered')).toEqual({
      ...{ name: 'other', isUrgent: false, nextAt: safetyMs },
    });
    expect(choose([readDue('covered', at.now - safetyMs)], 'covered').name).toBe('covered');
  });

  it('is what tries a source, unless its last read failed', () => {
    const [probe, other] = [readDue('probe', 0), readDue('other', 0)];
    const trying = { ...sources('probe', 'other'), probe };
    expect(chooseRead([other, probe], at, trying)).toMatchObject({ item: { name: 'probe' }, isUrgent: false });
    const failing = { ...probe, isFailing: true };
    expect(chooseRead([other, failing], at, { ...trying, probe: failing }).item).toBeUndefined();
  });

  it('is what was reported as ended though a source covers it', () => {
    expect(choose([readDue('reported', 1_000, { isReported: true })], 'reported')).toMatchObject({ isUrgent: true });
  });
});

it('leaves nobody out where the budget does not suffice, however rarely they are to be read', () => {
  const everyMs = (index: number): number => (index === 0 ? 600_000 : 2_000);
  const items = Array.from({ length: 50 }, (_, index) => ({ ...readDue(String(index), 0), lastAt: 0 }));
  for (const [index, item] of items.entries()) item.dueAt = () => item.lastAt + everyMs(index);
  const read: string[] = [];
  // One read a second, of fifty that are to be read every two.
  for (let now = 1_000; now <= 700_000; now += 1_000) {
    const { item } = chooseRead(items, { ...at, now }, sources());
    if (item) [item.lastAt] = [now, read.push(item.name)];
  }
  expect(read.indexOf('0')).toBeGreaterThanOrEqual(599);
  expect(read.indexOf('0')).toBeLessThanOrEqual(599 + items.length);
});
