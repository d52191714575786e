/** Inputs that are right, from which hostile ones are made. */
import type { workflowShapes } from '../../src/inputs/workflow-schemas';

/** How an input of a workflow reaches an activity. */
interface WorkflowExample {
  readonly activity: string;
  readonly input: unknown;
  readonly request: (input: unknown) => unknown;
}

const prepared = (workflow: string, input: unknown): WorkflowExample => ({
  activity: 'prepareRuns',
  input,
  request: (given) => ({ workflow, input: given }),
});
const provisioned = (workflow: string, input: unknown): WorkflowExample => ({
  activity: 'prepareProvision',
  input,
  request: (given) => ({ workflow, input: given }),
});

const spec = {
  connections: {
    warehouse: {
      name: 'W',
      type: 'postgresql',
      configuration: { hostname: 'db', password: { $env: 'FUZZ_PASSWORD' } },
    },
  },
  models: {
    users: { name: 'U', connection_id: { $ref: 'connections.warehouse.id' }, configuration: { query: 'select 1' } },
  },
};
const bulkSync = {
  name: 'B',
  mode: 'replicate',
  source_connection_id: 'c1',
  destination_connection_id: 'c2',
  destination_configuration: { x: 1 },
};
const run = { syncId: 's1', timeout: '1 hour', warnAfter: { timesMedian: 2 }, notify: ['ops'], maxErrorRatio: 0.5 };

/** By the type of the workflow. */
export const exampleInputs: Readonly<Record<keyof typeof workflowShapes, WorkflowExample>> = {
  runModelSync: prepared('runModelSync', { ...run, start: { identities: ['a'] } }),
  runBulkSync: prepared('runBulkSync', { ...run, start: { schemas: ['a'] } }),
  createAndRunModelSync: prepared('createAndRunModelSync', {
    sync: { name: 'M', mode: 'create', fields: [], target: { configuration: { token: { $env: 'FUZZ_PASSWORD' } } } },
  }),
  createAndRunBulkSync: prepared('createAndRunBulkSync', { sync: bulkSync, adopt: 'byName' }),
  awaitSync: {
    activity: 'prepareAwaitSync',
    input: { kind: 'bulk', syncId: 's1', completedAfter: '2026-11-26T00:00:00Z' },
    request: (input) => ({ input, beganAt: '2026-11-26T00:00:00Z' }),
  },
  runAllModelSyncs: prepared('runAllModelSyncs', {
    filter: { name: 'a*', exclude: ['b*'] },
    maxConcurrent: 5,
    shard: { index: 0, of: 2 },
  }),
  runAllBulkSyncs: prepared('runAllBulkSyncs', {
    filter: { ids: ['s1'] },
    failurePolicy: 'cancelRest',
    startsPerMinute: 5,
  }),
  runSyncPipeline: prepared('runSyncPipeline', {
    steps: [
      { id: 'a', kind: 'model', syncId: 's1' },
      { id: 'b', kind: 'bulk', syncId: 's2', after: ['a'] },
    ],
  }),
  listPolytomicSyncs: {
    activity: 'listSyncs',
    input: { name: 'a*b*', exclude: ['x*'] },
    request: (filter) => ({ organization: 'default', kind: 'bulk', filter }),
  },
  checkPolytomicSetup: { activity: 'checkSetup', input: { organization: 'default' }, request: (input) => input },
  planPolytomic: provisioned('planPolytomic', { spec }),
  provisionPolytomic: provisioned('provisionPolytomic', {
    spec: JSON.stringify(spec),
    approve: 'always',
    variables: { x: 1 },
  }),
  deprovisionPolytomic: provisioned('deprovisionPolytomic', {
    spec: [{ file: 'a.yaml', text: 'name: x\nmodels: {}' }],
  }),
  checkPolytomicDrift: provisioned('checkPolytomicDrift', { spec, notify: ['ops'] }),
  exportPolytomic: {
    activity: 'exportObjects',
    input: { kinds: ['models'], names: ['a*'] },
    request: (input) => ({ input }),
  },
  changePolytomicSchedule: {
    activity: 'changeSchedule',
    input: { kind: 'bulk', syncId: 's1', schedule: 'manual' },
    request: (input) => ({ input }),
  },
};

const organization = 'default';
const known = { ids: ['e0'], listed: true };
const windows = [{ from: 1, to: 2 }];
const ref = { kind: 'bulk', syncId: 's1' };
const start = {
  ...ref,
  key: 'key-of-start',
  lookFirst: true,
  windows,
  known,
  options: { schemas: ['a'] },
  activate: true,
};
const sync = { ...ref, name: 'B', executionId: 'e1', outcome: 'failed', reason: 'why' };
const set = { organization, set: 'default' };

