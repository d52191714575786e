/** One start, one execution: every way an answer can go missing, with the emulator's list of executions as the judge. */
import { describe, expect, it } from '@jest/globals';
import type { StartedItem } from '../../../src/contracts/composite-activities';
import type { FaultSpec } from '../../../src/testing';
import { stage, startItem, startThrough, type Stage } from './support/on-emulator';

const kinds = ['model', 'bulk'] as const;
const minute = 60_000;

/** The one execution that was wanted is there, alone, and it is the one that the start tells. */
function expectOneExecution({ emulator, sync }: Stage, done: StartedItem): void {
  const started = emulator.executions().filter(({ startedBy }) => startedBy === 'api');
  expect(started).toHaveLength(1);
  expect(done).toMatchObject({ state: 'started', executionId: started[0]?.id });
  expect(started[0]?.syncId).toBe(sync.id);
}

describe.each(kinds)('a start of a %s sync', (kind) => {
  const start = { operation: `${kind}Sync.start` };
  const list = { operation: `${kind}Sync.executions.list` };

  it.each<[string, FaultSpec[]]>([
    ['nothing goes wrong', []],
    ['the response is lost', [{ drop: 'after' }]],
    ['the response is lost twice', [{ drop: 'after', times: 2 }]],
    ['the request is lost', [{ drop: 'before', times: 3 }]],
    ['the response is cut in half', [{ truncate: true }]],
    ['a gateway answers 504 after the start, which the key replays', [{ status: 504, effect: true }]],
    [
      'a gateway answers 504 after the start, which no key replays',
      [{ status: 504, effect: true, recorded: 'nothing' }],
    ],
    ['a 504 after the start is recorded for the key', [{ status: 504, effect: true, recorded: true }]],
    ['a 500 is recorded for the key', [{ status: 500, recorded: true }]],
    ['a 500 is recorded for two keys', [{ status: 500, recorded: true, times: 2 }]],
    ['a 429 is recorded for the key', [{ status: 429, retryAfter: 5, recorded: true }]],
    ['gateways answer 502, 503 and 504 in turn', [{ status: 502 }, { status: 503 }, { status: 504 }]],
    ['a 429 storm lasts ten minutes', [{ status: 429, retryAfter: 15, forMs: 10 * minute }]],
    ['an outage of an hour resets every connection', [{ outage: true, forMs: 60 * minute }]],
    ['503s last ten minutes', [{ status: 503, forMs: 10 * minute }]],
    [
      'the response is lost, then 503s hide the rest for ten minutes',
      [{ drop: 'after' }, { status: 503, forMs: 10 * minute }],
    ],
  ])('makes one execution when %s', async (_story, faults) => {
    const on = await stage(kind, { durationMs: 3 * 60 * minute });
    const item = await startItem(on);
    faults.forEach((fault) => on.emulator.fault({ ...start, ...fault }));
    expectOneExecution(on, await startThrough(on, item));
  });

  it('makes one execution when everything is down for an hour, lists included', async () => {
    const on = await stage(kind, { durationMs: 3 * 60 * minute });
    const item = await startItem(on);
    on.emulator.fault({ ...start, status: 504, effect: true, recorded: 'nothing' });
    on.emulator.fault({ status: 503, forMs: 60 * minute });
    const done = await startThrough(on, item);
    expectOneExecution(on, done);
  });

  it('makes one execution when the first request is still in flight at the second try', async () => {
    const on = await stage(kind, { clock: 'real', timeoutMs: 200, durationMs: minute });
    const item = await startItem(on);
    on.emulator.fault({ ...start, delayMs: 700 });
    expectOneExecution(on, await startThrough(on, item));
    expect(on.emulator.requests().filter(({ status }) => status === 409).length).toBeGreaterThan(0);
  });

  it('makes one execution when the process died after the post, and no key replays it', async () => {
    const on = await stage(kind, { durationMs: 10 * minute });
    const item = await startItem(on);
    await on.adapter.start(on.sync.id, {}, 'start-key-0');
    const done = await startThrough(on, { ...item, keys: ['start-key-1'] }, { unanswered: true });
    expectOneExecution(on, done);
    expect(done).toMatchObject({ adopted: true });
  });

  it('finds the run again also when it ended meanwhile', async () => {
    const on = await stage(kind, { durationMs: 500 });
    const item = await startItem(on);
    on.emulator.fault({ ...start, status: 504, effect: true, recorded: true });
    on.emulator.fault({ ...list, status: 500, forMs: 10 * minute });
    expectOneExecution(on, await startThrough(on, item));
  });

  it('makes one execution when a 504 hides a start that no key replays, and the run is quick', async () => {
    const on = await stage(kind, { durationMs: 100 });
    const item = await startItem(on);
    on.emulator.fault({ ...start, status: 504, effect: true, recorded: 'nothing' });
    expectOneExecution(on, await startThrough(on, item));
  });

  it('makes two executions for two starts with keys of their own', async () => {
    const on = await stage(kind, { durationMs: 500 });
    const first = await startThrough(on, await startItem(on));
    on.emulator.clock.advance(1_000);
    const second = await startThrough(on, await startItem(on, { keys: ['another-key'] }));
    expect(on.emulator.executions().map(({ id }) => id)).toEqual(
      [first, second].map((done) => done.state === 'started' && done.executionId),
    );
  });

  it('is refused, and starts nothing, while somebody else’s run is in progress', async () => {
    const on = await stage(kind, { durationMs: 10 * minute });
    const item = await startItem(on);
    const theirs = on.emulator.startRun(on.sync.id);
    expect(await startThrough(on, item)).toMatchObject({
      state: 'refused',
      before: { running: { executionId: theirs }, newest: { executionId: theirs } },
    });
    expect(on.emulator.executions()).toHaveLength(1);
  });

  it('is refused after clean 429s when somebody else was faster', async () => {
    const on = await stage(kind, { durationMs: 10 * minute });
    const item = await startItem(on);
    on.emulator.fault({ ...start, status: 429, recorded: true });
    on.emulator.startRun(on.sync.id);
    expect(await startThrough(on, item)).toMatchObject({ state: 'refused' });
  });

  it('fails at once for a sync that does not exist, and for a wrong key', async () => {
    const on = await stage(kind);
    const item = await startItem(on);
    const unknown = { ...item, syncId: '00000000-0000-4000-8000-000000000000' };
    expect(await startThrough(on, unknown)).toMatchObject({
      state: 'failed',
      failure: { type: 'polytomic.NotFound', nonRetryable: true },
    });
    on.emulator.setKeys(['another']);
    expect(await startThrough(on, item)).toMatchObject({
      state: 'failed',
      failure: { type: 'polytomic.Unauthorized', nonRetryable: true },
    });
    expect(on.emulator.executions()).toEqual([]);
  });

  it('activates the sync first where asked to', async () => {
    const on = await stage(kind);
    on.emulator.updateSync(on.sync.id, { active: false });
    on.emulator.fault({ operation: `${kind}Sync.activate`, status: 500, recorded: true });
    expectOneExecution(on, await startThrough(on, await startItem(on, { activate: true })));
    expect(on.emulator.sync(on.sync.id).fields.active).toBe(true);
  });
});

