/** The start's state machine, on scripted answers: what it tries next, and what it takes for ours. */
import { describe, expect, it } from '@jest/globals';
import type { StartItem, StartedItem } from '../../../src/contracts/composite-activities';
import { startOnce } from '../../../src/executions/start';
import type { TryNote } from '../../../src/executions/try-note';
import {
  at,
  completed,
  failure,
  run,
  scriptedAdapter,
  startOfTest,
  type AdapterScript,
} from './support/scripted-adapter';

const item: StartItem = {
  kind: 'model',
  syncId: 'sync-1',
  keys: ['key-0001', 'key-0002'],
  newestBefore: 'old',
  notBefore: at(0),
  options: {},
  activate: false,
};
const old = completed('old', { createdAt: at(-3_600_000) });
const newer = run('new', { createdAt: at(500) });
const gone = failure('Network');
const busy = failure('Unavailable');
const tooMany = failure('RateLimited', { retryAfterMs: 7_000 });
const conflict = failure('Conflict');

interface Told {
  done: StartedItem;
  calls: string[];
  delays: number[];
  notes: TryNote[];
}

/** Goes from step to step as an activity does, on a clock that only the delays move. */
async function drive(
  script: AdapterScript,
  { changes = {}, note = null, unanswered = false, steps = 500 }: DriveOptions = {},
): Promise<Told> {
  const { adapter, calls } = scriptedAdapter(script);
  const told: Omit<Told, 'done'> = { calls, delays: [], notes: [] };
  let now = startOfTest;
  let last = note;
  for (let count = 0; count < steps; count += 1) {
    const step = await startOnce({
      adapter,
      item: { ...item, ...changes },
      note: last,
      unansweredTry: unanswered && count === 0,
      now: () => now,
      onNote: (noted) => told.notes.push(noted),
    });
    if ('done' in step) return { ...told, done: step.done };
    told.delays.push(step.again.delayMs);
    now += step.again.delayMs;
    last = JSON.parse(JSON.stringify(step.again.note)) as TryNote;
  }
  throw new Error(`not done after ${steps} steps: ${calls.slice(-5).join(', ')}`);
}

interface DriveOptions {
  changes?: Partial<StartItem>;
  note?: TryNote | null;
  unanswered?: boolean;
  steps?: number;
}

const keysOf = ({ calls }: Told): string[] =>
  calls.filter((call) => call.startsWith('start')).map((call) => call.slice('start '.length));

describe('an answered start', () => {
  it('is done after one try, with the id of the answer', async () => {
    const told = await drive({ start: [run('new', { status: 'created' })] });
    expect(told.done).toEqual({
      state: 'started',
      executionId: 'new',
      status: 'created',
      createdAt: at(0),
      adopted: false,
    });
    expect(told.calls).toEqual(['start key-0001']);
  });

  it('notes, before it posts, a try that may go unanswered', async () => {
    const { notes } = await drive({ start: [newer] });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ unsure: true, last: 'none', tries: 1 });
  });
});

describe('a start without an answer', () => {
  it('is tried again with the same key, however often, for an outage of an hour', async () => {
    const told = await drive({ start: [...Array<typeof gone>(120).fill(gone), newer] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: false });
    expect(new Set(keysOf(told))).toEqual(new Set(['key-0001']));
    expect(told.delays.slice(0, 3)).toEqual([500, 1_000, 2_000]);
    expect(Math.max(...told.delays)).toBe(30_000);
  });

  it('asks the same key on 409, as the first request may still be in flight, and takes the replayed id', async () => {
    const told = await drive({ start: [gone, conflict, conflict, newer], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: false });
    expect(told.calls).toEqual(Array(4).fill('start key-0001'));
  });

  it('adopts the newer run when the key goes on answering 409 for 30 s', async () => {
    const told = await drive({ start: [gone, conflict], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: true });
    expect(sum(told.delays)).toBeGreaterThanOrEqual(30_000);
  });

  it('is refused when only a run from before explains the 409', async () => {
    const running = run('old', { createdAt: at(-3_600_000) });
    const told = await drive({ start: [gone, conflict], recent: [[running]] });
    expect(told.done).toMatchObject({ state: 'refused', before: { running: { executionId: 'old' } } });
  });

  it('looks before it posts again when the key is older than 23 hours', async () => {
    const day = 24 * 3_600_000;
    const note: TryNote = {
      ...{ v: 1, key: 0, keySince: startOfTest - day, lastTry: startOfTest - day, tries: 3, unsure: true },
      ...{ last: 'none', same: 3, since: startOfTest - day, conflicts: 0 },
    };
    const adopted = await drive({ recent: [[newer, old]] }, { note });
    expect(adopted.done).toMatchObject({ executionId: 'new', adopted: true });
    const retried = await drive({ recent: [[old]], start: [newer] }, { note });
    expect(retried.calls).toEqual(['list', 'start key-0002']);
  });
});

