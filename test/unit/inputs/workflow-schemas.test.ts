/** The published JSON Schemas, judged by a validator that is not ours: what workflows take and answer fits them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { internalWorkflows, workflowSchemas, workflowShapes } from '../../../src/inputs/workflow-schemas';
import * as workflows from '../../../src/workflows';

const schemas = workflowSchemas();
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats(ajv);
const validators = new Map<string, ValidateFunction>(
  Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]),
);

type WorkflowName = keyof typeof workflowShapes;

/** What the validator has against a value; empty where it fits. */
function problemsOf(schema: string, value: unknown): string[] {
  const validate = validators.get(schema);
  if (!validate) throw new Error(`There is no schema ${schema}`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const histories = join(__dirname, '../../replay/histories');

interface Payload {
  data: string;
}
interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string }; input?: { payloads: Payload[] } };
  workflowExecutionCompletedEventAttributes?: { result?: { payloads: Payload[] } };
  workflowExecutionFailedEventAttributes?: {
    failure?: { applicationFailureInfo?: { type?: string; details?: { payloads: Payload[] } } };
  };
}

/** A workflow as it really ran. */
interface Recorded {
  file: string;
  name: WorkflowName;
  input: unknown;
  failure?: string;
  /** What it answered, or failed with. */
  result?: unknown;
}

const decode = (payloads?: Payload[]): unknown =>
  payloads?.[0] && JSON.parse(Buffer.from(payloads[0].data, 'base64').toString());

const recorded = readdirSync(histories, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .flatMap((file): Recorded[] => {
    const { events } = JSON.parse(readFileSync(join(histories, file), 'utf8')) as { events: RecordedEvent[] };
    const started = events[0]?.workflowExecutionStartedEventAttributes;
    const name = started?.workflowType.name ?? '';
    if (!(name in workflowShapes)) return [];
    const last = events.at(-1);
    const info = last?.workflowExecutionFailedEventAttributes?.failure?.applicationFailureInfo;
    const payloads = last?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? info?.details?.payloads;
    const input = decode(started?.input?.payloads);
    return [{ file, name: name as WorkflowName, input, failure: info?.type, result: decode(payloads) }];
  });

const failedWithResult = /\.(SyncFailed|SyncCanceled|SyncTimedOut|SyncsFailed)$/;
const answered = recorded.filter(
  ({ failure, result }) => result !== undefined && (failure === undefined || failedWithResult.test(failure)),
);
const accepted = recorded.filter(({ failure }) => failure !== 'polytomic.InvalidInput');

describe('the schemas', () => {
  it('are there for the input and the result of every workflow', () => {
    const published = Object.keys(workflows).filter((name) => !internalWorkflows.includes(name));
    const names = published.flatMap((name) => [`${name}.input`, `${name}.result`]);
    expect(Object.keys(schemas).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(schemas))('%s use no pattern that only JavaScript knows', (_name, schema) => {
    const patterns = [...JSON.stringify(schema).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, pattern]) => pattern,
    );
    expect(patterns.filter((pattern) => /\(\?[!=<]|\\p\{/.test(pattern ?? ''))).toEqual([]);
  });

  it.each(accepted)('of $name take the input of $file', ({ name, input }) => {
    expect(problemsOf(`${name}.input`, input)).toEqual([]);
  });

  it.each(answered)('of $name describe all of the result of $file', ({ name, result }) => {
    expect(problemsOf(`${name}.result`, result)).toEqual([]);
    const { properties } = schemas[`${name}.result`] as { properties: object };
    expect(Object.keys(result as object).filter((field) => !(field in properties))).toEqual([]);
  });
});

const syncId = '248df4b7-aa70-47b8-a036-33ac447e668d';
const shared = {
  organization: 'emea',
  ifRunning: 'attach',
  startedAfter: '2026-11-22T10:00:00+01:00',
  timeout: 'PT2H',
  warnAfter: { timesMedian: 2.5 },
  maxErrorRatio: 0.1,
  notify: ['team'],
};
const many = { maxConcurrent: 7, startsPerMinute: 30, timeoutPerSync: 90_000 };
const steps = [
  { id: 'a', kind: 'model', syncId, start: { identities: ['x'] } },
  { id: 'b', kind: 'bulk', syncId, after: ['a'], start: { schemas: ['public.users'] } },
];
const filter = { active: null, ids: [syncId], name: 'CRM *', exclude: ['x'], connectionIds: ['c'] };

/** What each workflow takes, besides what was recorded. */
const right: [WorkflowName, object][] = [
  ['runModelSync', { syncId, ...shared, timeout: 5_000, warnAfter: '2 hours', start: { resync: true } }],
  ['runBulkSync', { syncId, ...shared, start: { resyncMode: 'rebuild' }, retryFailedSchemas: 2 }],
  ['createAndRunModelSync', { sync: { name: 'New', anything: [1] }, adopt: 'byName', ...shared }],
  ['createAndRunBulkSync', { sync: { name: 'New', encryption_passphrase: { $env: 'X' } } }],
  ['awaitSync', { kind: 'bulk', syncId, completedAfter: '2026-11-22T10:00:00Z' }],
  ['runAllModelSyncs', { ...shared, ...many, filter, shard: { index: 0, of: 2 }, dryRun: true }],
  ['runAllBulkSyncs', { ...many, failurePolicy: 'cancelRest', maxConcurrentPerConnection: 3, retryFailedSchemas: 1 }],
  ['runSyncPipeline', { steps, ...many }],
];

/** What none of them takes, told from the right input by one field. */
const wrong: [WorkflowName, object][] = [
  ['runModelSync', { syncId: 'a/b' }],
  ['runModelSync', { syncId: 7 }],
  ['runModelSync', { timeout: {} }],
  ['runModelSync', { start: { schemas: ['x'] } }],
  ['runBulkSync', { ifRunning: 'perhaps' }],
  ['runBulkSync', { retryFailedSchemas: -1 }],
  ['createAndRunModelSync', { sync: {} }],
  ['createAndRunBulkSync', { adopt: 'byId' }],
  ['awaitSync', { kind: 'both' }],
  ['awaitSync', { completedAfter: 'yesterday' }],
  ['runAllModelSyncs', { shard: { index: 0 } }],
  ['runAllModelSyncs', { maxConcurrent: 1_001 }],
  ['runAllBulkSyncs', { failurePolicy: 'panic' }],
  ['runSyncPipeline', { steps: [] }],
  ['runSyncPipeline', { steps: [{ ...steps[0], kind: 'other' }] }],
  ...right.map(([name]): [WorkflowName, object] => [name, { colour: 'red' }]),
];

describe('a schema and the workflow agree', () => {
  it.each(right)('that %s takes %j', (name, input) => {
    expect(workflowShapes[name].input().safeParse(input).error).toBeUndefined();
    expect(problemsOf(`${name}.input`, input)).toEqual([]);
  });

  it.each(wrong)('that %s does not take %j', (name, change) => {
    const [, base] = right.find(([known]) => known === name) ?? [];
    const input = { ...base, ...change };
    expect(workflowShapes[name].input().safeParse(input).success).toBe(false);
    expect(problemsOf(`${name}.input`, input)).not.toEqual([]);
  });
});
