/** What composite activities take: everything that recorded workflows sent, and nothing that has another shape. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { activityPrefix } from '../../../src/contracts/names';
import { compositeRequests, parseRequest, type CompositeName } from '../../../src/inputs/composite-requests';
import { createPolytomicActivities } from '../../../src/hosting/create-activities';
import { activitiesOnFetch } from './support/activities-on-fetch';
import { failureOf } from './support/activities-on-emulator';

const names = Object.keys(compositeRequests) as CompositeName[];

const run = { kind: 'model', syncId: 's1' };
const post = { key: 'key-of-start', lookFirst: false, windows: [] };
const known = { ids: [], listed: true };
const start = { ...run, ...post, known, options: {}, activate: false };
const wait = { organization: 'default', waiter: 'w', executions: [], lingerMs: 0, upNext: [] };

/** Requests that are right but for one field. */
const wrong: [name: CompositeName, field: string, request: unknown][] = [
  ['awaitExecutions', 'deadline', { ...wait, deadline: 'tomorrow' }],
  ['awaitExecutions', 'deadline', { ...wait, deadline: '2026-13-45T00:00:00Z' }],
  ['awaitExecutions', 'waitForMs', { ...wait, waitForMs: -1 }],
  ['awaitExecutions', 'waitForMs', { ...wait, waitForMs: 1e300 }],
  ['awaitExecutions', 'lingerMs', { ...wait, lingerMs: null }],
  ['awaitExecutions', 'executions', { ...wait, executions: null }],
  [
    'awaitExecutions',
    'executions[0].executionId',
    { ...wait, executions: [{ ...run, executionId: '../x', createdAt: null, usual: null }] },
  ],
  ['awaitExecutions', 'upNext[0]', { ...wait, upNext: [null] }],
  ['awaitNextRun', 'endedAfter', { organization: 'default', ...run, endedAfter: 'x', inProgress: [] }],
  [
    'awaitNextRun',
    'deadline',
    { organization: 'default', ...run, endedAfter: '2026-11-26T00:00:00Z', inProgress: [], deadline: '12' },
  ],
  ['startExecutions', 'items', { organization: 'default', items: 'all' }],
  ['startExecutions', 'items', { organization: 'default', items: Array.from({ length: 1_001 }, () => start) }],
  [
    'startExecutions',
    'items[0].windows[0].from',
    { organization: 'default', items: [{ ...start, windows: [{ from: '1', to: 2 }] }] },
  ],
  ['startExecutions', 'items[0].key', { organization: 'default', items: [{ ...start, key: 'a b' }] }],
  [
    'createSyncs',
    'items[0].sync',
    { organization: 'default', items: [{ kind: 'bulk', ...post, sync: [], namesakes: [] }] },
  ],
  ['cancelExecutions', 'timeoutMs', { organization: 'default', items: [], timeoutMs: 1e15 }],
  [
    'cancelExecutions',
    'items[0].cancel',
    { organization: 'default', items: [{ ...run, executionId: 'e', windows: [], known, options: {} }], timeoutMs: 1 },
  ],
  [
    'readPastRecords',
    'items[0].except',
    { organization: 'default', items: [{ ...run, executionId: 'e', except: 'own' }] },
  ],
  [
    'readLastRuns',
    'syncIds',
    { organization: 'default', kind: 'bulk', syncIds: Array.from({ length: 1_001 }, () => 's') },
  ],
  ['prepareRuns', 'workflow', { workflow: '__proto__', input: {} }],
  ['prepareAwaitSync', 'beganAt', { input: {}, beganAt: 'then' }],
  [
    'awaitObjects',
    'deadline',
    {
      organization: 'default',
      set: 'default',
      token: 't',
      notify: [],
      items: [],
      deadline: '2026',
      consentDeadline: 0,
    },
  ],
  ['changeSet', 'message', { organization: 'default', set: 'default', message: 'forget' }],
];

/** What a history recorded of each scheduled activity. */
function recordedRequests(): [name: CompositeName, request: unknown][] {
  const root = join(__dirname, '..', '..', 'replay', 'histories');
  const files = readdirSync(root).flatMap((version) =>
    readdirSync(join(root, version)).map((file) => join(root, version, file)),
  );
  return files.flatMap((file) => {
    const { events } = JSON.parse(readFileSync(file, 'utf8')) as { events: Recorded[] };
    return events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
      const name = scheduled?.activityType.name.slice(activityPrefix.length) as CompositeName;
      const [payload] = scheduled?.input?.payloads ?? [];
      if (!payload || !names.includes(name)) return [];
      const request = JSON.parse(Buffer.from(payload.data, 'base64').toString()) as unknown;
      return [[name, request] as [CompositeName, unknown]];
    });
  });
}

interface Recorded {
  activityTaskScheduledEventAttributes?: {
    activityType: { name: string };
    input?: { payloads: { data: string }[] };
  };
}

describe('the shapes of composite activities', () => {
  it('are those of every activity that is registered, operations, jobs and raw requests aside', () => {
    const registered = Object.keys(createPolytomicActivities({ apiKey: 'test-key' }));
    const composites = registered
      .map((name) => name.slice(activityPrefix.length))
      .filter((name) => !name.includes('.'));
    expect(composites.sort()).toEqual([...names, 'request'].sort());
  });

  it('take what recorded workflows sent, and leave it as it is', () => {
    const requests = recordedRequests();
    expect(requests.length).toBeGreaterThan(200);
    for (const [name, request] of requests) expect(parseRequest(name, request)).toEqual(request);
  });
});

describe('a composite activity', () => {
  const { sent, perform } = activitiesOnFetch(() => ({ status: 500, json: {} }));

  it.each(names)('%s refuses for good what is no request, and sends nothing', async (name) => {
    for (const request of [undefined, null, 0, '', 'x', [], [{}]]) {
      const failure = await failureOf(perform(name, request));
      expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    }
    const failure = await failureOf(perform(name, { items: null, executions: { length: 1e9 }, organization: [] }));
    expect(failure.type).toBe('polytomic.InvalidInput');
    expect(sent).toEqual([]);
  });

  it.each(wrong)('%s names %s', async (name, field, request) => {
    const failure = await failureOf(perform(name, request));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toMatchObject([{ field }]);
    expect(sent).toEqual([]);
  });

  it('refuses for good what a caller wrote wrong in an input that reaches it as it was written', async () => {
    const failure = await failureOf(perform('checkSetup', { organisation: 'default' }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
  });

  it('leaves to another worker what only a newer one may know', async () => {
    const failure = await failureOf(
      perform('startExecutions', { organization: 'default', items: [{ ...start, hue: 1 }] }),
    );
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: false });
    expect(failure.details?.[0]).toMatchObject([{ field: 'items[0].hue' }]);
    expect(sent).toEqual([]);
  });
});