describe('a start whose process died', () => {
  it('counts as unanswered where no note was left, so that a later 409 leads to adoption', async () => {
    const told = await drive({ start: [conflict], recent: [[newer, old]] }, { unanswered: true });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: true });
    expect(new Set(keysOf(told))).toEqual(new Set(['key-0001']));
  });

  it('counts as unanswered where only an earlier clean answer was noted', async () => {
    const { notes } = await drive({ start: [tooMany, newer] });
    const afterAnswer = notes[1];
    expect(afterAnswer).toMatchObject({ unsure: false, last: '429' });
    const told = await drive({ start: [conflict], recent: [[newer, old]] }, { note: afterAnswer, unanswered: true });
    expect(told.done).toMatchObject({ state: 'started', adopted: true });
  });

  it('counts as unanswered where the note cannot be read', async () => {
    const unreadable = { v: 2, key: 'first' } as unknown as TryNote;
    const told = await drive({ start: [conflict], recent: [[newer, old]] }, { note: unreadable });
    expect(told.done).toMatchObject({ executionId: 'new', adopted: true });
  });
});

describe('a start answered with a 5xx', () => {
  it('is adopted without another try when the run shows: its key may know nothing of it', async () => {
    const told = await drive({ start: [busy], recent: [[completed('new', { createdAt: at(500) }), old]] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: true });
    expect(told.calls).toEqual(['start key-0001', 'list']);
  });

  it('is tried once more with the same key when nothing shows, then looked for, and adopted when it does', async () => {
    const told = await drive({ start: [busy], recent: [[old], [old], [newer, old]] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: true });
    expect(told.calls).toEqual(['start key-0001', 'list', 'start key-0001', 'list', 'list']);
  });

  it('takes the next key when nothing shows within 30 s of the last try', async () => {
    const told = await drive({ start: [busy, busy, newer], recent: [[old]] });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new', adopted: false });
    expect(keysOf(told)).toEqual(['key-0001', 'key-0001', 'key-0002']);
    expect(sum(told.delays)).toBeGreaterThanOrEqual(30_000);
  });

  it('waits as long as it is told', async () => {
    const told = await drive({ start: [failure('Unavailable', { retryAfterMs: 12_000 }), newer] });
    expect(told.delays).toEqual([12_000]);
  });

  it('does not conclude anything from looks that fail', async () => {
    const told = await drive({
      start: [busy, busy, newer],
      recent: [...Array<typeof busy>(200).fill(busy), [newer, old]],
    });
    expect(told.done).toMatchObject({ executionId: 'new', adopted: true });
    expect(keysOf(told)).toEqual(['key-0001']);
    expect(Math.max(...told.delays)).toBe(30_000);
  });

  it('goes on with derived keys when all given ones are used up', async () => {
    const told = await drive({ start: [...Array<typeof busy>(8).fill(busy), newer], recent: [[old]] });
    expect(told.done).toMatchObject({ state: 'started', adopted: false });
    expect([...new Set(keysOf(told))]).toEqual(['key-0001', 'key-0002', 'key-0002-2', 'key-0002-3', 'key-0002-4']);
  });

  it('treats an answer that cannot be understood likewise', async () => {
    const odd = failure('UnexpectedResponse', { status: 200 });
    const told = await drive({ start: [odd], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ executionId: 'new', adopted: true });
    expect(keysOf(told)).toEqual(['key-0001']);
  });
});

describe('a start answered with 429', () => {
  it('waits as told, tries the same key once more, then takes the next one', async () => {
    const told = await drive({ start: [tooMany, tooMany, newer], recent: [[old]] });
    expect(told.done).toMatchObject({ state: 'started', adopted: false });
    expect(keysOf(told)).toEqual(['key-0001', 'key-0001', 'key-0002']);
    expect(told.delays).toEqual([7_000, 7_000]);
  });

  it('does not adopt: a run that shows is somebody else’s', async () => {
    const told = await drive({ start: [tooMany], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ state: 'refused', before: { running: { executionId: 'new' } } });
  });

  it('adopts where an earlier try went unanswered', async () => {
    const told = await drive({ start: [gone, tooMany], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ executionId: 'new', adopted: true });
  });

  it('survives a storm of an hour', async () => {
    const storm = Array<typeof tooMany>(500).fill(tooMany);
    const told = await drive({ start: [...storm, newer], recent: [[old]] }, { steps: 1_000 });
    expect(told.done).toMatchObject({ state: 'started', executionId: 'new' });
  });
});

