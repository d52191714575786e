/** Finds the result inside a failure, however deep the failure that carries it is wrapped. */
import type { FanOutResult, PipelineResult } from '../contracts/fan-out-result';
import { activityPrefix } from '../contracts/names';
import type { SyncRunResult } from '../contracts/run-result';

/** A workflow that called a workflow that called ours: nobody nests deeper, and a cycle ends. */
const maxDepth = 20;

/**
 * The result that a failure carries: of a workflow that runs or awaits one sync that of the run, also where it could not be
 * started (`executionId` is null then); of `polytomic.SyncsFailed` that of the fan-out or pipeline. Takes what a client, a child
 * workflow, a Nexus operation or an inline call throws. Null where the failure carries none, as for wrong input.
 *
 * `'outcome' in result` tells the result of one run from one of many; `'steps' in result` that of a pipeline.
 */
export function resultOf(error: unknown): SyncRunResult | FanOutResult | PipelineResult | null {
  let current = error;
  for (let depth = 0; depth < maxDepth && isObject(current); depth += 1) {
    const { type, details } = current;
    if (typeof type === 'string' && type.startsWith(activityPrefix)) return firstResult(details);
    current = current['cause'];
  }
  return null;
}

function firstResult(details: unknown): SyncRunResult | FanOutResult | PipelineResult | null {
  const first: unknown = Array.isArray(details) ? details[0] : null;
  if (!isObject(first)) return null;
  if (typeof first['outcome'] === 'string' && isObject(first['records'])) return first as unknown as SyncRunResult;
  const isOfMany = typeof first['total'] === 'number' && typeof first['completed'] === 'number';
  return isOfMany ? (first as unknown as FanOutResult | PipelineResult) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
