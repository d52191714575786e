/** Everything that a seed file may say, field by field: the emulator's own settings, and the API's fields by their types. */
import { contract } from '../http/contract';
import { checkType, typeOf } from '../http/contract-types';
import { outcomes } from '../scripts/execution-script';
import { jobTypes } from '../state/job';
import {
  amount,
  anything,
  custom,
  flag,
  listOf,
  mapOf,
  object,
  oneOf,
  problemAt,
  text,
  textOr,
  withFields,
  type Check,
} from './seed-check';

const fields = mapOf(anything);

/** The fields of an answer, each with a value of its type or null. */
function fieldsOf(type: string): Record<string, Check> {
  const entries = Object.entries(contract.types[type] ?? {}).map(([name, field]) => [name, apiValue(typeOf(field))]);
  return Object.fromEntries(entries) as Record<string, Check>;
}

const apiValue = (written: string): Check => {
  const type = written.replace(/!$/, '');
  return custom(`\`${type}\` of the API`, (value, path) => {
    const issue = value === null ? undefined : checkType(value, { type, path, contract });
    if (issue === undefined) return [];
    return problemAt(issue.path, issue.kind === 'unknown' ? 'no such field' : issue.expected.replace(/^expected /, ''));
  });
};

const counts = object(
  Object.fromEntries(
    ['total', 'insert', 'update', 'upserts', 'delete', 'error', 'warnings'].map((name) => [name, amount]),
  ),
);
const step = object(
  {
    status: text,
    afterMs: amount,
    ended: flag,
    counts: custom('an object, or null', (value, path) => (value === null ? [] : counts(value, path))),
    errors: listOf(text),
    recordCount: amount,
    errorCount: amount,
    warningCount: amount,
    message: text,
    schemas: mapOf(object({ status: text, records: amount, errors: amount, warnings: amount, message: text })),
  },
  ['status', 'afterMs'],
);
const settings = object({
  outcome: oneOf(outcomes),
  steps: listOf(step),
  durationMs: amount,
  onCancel: oneOf(['confirm', 'complete', 'fail', 'never', 'ignore']),
  cancelMs: amount,
});
const script = withFields(
  custom(`one of ${outcomes.join(', ')}, a list of steps, or an object`, (value, path) => {
    if (typeof value === 'string') return oneOf(outcomes)(value, path);
    return Array.isArray(value) ? listOf(step)(value, path) : settings(value, path);
  }),
  settings,
);

const named = { id: text, name: text, organization: text };
/** Past runs are answered exactly as given, unknown statuses included. */
const runOf = (type: string): Check => object({ ...fieldsOf(type), status: text });
const syncControls = {
  ...named,
  active: flag,
  script,
  nextScripts: listOf(script),
  durationMs: amount,
  cancelMs: amount,
  everyMs: amount,
  nextExecutionTime: text,
};

const sourceSchemas = listOf(
  textOr(object({ id: text, name: text, fields: listOf(textOr(fields)), records: listOf(fields) }, ['id'])),
);
const query = object({
  contains: text,
  status: oneOf(['done', 'failed', 'unknown', 'running']),
  durationMs: amount,
  rows: listOf(fields),
  pageRows: amount,
  error: text,
  expiresMs: amount,
});
const proxy = object({
  supported: flag,
  enabled: flag,
  rateLimitPerMinute: amount,
  timeoutMs: amount,
  maxRequestBodyBytes: amount,
  maxResponseBodyBytes: amount,
  answers: listOf(
    object({
      method: text,
      path: text,
      status: custom('a status, or unreachable', (value, path) => (value === 'unreachable' ? [] : amount(value, path))),
      headers: mapOf(text),
      body: anything,
      latencyMs: amount,
    }),
  ),
});
const connection = object({
  ...fieldsOf('ConnectionResponseSchema'),
  healthcheck_interval: text,
  ...named,
  type: textOr(fields),
  configuration: fields,
  schemas: sourceSchemas,
  schemasAfterRefresh: sourceSchemas,
  refreshMs: amount,
  queries: listOf(query),
  proxy,
  parameterValues: mapOf(listOf(anything)),
  ownedByHarbor: flag,
});
const connectionType = object(
  {
    id: text,
    name: text,
    use_oauth: flag,
    operations: listOf(oneOf(['source', 'destination', 'enrichment'])),
    schema: fields,
    schemas: sourceSchemas,
  },
  ['id'],
);
const model = object({
  ...fieldsOf('ModelResponse'),
  ...named,
  fields: listOf(textOr(fields)),
  additional_fields: listOf(textOr(fields)),
  labels: listOf(textOr(fields)),
  records: listOf(fields),
  sampleMs: amount,
});
const bulkSchemas = listOf(
  textOr(object({ ...fieldsOf('BulkSchema'), id: text, fields: listOf(textOr(fields)) }, ['id'])),
);
const ingestion = object({
  lagMs: custom('a number from 0 up, or null', (value, path) => (value === null ? [] : amount(value, path))),
  catchesUpInMs: amount,
  enabled: flag,
  isRunning: flag,
  status: text,
  statusMessage: text,
});
const job = object({ status: oneOf(['done', 'failed', 'running']), durationMs: amount, error: text });

/** A whole seed file. */
export const seedShape: Check = object({
  organizations: mapOf(object({ id: text, keys: listOf(text) }, ['keys'])),
  connections: listOf(connection),
  connectionTypes: listOf(connectionType),
  models: listOf(model),
  refusedConfigurations: listOf(object({ type: text, configuration: fields, message: text })),
  jobs: object(Object.fromEntries(jobTypes.map((type) => [type, job]))),
  modelSyncs: listOf(
    object({
      ...fieldsOf('ModelSyncV5Response'),
      ...syncControls,
      executions: listOf(runOf('GetExecutionResponseSchema')),
    }),
  ),
  bulkSyncs: listOf(
    object({
      ...fieldsOf('BulkSyncResponse'),
      ...syncControls,
      executions: listOf(runOf('BulkSyncExecution')),
      schemas: bulkSchemas,
      ingestion,
    }),
  ),
});