describe('a bulk start with options', () => {
  it('adopts only a run of the shape that was asked for', async () => {
    const on = await stage('bulk', { durationMs: 500 });
    const item = await startItem(on, { options: { schemas: ['public.users'] } });
    on.emulator.startRun(on.sync.id, { options: { schemas: ['public.orders'] } });
    on.emulator.clock.advance(1_000);
    on.emulator.fault({ operation: 'bulkSync.start', status: 504, effect: true, recorded: true });
    expectOneExecution(on, await startThrough(on, item));
    expect(on.emulator.executions()[1]?.options).toMatchObject({ schemas: ['public.users'] });
  });
});

describe('a model start with options', () => {
  it('sends them in the API’s own words', async () => {
    const on = await stage('model');
    const sourceIdentities = [[{ source: { modelId: 'm-1', field: 'email' }, value: 'a@example.com' }]];
    await startThrough(on, await startItem(on, { options: { resync: true, sourceIdentities } }));
    expect(on.emulator.executions()[0]?.options).toEqual({
      resync: true,
      source_identities: [[{ source: { model_id: 'm-1', field: 'email' }, value: 'a@example.com' }]],
    });
  });

  it('takes a queued run for started', async () => {
    const on = await stage('model', { startWhileRunning: 'queue', durationMs: minute });
    const item = await startItem(on);
    on.emulator.startRun(on.sync.id);
    expectOneExecution(on, await startThrough(on, item));
  });
});