/** By the name of the activity. */
export const exampleRequests: Readonly<Record<string, unknown>> = {
  startExecutions: { organization, items: [start] },
  createSyncs: {
    organization,
    items: [{ kind: 'bulk', key: 'key-of-create', lookFirst: true, windows, sync: bulkSync, namesakes: [] }],
  },
  awaitExecutions: {
    organization,
    waiter: 'w',
    executions: [{ ...ref, executionId: 'e1', createdAt: null, usual: null }],
    waitForMs: 10,
    lingerMs: 1,
    upNext: [{ ...ref, known: { name: 'x', active: true } }],
    many: { spare: 1, fullBefore: false, failedSchemas: true, connections: true },
    checkpoint: { checkpoint: { v: 3, waitedMs: 1, executions: { e1: [1, 2, 3] } } },
  },
  awaitNextRun: { organization, ...ref, endedAfter: '2026-11-26T00:00:00Z', inProgress: ['e1'], waitForMs: 10 },
  awaitIngestion: { organization, syncId: 's1', withinMs: 60_000, waitForMs: 10 },
  cancelExecutions: {
    organization,
    items: [{ ...ref, executionId: null, windows, known, options: {}, cancel: true }],
    timeoutMs: 10,
  },
  readPastRecords: { organization, items: [{ ...ref, executionId: 'e1', except: ['e0'] }] },
  readLastRuns: { organization, kind: 'bulk', syncIds: ['s1'] },
  readSetup: { organization },
  notify: {
    target: 'ops',
    key: 'k',
    notification: {
      text: 'x',
      type: 'polytomic.syncs',
      organization,
      workflowId: 'w',
      runId: 'r',
      failed: [sync],
      late: [],
      recovered: [],
      counts: { failed: 1, late: 0, recovered: 0 },
    },
  },
  request: { method: 'POST', path: '/api/x', query: { a: 'b' }, body: { a: [1] } },
  'jobs.runQuery': { connection_id: 'c1', query: 'select 1' },
  'jobs.sampleModel': { id: 'm1' },
  'jobs.createModel': { connection_id: 'c1', name: 'M', configuration: { query: 'x' } },
  'jobs.refreshSchemas': { id: 'c1' },
  'jobs.downloadLogs': { kind: 'model', syncId: 's1', executionId: 'e1', types: ['errors'] },
  readSet: set,
  acquireSet: {
    ...set,
    holder: { token: 't', workflowId: 'w', runId: 'r', specHash: 'h', mode: 'apply', since: '2026-11-26T00:00:00Z' },
  },
  changeSet: { ...set, message: { type: 'disown', token: 't', address: 'models.x' } },
  findObjects: {
    ...set,
    kind: 'models',
    wanted: [{ address: 'models.x', name: 'x', type: null, ids: ['m1'], claims: false }],
  },
  hashPlan: { parts: { a: [1, { b: 2 }] } },
  activateSyncs: {
    ...set,
    token: 't',
    items: [{ address: 'modelSyncs.x', kind: 'modelSyncs', id: 's1', active: true, key: 'key-of-it' }],
  },
  awaitObjects: {
    organization,
    token: 't',
    items: [{ address: 'connections.x', kind: 'connections', id: 'c1', schemas: true }],
    deadline: 1,
    consentDeadline: 1,
  },
  deleteObjects: {
    ...set,
    token: 't',
    ours: [],
    items: [
      { address: 'models.x', kind: 'models', name: 'x', id: 'm1', replaced: false, recorded: null, why: 'destroy' },
    ],
  },
};

/** Options of the plugin. */
export const exampleOptions = (apiKey: string): Record<string, unknown> => ({
  apiKey,
  url: 'https://polytomic.example',
  apiVersion: '2025-09-18',
  operations: ['run', 'create'],
  organizations: { emea: { apiKey, operations: 'read' } },
  notify: { ops: { url: 'https://hooks.example', signingSecret: 'a'.repeat(32) } },
  secrets: { FUZZ_PASSWORD: { organizations: ['emea'], connectionTypes: ['postgresql'] } },
  secretEnv: ['FUZZ_PASSWORD'],
  heartbeatTimeout: '75s',
  logHosts: ['*.s3.amazonaws.com'],
  requestsPerMinute: 30,
});

/** Variables of the worker. */
export const exampleVariables: Readonly<Record<string, string>> = {
  POLYTOMIC_URL: 'https://polytomic.example',
  POLYTOMIC_API_VERSION: '2025-09-18',
  POLYTOMIC_OPERATIONS: 'run,create',
  POLYTOMIC_ORGANIZATION_ID: 'o1',
  POLYTOMIC_SECRET_ENV: 'FUZZ_PASSWORD',
  POLYTOMIC_LOG_HOSTS: '*.example',
  POLYTOMIC_HEARTBEAT_TIMEOUT: '75s',
  POLYTOMIC_MAX_ANSWER_BYTES: '1000',
  POLYTOMIC_ALLOW_HTTP: 'off',
  POLYTOMIC_SECRETS_DIR: '/tmp',
  POLYTOMIC_CA_FILE: '/nosuch',
};

/** A seed of the emulator. */
export const exampleSeed: unknown = {
  connections: [{ id: 'c1', name: 'C', type: 'postgresql' }],
  modelSyncs: [{ id: 's1', name: 'M' }],
  bulkSyncs: [{ id: 's2', name: 'B' }],
};
