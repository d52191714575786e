/** Puts a run's executions together into its result. */
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { Execution, RecordCounts, SchemaExecution } from '../contracts/execution';
import type { SyncRunResult } from '../contracts/run-result';
import { noCounts } from './no-counts';
import { isSuccess, judgeRun, type Verdict } from './run-outcome';

const mostSchemas = 100;
const maxExecutions = 100;

/** What of a result does not come from the executions of its last attempt. */
export type RunIdentity = Pick<
  SyncRunResult,
  'kind' | 'organization' | 'syncId' | 'name' | 'attached' | 'executions' | 'attempts'
>;

/** The result of a run that was never read at an end: `timedOut` and `skipped` ones. */
export function emptyResult(identity: RunIdentity, verdict: Verdict, executionId: string | null): SyncRunResult {
  return {
    ...identity,
    executionId,
    outcome: verdict.outcome,
    status: null,
    startedAt: null,
    completedAt: null,
    records: { ...noCounts },
    errors: [],
    ...(verdict.reason ? { reason: verdict.reason } : {}),
  };
}

/** The result of a run from its executions, oldest first (several after schema retries). */
export function resultOf(identity: RunIdentity, executions: Execution[], options: ResolvedRunOptions): SyncRunResult {
  const merged = executions.reduce(mergeRetry);
  return describe(identity, executions, { merged, verdict: judgeRun(merged, options), options });
}

/** The result of a run that was given up, whatever it looked like; its last execution is as it was read last. */
export function givenUpResult(
  identity: RunIdentity,
  executions: Execution[],
  { verdict, options }: { verdict: Verdict; options: ResolvedRunOptions },
): SyncRunResult {
  const merged = executions.reduce(mergeRetry);
  return describe(identity, executions, { merged, verdict, options });
}

/**
 * What is known of runs that nothing can go on from: their last one cannot be read, or no other can be started. Null where
 * there is no run.
 *
 * @param executionId the run that cannot be read; null where there is none
 */
export function lostResult(
  identity: RunIdentity,
  executions: Execution[],
  { executionId, verdict, options }: { executionId: string | null; verdict: Verdict; options: ResolvedRunOptions },
): SyncRunResult | null {
  const ended = executions.map((execution) => execution.executionId);
  const ids = [...(identity.executions ?? []), ...ended, ...(executionId === null ? [] : [executionId])];
  const last = ids.at(-1);
  if (last === undefined) return null;
  const soFar =
    executions.length > 0
      ? givenUpResult(identity, executions, { verdict, options })
      : emptyResult(identity, verdict, last);
  return {
    ...soFar,
    ...{ executionId: last, ...(executionId !== null && { status: null, completedAt: null }) },
    ...(ids.length > 1 && { executions: ids.slice(-maxExecutions) }),
  };
}

function describe(
  identity: RunIdentity,
  executions: Execution[],
  { merged, verdict, options }: { merged: Execution; verdict: Verdict; options: ResolvedRunOptions },
): SyncRunResult {
  const omitText = options.errorText === 'omit';
  const ids = [...(identity.executions ?? []), ...executions.map(({ executionId }) => executionId)];
  return {
    ...identity,
    executionId: merged.executionId,
    ...(ids.length > 1 ? { executions: ids.slice(-maxExecutions) } : {}),
    ...(merged.url && !isSuccess(verdict.outcome) ? { url: merged.url } : {}),
    outcome: verdict.outcome,
    status: merged.status,
    startedAt: executions[0]?.startedAt ?? null,
    completedAt: merged.completedAt,
    records: merged.records,
    errors: omitText ? [] : merged.errors,
    ...(merged.schemas ? { schemas: merged.schemas.map((schema) => toSchemaResult(schema, omitText)) } : {}),
    ...(merged.schemaCounts ? { schemaCounts: merged.schemaCounts } : {}),
    ...(verdict.reason ? { reason: verdict.reason } : {}),
  };
}

