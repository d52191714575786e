/** Puts many results together, cut to what fits into a history. */
import type { OutcomeCounts, StepResult } from '../contracts/fan-out-result';
import type { SyncRunResult } from '../contracts/run-result';
import { jsonBytes } from './json-bytes';
import { truncateText } from './quoted';

/** Bytes of JSON that failures, or the steps of a pipeline, may take: room is left for what else a payload holds. */
const mostFailureBytes = 150_000;
const mostStepBytes = 200_000;

type Cut = (result: StepResult) => StepResult;

/** Nothing ended yet. */
export function noOutcomes(): OutcomeCounts {
  return { completed: 0, completedWithErrors: 0, partiallyFailed: 0, failed: 0, canceled: 0, timedOut: 0, skipped: 0 };
}

/** The result without its schemas; their counts stay. */
export function withoutSchemas({ schemas: _schemas, ...result }: StepResult): StepResult {
  return result;
}

/** The failures, with as many messages each as fit. */
export function fitFailures(failures: readonly SyncRunResult[]): SyncRunResult[] {
  return fit(failures, mostFailureBytes, [
    (result) => result,
    withMessages(3, 300),
    withMessages(1, 300),
    withMessages(0, 0),
    bare,
  ]);
}

/** The steps, with their schemas and messages if these fit. */
export function fitSteps(steps: Readonly<Record<string, StepResult>>): Record<string, StepResult> {
  const ids = Object.keys(steps);
  const results = fit(Object.values(steps), mostStepBytes - jsonBytes(ids), [
    (result) => result,
    withoutSchemas,
    (result) => withMessages(3, 300)(withoutSchemas(result)),
    (result) => withMessages(0, 0)(withoutSchemas(result)),
    (result) => bare(withoutSchemas(result)),
  ]);
  return Object.fromEntries(ids.map((id, index) => [id, results[index] as StepResult]));
}

/** The first cut by which all of them fit; the last one in any case. */
function fit(results: readonly StepResult[], most: number, cuts: readonly Cut[]): StepResult[] {
  let cut: StepResult[] = [];
  for (const how of cuts) {
    cut = results.map(how);
    if (jsonBytes(cut) <= most) break;
  }
  return cut;
}

function withMessages(most: number, length: number): Cut {
  return (result) => ({
    ...result,
    errors: result.errors.slice(0, most).map((text) => truncateText(text, length)),
    ...(result.reason === undefined ? {} : { reason: truncateText(result.reason, 300) }),
  });
}

/** Nothing in it is longer than an id. */
function bare({ url: _url, executions: _executions, reason, ...result }: StepResult): StepResult {
  const name = result.name === null ? null : truncateText(result.name, 60);
  return { ...result, name, errors: [], ...(reason === undefined ? {} : { reason: truncateText(reason, 60) }) };
}
