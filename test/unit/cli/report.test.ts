/** Reports, retries and explanations from histories: those that were recorded, and nights that never were. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { explain } from '../../../src/cli/explain/explain';
import { FactReader, type EventLike, type HistoryFacts } from '../../../src/cli/history/facts';
import { planRetry } from '../../../src/cli/history/plan-retry';
import { toSyncRows } from '../../../src/cli/history/sync-rows';
import { toCsv } from '../../../src/cli/report/csv';
import { toHtml } from '../../../src/cli/report/html';
import { createUiUrl, toReport, type Report } from '../../../src/cli/report/report-data';
import { toTrace } from '../../../src/cli/report/trace';
import { hostileName, nightFacts } from '../../browser/report-sample';

const folder = join(__dirname, '../../replay/histories/0.1.0');

function recorded(...names: string[]): HistoryFacts {
  const reader = new FactReader({ workflowId: 'recorded', title: 'recorded' });
  for (const name of names) {
    const history = historyFromJSON(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
    reader.readRun(name, (history.events ?? []) as unknown as EventLike[]);
  }
  return reader.facts;
}

const noLimits = { maxErrorRecords: null, maxErrorRatio: null, minRecords: null };

const reportOf = (...facts: HistoryFacts[]): Report =>
  toReport({ facts, uiUrlOf: () => null, now: new Date('2026-11-26T12:00:00Z') });

describe('rows of a history', () => {
  it('tell a single run as its result does', () => {
    const facts = recorded('run-bulk-sync');
    const [row, ...others] = toSyncRows(facts);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: 'bulk',
      outcome: 'completed',
      name: expect.any(String),
      executions: [expect.any(String)],
    });
    expect(row?.schemas.length).toBeGreaterThan(0);
  });

  it('tell every sync of a fan-out, although its result lists failures alone', () => {
    const facts = recorded('all-failed');
    const { total, failed, failures } = facts.failure?.detail as { total: number; failed: number; failures: unknown[] };
    const rows = toSyncRows(facts);
    expect(rows.length).toBe(total);
    expect(rows.filter(({ outcome }) => outcome === 'failed')).toHaveLength(failed);
    expect(failures).toHaveLength(failed);
    expect(rows.every(({ name, startedAt, endedAt }) => name && startedAt && endedAt)).toBe(true);
  });

  it('add up what runs of failed schemas replaced', () => {
    const rows = toSyncRows(recorded('all-retried-schemas'));
    const again = rows.find(({ executions }) => executions.length === 2);
    // 20 records of two schemas, then 10 of the third, which had none.
    expect(again).toMatchObject({ outcome: 'completed', records: { total: 30, errors: 0 } });
  });

  it('go on where the workflow continued as new', () => {
    const rows = toSyncRows(recorded('all-continued-first', 'all-continued'));
    const { total } = recorded('all-continued').result as { total: number };
    expect(new Set(rows.map(({ syncId }) => syncId)).size).toBe(total);
  });

  it('count a run with too few records as failed, as the workflow did', () => {
    const { result, ...facts } = recorded('run-bulk-sync');
    const { executionId, records } = result as { executionId: string; records: { total: number } };
    const compared = (past: number): HistoryFacts => ({
      ...facts,
      result: undefined,
      activities: [
        ...facts.activities.map((one) =>
          one.name === 'polytomic.prepareRuns'
            ? { ...one, result: { ...(one.result as object), options: { ...noLimits, minRecordsRatio: 0.5 } } }
            : one,
        ),
        {
          ...(facts.activities[0] as HistoryFacts['activities'][number]),
          name: 'polytomic.readPastRecords',
          input: { items: [{ executionId: 'other' }, { executionId }] },
          result: [{ type: 'unread' }, { type: 'read', records: Array<number>(5).fill(past) }],
        },
      ],
    });
    expect(toSyncRows(compared(records.total))).toMatchObject([{ outcome: 'completed', reason: null }]);
    expect(toSyncRows(compared(3 * records.total))).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('minRecordsRatio 0.5') },
    ]);
  });

  it('leave open what nothing says the end of', () => {
    const facts = recorded('run-bulk-sync');
    const terminated: HistoryFacts = {
      ...facts,
      ...{ state: 'terminated', result: undefined },
      activities: facts.activities.filter(({ name }) => !name.endsWith('awaitExecutions')),
    };
    expect(toSyncRows(terminated).map(({ outcome }) => outcome)).toEqual(['running']);
  });
});

describe('planRetry', () => {
  it('runs only the failed syncs of a fan-out again, with its limits', () => {
    const facts = recorded('all-failed');
    const plan = planRetry(facts);
    const { failures } = facts.failure?.detail as { failures: { syncId: string }[] };
    const { filter, ...rest } = plan?.input as { filter: { ids: string[]; active: null } };
    expect(filter).toEqual({ ids: expect.any(Array), active: null });
    expect(filter.ids.toSorted()).toEqual(failures.map(({ syncId }) => syncId).toSorted());
    const { filter: _filter, ...asked } = facts.input as Record<string, unknown>;
    expect(rest).toEqual(asked);
    expect(plan?.workflow).toBe('runAllBulkSyncs');
  });

  it('runs steps that failed again, and those behind them, without what is done', () => {
    const facts = recorded('pipeline-failed');
    const { steps } = facts.failure?.detail as { steps: Record<string, { outcome: string }> };
    const done = Object.keys(steps).filter((id) => steps[id]?.outcome === 'completed');
    const plan = planRetry(facts);
    const left = plan?.input['steps'] as { id: string; after: string[] }[];
    expect(left.map(({ id }) => id)).toEqual(Object.keys(steps).filter((id) => !done.includes(id)));
    expect(left.flatMap(({ after }) => after).filter((id) => done.includes(id))).toEqual([]);
  });

  it('has nothing to do where everything succeeded, and nothing it may do for a wait', () => {
    expect(planRetry(recorded('run-bulk-sync'))).toBeNull();
    expect(planRetry(recorded('run-all-bulk-syncs'))).toBeNull();
    expect(() => planRetry(recorded('await-failed'))).toThrow('starts no sync of its own');
    expect(() => planRetry({ ...recorded('failed'), state: 'running' })).toThrow('still running');
    const dry = recorded('run-all-bulk-syncs');
    const input = { ...(dry.input as object), dryRun: true };
    expect(() => planRetry({ ...dry, input })).toThrow('was a dry run');
  });

  it('does not call a pipeline a success that was given no steps', () => {
    const facts = recorded('run-all-bulk-syncs');
    const failure = { type: 'polytomic.InvalidInput', message: 'no', detail: [] };
    for (const steps of [[], undefined, 'none']) {
      const refused: HistoryFacts = {
        ...facts,
        workflow: 'runSyncPipeline',
        state: 'failed',
        input: { steps },
        failure,
      };
      expect(() => planRetry({ ...refused, result: undefined })).toThrow('was given no steps');
    }
  });

  it('runs all of a fan-out again that began none of its syncs', () => {
    const facts = recorded('run-all-bulk-syncs');
    const failure = {
      type: 'polytomic.SyncTimedOut',
      message: 'the list was not read',
      detail: { total: 0, listComplete: false },
    };
    const ended: HistoryFacts = { ...facts, state: 'failed', result: undefined, activities: [] };
    for (const one of [failure, { type: 'polytomic.InvalidInput', message: 'no', detail: [] }, null]) {
      const plan = planRetry({ ...ended, failure: one });
      expect(plan).toMatchObject({ workflow: 'runAllBulkSyncs', input: facts.input });
    }
  });

  it('runs what a fan-out did not come to again, without what succeeded or was taken out', () => {
    const facts = recorded('run-all-bulk-syncs');
    const done = toSyncRows(facts).map(({ syncId }) => syncId);
    expect(done.length).toBeGreaterThan(0);
    const skip = { type: 'update', name: 'skip', at: '', argument: 'taken-out' } as const;
    const canceled: HistoryFacts = { ...facts, state: 'canceled', result: undefined, failure: null, requests: [skip] };
    const { filter } = planRetry(canceled)?.input as { filter: { exclude: string[] } };
    expect(filter.exclude.toSorted()).toEqual([...done, 'taken-out'].toSorted());
    const input = { ...(facts.input as object), filter: { ids: [...done, 'other'] } };
    expect(planRetry({ ...canceled, input })?.input).toMatchObject({ filter: { ids: ['other'] } });
    // Its time was up: the result names 100 of the syncs that never began.
    const late = { ...(facts.result as object), timedOut: 300, listComplete: true };
    expect(planRetry({ ...facts, result: late })?.what).toMatch(/^all of .* but \d+ syncs$/);
    // The first failure kept all others from being started.
    const stopped = { ...(facts.result as object), failed: 1, skipped: 7 };
    const asked = { ...(facts.input as object), failurePolicy: 'stopStarting' };
    expect(planRetry({ ...facts, input: asked, result: stopped })?.what).toMatch(/^all of /);
  });

  it('runs nothing again of a sync that was to be created and was not', () => {
    const detail = {
      ...(recorded('run-bulk-sync').result as object),
      syncId: '',
      executionId: null,
      outcome: 'failed',
    };
    const failure = { type: 'polytomic.Forbidden', message: 'no', detail };
    const ended = { ...recorded('run-bulk-sync'), activities: [], result: undefined, failure };
    const created: HistoryFacts = { ...ended, state: 'failed', workflow: 'createAndRunBulkSync' };
    expect(() => planRetry(created)).toThrow('ended before it had a sync');
  });

  it('runs a bulk sync again as a whole where more schemas failed than its result names', () => {
    const facts = recorded('run-bulk-sync');
    const result = facts.result as object;
    const schemas = ['a', 'b'].map((schema) => ({
      schema,
      status: 'failed',
      records: 0,
      errors: 0,
      warnings: 0,
      message: null,
    }));
    const of = (failed: number) => ({
      ...facts,
      result: { ...result, outcome: 'partiallyFailed', schemas, schemaCounts: { total: 9, failed } },
    });
    expect(planRetry(of(2))?.input).toMatchObject({ start: { schemas: ['a', 'b'] } });
    expect(planRetry(of(3))?.input).not.toHaveProperty('start.schemas');
    const nameless = { ...of(2), result: { ...of(2).result, schemas: [{ ...schemas[0], schema: '' }, schemas[1]] } };
    expect(planRetry(nameless)?.input).not.toHaveProperty('start.schemas');
  });
});

describe('explain', () => {
  it('says what was started, what came of it, and how the workflow ended', () => {
    const texts = explain(recorded('failed')).map(({ text }) => text);
    expect(texts[0]).toMatch(/^run(Bulk|Model)Sync began/);
    expect(texts).toContainEqual(expect.stringMatching(/was started: execution /));
    expect(texts.at(-1)).toMatch(/^The workflow ended as failed/);
  });

  it('says what was retried and why, and knows a hand-over from a trouble', () => {
    const facts = recorded('run-bulk-sync');
    const [prepare, ...rest] = facts.activities;
    const lastFailure = { type: 'polytomic.Unavailable', message: 'HTTP 503', detail: undefined };
    const handOver = {
      type: 'polytomic.Unavailable',
      message: 'The worker stops; the wait goes on at another one',
      detail: undefined,
    };
    const wait = rest.find(({ name }) => name.endsWith('awaitExecutions'));
    const activities = [
      { ...(prepare as NonNullable<typeof prepare>), attempts: 4, lastFailure },
      { ...(wait as NonNullable<typeof wait>), attempts: 2, lastFailure: handOver },
    ];
    const troubles = explain({ ...facts, activities });
    expect(troubles).toContainEqual(
      expect.objectContaining({
        level: 'trouble',
        text: expect.stringMatching(/took 4 tries; .*: HTTP 503 \(polytomic\.Unavailable\)/),
      }),
    );
    expect(troubles).toContainEqual(
      expect.objectContaining({ level: 'info', text: expect.stringContaining('was handed over to another worker') }),
    );
  });

  it('says what was asked of it', () => {
    const texts = explain(recorded('all-steered-first', 'all-steered')).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^Somebody asked for (pause|resume|skip|setConcurrency)/));
    expect(explain(recorded('cancelled')).map(({ text }) => text)).toContain('Somebody asked to cancel the workflow');
  });

  it('names only what did not succeed among thousands', () => {
    const lines = explain(nightFacts({ workflowId: 'large', syncs: 10_000, startedAt: '2026-11-25T02:00:00.000Z' }));
    expect(lines.length).toBeLessThan(200);
    expect(lines.at(-1)?.text).toContain('Of 10000 syncs: 9500 completed, 500 failed.');
  });
});

describe('a report', () => {
  const night = nightFacts({ workflowId: 'night', syncs: 50, startedAt: '2026-11-25T02:00:00.000Z' });

  it('counts every outcome, and compares nights', () => {
    const before = nightFacts({
      workflowId: 'before',
      syncs: 50,
      startedAt: '2026-11-24T02:00:00.000Z',
      slowdown: 0.5,
    });
    const { workflows, compared } = reportOf(night, before);
    expect(workflows.map(({ workflowId, counts, total }) => [workflowId, counts, total])).toEqual([
      ['before', { completed: 47, failed: 3 }, 50],
      ['night', { completed: 47, failed: 3 }, 50],
    ]);
    expect(compared).toHaveLength(50);
    expect(compared[0]?.slowdown).toBeCloseTo(2, 2);
    expect(reportOf(night).compared).toEqual([]);
  });

  it('lets no text of others out of its place in the page', () => {
    const html = toHtml(reportOf(night));
    expect(html).not.toContain(hostileName);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    expect((JSON.parse(data) as Report).rows.some(({ name }) => name === hostileName)).toBe(true);
  });

  it('is CSV that a spreadsheet takes for text, and quotes what needs it', () => {
    const report = reportOf(night);
    const [first] = report.rows;
    const rows = [{ ...(first as NonNullable<typeof first>), name: '=HYPERLINK("x","y")', errors: ['a, b', 'c\nd'] }];
    const [head, ...lines] = toCsv({ ...report, rows }).split('\r\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['workflow', 'kind', 'sync_id', 'name']);
    expect(lines.join('\r\n')).toContain(`"'=HYPERLINK(""x"",""y"")"`);
    expect(lines.join('\r\n')).toContain('"a, b | c\nd"');
  });

  it('is CSV that does not steer the terminal which shows it, as no other output does', () => {
    const report = reportOf(night);
    const [first] = report.rows;
    const name = '\u001b]0;title\u0007\u001b[31mred\u009b2J\u202e\tb\nc\rd';
    const rows = [{ ...(first as NonNullable<typeof first>), name }];
    const escaped = '\\u001b]0;title\\u0007\\u001b[31mred\\u009b2J\\u202e\tb\nc\\u000dd';
    expect(toCsv({ ...report, rows })).toContain(`,"${escaped}",`);
  });

  it('is a trace in which syncs of one time stand below each other', () => {
    const { traceEvents } = toTrace(reportOf(night));
    const spans = traceEvents.filter(({ ph }) => ph === 'X');
    expect(spans).toHaveLength(50);
    for (const lane of new Set(spans.map(({ tid }) => tid))) {
      const own = spans.filter(({ tid }) => tid === lane).map(({ ts = 0, dur = 0 }) => [ts, ts + dur] as const);
      own.slice(1).forEach(([start], at) => expect(start).toBeGreaterThanOrEqual(own[at]?.[1] ?? 0));
    }
  });

  it.each([
    ['127.0.0.1:7233', undefined, 'http://127.0.0.1:8233/namespaces/default/workflows/w%2F1/r/history'],
    ['eu.a2dd6.tmprl.cloud:7233', undefined, 'https://cloud.temporal.io/namespaces/default/workflows/w%2F1/r/history'],
    ['temporal.example:7233', undefined, null],
    ['temporal.example:7233', 'https://ui.example/', 'https://ui.example/namespaces/default/workflows/w%2F1/r/history'],
  ])('knows the Temporal UI of %s', (address, uiUrl, expected) => {
    expect(createUiUrl(uiUrl, { address, namespace: 'default' })('w/1', 'r')).toBe(expected);
  });
});

describe('answers to starts', () => {
  const input = {
    items: [
      { kind: 'bulk', syncId: 'a' },
      { kind: 'bulk', syncId: 'b' },
    ],
  };
  const name = 'polytomic.startExecutions';

  it.each(['state', 'type'])('are understood by their %s', (discriminant) => {
    const result = [
      { [discriminant]: 'started', executionId: 'e', status: 'created', createdAt: null, adopted: true },
      { [discriminant]: 'throttled', at: 1, failure: { message: 'HTTP 429' } },
    ];
    const facts = recorded('run-bulk-sync');
    const [first] = facts.activities;
    const activities = [{ ...(first as NonNullable<typeof first>), name, input, result }];
    const started = { ...facts, activities, result: undefined };
    expect(toSyncRows(started)).toMatchObject([{ syncId: 'a', outcome: 'running', executions: ['e'] }]);
    const texts = explain(started).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('its run was found as execution e'));
    expect(texts).toContainEqual('Polytomic asked to slow down; the start of sync b is tried again: HTTP 429');
  });
});