describe('a start answered with 409 and nothing else', () => {
  it('is refused at once when a run is in progress, with what is true of the sync now', async () => {
    const told = await drive({ start: [conflict], recent: [[newer, old]] });
    expect(told.done).toMatchObject({
      state: 'refused',
      before: { newest: { executionId: 'new' }, running: { executionId: 'new' } },
    });
    expect(told.delays).toEqual([]);
  });

  it('is refused also when the newer run has ended already', async () => {
    const told = await drive({ start: [conflict], recent: [[completed('new', { createdAt: at(500) }), old]] });
    expect(told.done).toMatchObject({ state: 'refused', before: { running: null } });
  });

  it('repeats the same key when no run is visible, then the next key, then fails as a conflict', async () => {
    const told = await drive({ start: [conflict], recent: [[old]] });
    expect(told.done).toMatchObject({
      state: 'failed',
      failure: { type: 'polytomic.Conflict', nonRetryable: false },
    });
    expect(keysOf(told)).toEqual([...Array<string>(4).fill('key-0001'), ...Array<string>(4).fill('key-0002')]);
    expect(told.delays.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
  });
});

describe('a start that Polytomic will not do', () => {
  it.each([
    ['Rejected', 'polytomic.Rejected'],
    ['Unauthorized', 'polytomic.Unauthorized'],
    ['Forbidden', 'polytomic.Forbidden'],
    ['NotFound', 'polytomic.NotFound'],
    ['InvalidRequest', 'polytomic.InvalidInput'],
  ] as const)('fails at once with the type of %s', async (code, type) => {
    const told = await drive({ start: [failure(code)] });
    expect(told.done).toMatchObject({ state: 'failed', failure: { type, nonRetryable: true } });
    expect(told.calls).toHaveLength(1);
  });

  it('still adopts the run that an earlier, unanswered try made', async () => {
    const told = await drive({ start: [gone, failure('Forbidden')], recent: [[newer, old]] });
    expect(told.done).toMatchObject({ executionId: 'new', adopted: true });
  });
});

describe('activation', () => {
  const activate = { changes: { activate: true } };

  it('comes first, once, with a key of its own', async () => {
    const told = await drive({ activate: [undefined], start: [gone, newer] }, activate);
    expect(told.calls).toEqual(['activate key-0001-activate-1', 'start key-0001', 'start key-0001']);
  });

  it('is tried again through trouble, unless the sync turns out active', async () => {
    const sync = [
      { name: null, active: false, problems: [] as [] },
      { name: null, active: true, problems: [] as [] },
    ];
    const told = await drive({ activate: [busy], sync, start: [newer] }, activate);
    expect(told.calls).toEqual([
      'activate key-0001-activate-1',
      'readSync',
      'activate key-0001-activate-2',
      'readSync',
      'start key-0001',
    ]);
  });

  it('fails the start when Polytomic refuses it', async () => {
    const told = await drive({ activate: [failure('Rejected')] }, activate);
    expect(told.done).toMatchObject({ state: 'failed', failure: { type: 'polytomic.Rejected' } });
    expect(keysOf(told)).toEqual([]);
  });
});

describe('a start among others that share one retry timer', () => {
  it('does not try before its own delay has passed', async () => {
    const { adapter, calls } = scriptedAdapter({ start: [tooMany, newer] });
    const call = (note: TryNote | null, now: number): ReturnType<typeof startOnce> =>
      startOnce({ adapter, item, note, unansweredTry: false, now: () => now, onNote: () => undefined });
    const first = await call(null, startOfTest);
    const note = 'again' in first ? first.again.note : null;
    const early = await call(note, startOfTest + 1_000);
    expect(early).toMatchObject({ again: { delayMs: 6_000 } });
    expect(calls).toHaveLength(1);
    expect(await call(note, startOfTest + 7_000)).toMatchObject({ done: { executionId: 'new' } });
  });
});

describe('the note', () => {
  it('stays small enough for heartbeats of hundreds of items', async () => {
    const { notes } = await drive({ start: [busy, busy, newer], recent: [[old]] });
    const longest = Math.max(...notes.map((note) => JSON.stringify(note).length));
    expect(longest).toBeLessThan(250);
  });
});

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
