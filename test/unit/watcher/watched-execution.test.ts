/** Each transition of a watched run: what it changes, and when the run is read next. */
import { describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../src/contracts/execution';
import type { AwaitItem, SettledExecution, Stillness } from '../../../src/contracts/waits';
import { WatchedExecution, type EndListener } from '../../../src/executions/watcher/watched-execution';
import type { RestoredState } from '../../../src/executions/watcher/wait-checkpoint';
import { noCounts } from '../../../src/rules/no-counts';
import { apiError } from './simulation/simulated-polytomic';

const second = 1_000;
const minute = 60 * second;
const began = Date.parse('2026-01-01T00:00:00Z');

/** So long after the run began; the monotonic clock shows just that. */
const after = (ms: number) => ({ now: ms, serverNow: began + ms, chance: 0 });

const item: AwaitItem = {
  ...{ executionId: 'run', syncId: 'sync', kind: 'model', usual: null },
  createdAt: new Date(began).toISOString(),
};

/** Reads and losses that were asked of the watcher. */
function createReader() {
  const asked: string[] = [];
  const done = (): void => undefined;
  return {
    asked,
    readExecution: async () => Promise.resolve((asked.push('read'), done)),
    loseExecution: () => void asked.push('lost'),
  };
}

const watch = (more: Partial<AwaitItem> = {}, restored?: ConstructorParameters<typeof WatchedExecution>[3]) =>
  new WatchedExecution({ ...item, ...more }, createReader(), after(0), restored);

function running(total: number, more: Partial<Execution> = {}): Execution {
  return {
    ...{ kind: 'model', syncId: 'sync', executionId: 'run', status: 'running', phase: 'running', errors: [] },
    ...{ createdAt: item.createdAt, startedAt: item.createdAt, completedAt: null },
    records: { ...noCounts, total },
    ...more,
  };
}

/** Notes what it is told. */
class Listener implements EndListener {
  readonly settled: SettledExecution[] = [];
  readonly still: Stillness[] = [];
  addSettled(_watched: WatchedExecution, settled: SettledExecution): void {
    this.settled.push(settled);
  }
  addStill(_watched: WatchedExecution, still: Stillness): void {
    this.still.push(still);
  }
}

/** How long after the moment it is read next. */
const dueIn = (watched: WatchedExecution, ms: number, safetyMs: number | null = null): number =>
  watched.dueAt(after(ms), safetyMs) - ms;

describe('a new run', () => {
  it('is read soon when it was just started, and at once when it may have ended long ago', () => {
    expect(dueIn(watch(), 0)).toBe(2 * second);
    const old = new WatchedExecution(item, createReader(), after(minute));
    expect(dueIn(old, minute)).toBeLessThanOrEqual(0);
    const unknown = watch({ createdAt: null });
    expect(dueIn(unknown, 0)).toBe(-Infinity);
  });

  it('whose runs last for hours is read once soon, as its start may have failed', () => {
    expect(dueIn(watch({ usual: { medianMs: 60 * minute, sigma: 0.1, runs: 9 } }), 0)).toBe(2 * second);
  });

  it('whose runs are short is read near their usual end', () => {
    const [median, age] = [2 * minute, dueIn(watch({ usual: { medianMs: 2 * minute, sigma: 0.05, runs: 9 } }), 0)];
    expect(age).toBeGreaterThan(0.2 * median);
    expect(age).toBeLessThan(1.2 * median);
  });

  it('that began in the future, by a clock that is ahead, began now', () => {
    const ahead = watch({ createdAt: new Date(began + 60 * minute).toISOString() });
    expect(ahead.aliveAt).toBe(began);
  });
});

describe('clocks that differ', () => {
  it('of a worker that is days behind, until it knows what Polytomic says: the run is as young as that says', () => {
    const dayMs = 24 * 60 * minute;
    const watched = new WatchedExecution(item, createReader(), { now: 0, serverNow: began - 8 * dayMs, chance: 0 });
    watched.recordRunning(after(2 * second), running(1));
    expect(dueIn(watched, 2 * second)).toBe(5 * second);
  });

  it('among those of Polytomic, put off no read', () => {
    const watched = watch();
    watched.recordRunning({ ...after(2 * second), serverNow: began + 53 * second }, running(1));
    expect(dueIn(watched, 2 * second)).toBe(5 * second);
    watched.reportEnd(after(3 * second));
    expect(dueIn(watched, 3 * second)).toBe(0);
  });
});

describe('addListener', () => {
  it('lets the run be read as often as the most curious wants', () => {
    const watched = watch();
    watched.recordRunning(after(60 * minute), running(1));
    expect(dueIn(watched, 60 * minute)).toBe(minute);
    watched.addListener(new Listener(), { liveCountsMs: 10 * second });
    watched.addListener(new Listener(), { liveCountsMs: 30 * second });
    expect(dueIn(watched, 60 * minute)).toBe(10 * second);
    expect(dueIn(watched, 60 * minute, 10 * minute)).toBe(10 * second);
  });

  it('compares counts only where somebody wants to know', () => {
    for (const [stalledAfterMs, told] of [
      [undefined, 0],
      [minute, 1],
    ] as const) {
      const [watched, listener] = [watch(), new Listener()];
      watched.addListener(listener, { ...(stalledAfterMs && { stalledAfterMs }) });
      watched.recordRunning(after(minute), running(5));
      watched.recordRunning(after(2 * minute), running(5));
      expect(listener.still).toHaveLength(told);
    }
  });
});

describe('recordAttempt', () => {
  it('marks it as being read, and counts as the first read of a reported end that goes before all others', () => {
    const watched = watch();
    const { now } = after(second);
    watched.reportEnd(after(second));
    expect(watched.urgentAt).toBe(now);
    watched.recordAttempt(now);
    expect([watched.isReading, watched.urgentAt]).toEqual([true, Infinity]);
    watched.isReading = false;
    expect([watched.report.isOpen, watched.urgentAt]).toEqual([true, now + 21 * second]);
  });

  it('ends the pause after a failed read', () => {
    const watched = watch();
    watched.recordUnread(after(0), 20 * minute);
    expect(dueIn(watched, 0)).toBe(20 * minute);
    watched.recordAttempt(after(0).now);
    expect(dueIn(watched, 0)).toBe(2 * second);
  });
});

describe('recordUnread', () => {
  it('pauses it, whatever was reported, and forgets nothing', () => {
    const watched = watch();
    watched.reportEnd(after(second));
    watched.recordAttempt(after(second).now);
    watched.recordUnread(after(2 * second), 7 * second);
    expect(dueIn(watched, 2 * second)).toBe(7 * second);
    expect(watched.report.isOpen).toBe(true);
    expect(watched.aliveAt).toBe(began);
  });
});

describe('recordRunning', () => {
  it('moves its last sign of life on and shows what was seen', () => {
    const watched = watch();
    watched.recordRunning(after(10 * minute), running(7));
    expect(watched.aliveAt).toBe(began + 10 * minute);
    expect(watched.seen).toMatchObject({ status: 'running', records: { total: 7 } });
    expect(dueIn(watched, 10 * minute)).toBe(20 * second);
    expect(dueIn(watched, 10 * minute, 10 * minute)).toBe(10 * minute);
  });

  it('learns when it began, where whoever waits did not know', () => {
    const watched = watch({ createdAt: null });
    watched.recordRunning(after(60 * minute), running(1));
    expect(dueIn(watched, 60 * minute)).toBe(minute);
  });

  it('looks for a reported end again, after a while, and in steps of half the time since the report', () => {
    const watched = watch();
    watched.reportEnd(after(minute));
    watched.recordAttempt(after(minute).now);
    watched.recordRunning(after(minute + 20 * second), running(1));
    expect(dueIn(watched, minute + 20 * second)).toBe(second);
    watched.isReading = false;
    watched.recordAttempt(after(10 * minute).now);
    watched.recordRunning(after(10 * minute + second), running(1));
    expect(watched.report.confirmAt).toBeGreaterThan(10 * minute + second + 4 * minute);
  });

  it('says for how long the counts have been the same, and begins anew when they move or say nothing', () => {
    const [watched, listener] = [watch(), new Listener()];
    watched.addListener(listener, { stalledAfterMs: minute });
    const reads: [number, Execution][] = [
      [1, running(5)],
      [3, running(5)],
      [4, running(6)],
      [6, running(6, { status: 'canceling' })],
      [7, running(6)],
      [9, running(6)],
    ];
    for (const [minutes, execution] of reads) watched.recordRunning(after(minutes * minute), execution);
    expect(listener.still.map(({ forMs }) => forMs)).toEqual([2 * minute, 2 * minute]);
  });
});

describe('reportEnd', () => {
  it('reads it at once, and as one whose read is under way once more', () => {
    const watched = watch();
    watched.reportEnd(after(second));
    expect(dueIn(watched, second)).toBe(0);
    const reading = watch();
    reading.recordAttempt(after(0).now);
    reading.reportEnd(after(second));
    expect(reading.urgentAt).toBe(Infinity);
    reading.isReading = false;
    reading.recordRunning(after(2 * second), running(1));
    expect(reading.urgentAt).toBe(second);
    expect(dueIn(reading, 2 * second)).toBeLessThanOrEqual(0);
  });
});

describe('an uncertain status', () => {
  it('is read again when its grace is over, whatever sources say', () => {
    const watched = watch();
    watched.recordRunning(after(60 * minute), running(1));
    watched.history.recordEnding(running(1, { status: 'interrupted' }), 60 * minute);
    expect(dueIn(watched, 60 * minute, 10 * minute)).toBe(2 * minute);
  });
});

describe('settle', () => {
  it('returns everybody who has to be told, once, and keeps the result and nothing else', () => {
    const [watched, listener] = [watch(), new Listener()];
    watched.addListener(listener, {});
    watched.recordRunning(after(minute), running(1));
    const settled: SettledExecution = { state: 'ended', execution: running(1, { phase: 'ended' }) };
    expect(watched.settle(settled)).toEqual([listener]);
    expect([watched.settled, watched.seen, watched.listeners.size]).toEqual([settled, null, 0]);
  });
});

const handedOver: RestoredState = {
  ...{ aliveAt: began + 60 * minute, unreadMs: 0, wasRead: true, endReported: false },
  ...{ uncertainForMs: null, refusedForMs: null, refusedAs: null },
};

describe('exportState', () => {
  it('lets the next worker go on: sign of life, graces, a reported end, and for how long counts stand still', () => {
    const watched = watch();
    watched.addListener(new Listener(), { stalledAfterMs: 60 * minute });
    watched.recordRunning(after(minute), running(5));
    watched.recordRunning(after(3 * minute), running(5));
    Object.assign(watched.history, { wasRead: true, uncertainSince: 2 * minute });
    watched.history.recordRefusal('Rejected', minute);
    watched.reportEnd(after(4 * minute));
    const state = watched.exportState(4 * minute, began + 3.5 * minute);
    expect(state).toMatchObject({
      ...{ aliveAt: began + 3.5 * minute, unreadMs: minute / 2, wasRead: true, endReported: true },
      ...{ uncertainForMs: 2 * minute, refusedForMs: 3 * minute, refusedAs: 'Rejected', still: { forMs: 3 * minute } },
    });
    // A worker whose monotonic clock shows another time.
    const elsewhere = { now: 1e9, serverNow: began + 5 * minute, chance: 0 };
    const next = new WatchedExecution(item, createReader(), elsewhere, state);
    expect(next.exportState(1e9, -Infinity)).toEqual(state);
    expect(next.dueAt(elsewhere, null)).toBeLessThanOrEqual(1e9);
  });

  it('spares the next worker a read of what was read a moment ago', () => {
    const at = after(60 * minute + 10 * second);
    const next = new WatchedExecution(item, createReader(), at, handedOver);
    expect(next.dueAt(at, null) - at.now).toBe(50 * second);
  });

  it('has the next worker make the safety read when it would have been made, whatever sources told meanwhile', () => {
    const at = after(60 * minute + 10 * second);
    const next = new WatchedExecution(item, createReader(), at, { ...handedOver, unreadMs: 5 * minute });
    expect(next.dueAt(at, 8 * minute) - at.now).toBe(3 * minute - 10 * second);
    next.recordRunning(at, running(5));
    expect(next.dueAt(at, 8 * minute) - at.now).toBe(8 * minute);
  });
});

it('is read and given up by the watcher', async () => {
  const reader = createReader();
  const watched = new WatchedExecution(item, reader, after(0));
  await watched.request(new AbortController().signal);
  watched.giveUp(apiError('Forbidden'));
  expect(reader.asked).toEqual(['read', 'lost']);
});