function toSchemaResult({ failed: _failed, ...schema }: SchemaExecution, omitText: boolean) {
  return omitText ? { ...schema, message: null } : schema;
}

/** A re-run of the failed schemas replaces just these: what the first run did to the others stands. */
export function mergeRetry(first: Execution, retry: Execution): Execution {
  const failed = (retry.schemaCounts?.failed ?? 0) + countLeftOut(first, retry);
  const total = first.schemaCounts?.total ?? retry.schemaCounts?.total ?? 0;
  return {
    ...retry,
    ending: mergeEndings(retry.ending, total === 0 || failed < total),
    records: mergeCounts(first, retry),
    schemas: mergeSchemas(first.schemas ?? [], retry.schemas ?? []),
    schemaCounts: { total, failed },
  };
}

/**
 * Failed schemas that the re-run did not run, such as those that the source has no more: their failure stands. They are
 * found by name; where a list was cut, they are only counted.
 */
function countLeftOut(first: Execution, { schemas, schemaCounts }: Execution): number {
  // A re-run without a list of schemas says nothing of them.
  if (!schemaCounts) return 0;
  const failedCount = first.schemaCounts?.failed ?? 0;
  const failed = (first.schemas ?? []).filter((schema) => schema.failed);
  if (!schemas || schemas.length < schemaCounts.total || failed.length < failedCount) {
    return Math.max(0, failedCount - schemaCounts.total);
  }
  const ran = new Set(schemas.map(({ schema }) => schema));
  return failed.filter(({ schema }) => !ran.has(schema)).length;
}

/** However the re-run of some schemas failed, what the others did stands. */
function mergeEndings(retry: Execution['ending'], someSucceeded: boolean): Execution['ending'] {
  if (retry === 'completed' || retry === 'canceled' || !someSucceeded) return retry;
  return 'partial';
}

/** Newest counts per schema, summed. */
function mergeCounts(first: Execution, retry: Execution): RecordCounts {
  const sum = (count: Counted): number | null => {
    if (first.records[count.total] === null && retry.records[count.total] === null) return null;
    if (isCountedBySchema(first, count) && isCountedBySchema(retry, count)) {
      return sumOf(newestOf(first.schemas ?? [], retry.schemas ?? []), count);
    }
    const replaced = first.failedRecords?.[count.total] ?? 0;
    const kept = Math.max(0, (first.records[count.total] ?? 0) - replaced);
    return kept + (retry.records[count.total] ?? 0);
  };
  return { ...retry.records, total: sum(counted.total), errors: sum(counted.errors), warnings: sum(counted.warnings) };
}

/** Where a run and its schemas have the same count. */
const counted = {
  total: { total: 'total', schema: 'records' },
  errors: { total: 'errors', schema: 'errors' },
  warnings: { total: 'warnings', schema: 'warnings' },
} as const;

type Counted = (typeof counted)[keyof typeof counted];

/** False where the list of schemas was cut, or where Polytomic counts for the run alone. */
function isCountedBySchema({ schemas = [], schemaCounts, records }: Execution, count: Counted): boolean {
  return schemas.length === schemaCounts?.total && (sumOf(schemas, count) > 0 || !records[count.total]);
}

const sumOf = (schemas: SchemaExecution[], { schema: name }: Counted): number =>
  schemas.reduce((sum, schema) => sum + schema[name], 0);

function newestOf(first: SchemaExecution[], retry: SchemaExecution[]): SchemaExecution[] {
  const again = new Set(retry.map(({ schema }) => schema));
  return [...retry, ...first.filter(({ schema }) => !again.has(schema))];
}

function mergeSchemas(first: SchemaExecution[], retry: SchemaExecution[]): SchemaExecution[] {
  const all = newestOf(first, retry);
  return [...all.filter(({ failed }) => failed), ...all.filter(({ failed }) => !failed)].slice(0, mostSchemas);
}
