/** From a workflow's input, right or wrong, to what a run needs, with every default applied. */
import type { z } from 'zod';
import type { ResolvedRunOptions, SingleRunName, SyncToCreate } from '../contracts/composite-activities';
import type { CreateAndRunInput, RunBulkSyncInput, SharedRunInput } from '../contracts/run-inputs';
import type { SyncKind } from '../contracts/sync-kind';
import { toMilliseconds } from '../rules/duration';
import { parseInput } from './parse-input';
import {
  createAndRunBulkSyncInput,
  createAndRunModelSyncInput,
  runBulkSyncInput,
  runModelSyncInput,
} from './run-inputs';

/** Name of the organization that an input means when it names none. */
export const defaultOrganization = 'default';

/** Of the whole workflow, when the input names no `timeout`: 7 days. */
export const defaultTimeoutMs = 7 * 86_400_000;

/** An input, parsed. Exactly one of `syncId` and `create` is set. */
export interface ParsedRun {
  kind: SyncKind;
  organization: string;
  syncId: string | null;
  create: SyncToCreate | null;
  options: ResolvedRunOptions;
}

/** Every field that the input of any run workflow may have. */
type AnyRunInput = SharedRunInput &
  Partial<CreateAndRunInput> &
  Partial<Pick<RunBulkSyncInput, 'syncId' | 'retryFailedSchemas'>> & { start?: ResolvedRunOptions['start'] };

const workflows: Record<SingleRunName, { kind: SyncKind; shape: () => z.ZodType<AnyRunInput> }> = {
  runModelSync: { kind: 'model', shape: runModelSyncInput },
  runBulkSync: { kind: 'bulk', shape: runBulkSyncInput },
  createAndRunModelSync: { kind: 'model', shape: createAndRunModelSyncInput },
  createAndRunBulkSync: { kind: 'bulk', shape: createAndRunBulkSyncInput },
};

/** @throws InvalidInputError that names every bad field; the field `input` when there is none at all. */
export function parseRunInput(workflow: SingleRunName, input: unknown): ParsedRun {
  const { kind, shape } = workflows[workflow];
  const parsed = parseInput(workflow, shape(), input);
  return {
    kind,
    organization: parsed.organization ?? defaultOrganization,
    syncId: parsed.syncId ?? null,
    create: parsed.sync
      ? { sync: { ...parsed.sync, active: parsed.sync.active ?? true }, adopt: parsed.adopt ?? 'never' }
      : null,
    options: resolveOptions(kind, parsed),
  };
}

function resolveOptions(kind: SyncKind, input: AnyRunInput): ResolvedRunOptions {
  return {
    ifRunning: input.ifRunning ?? 'waitThenStart',
    startedAfter: input.startedAfter ?? null,
    timeoutMs: toMilliseconds(input.timeout) ?? defaultTimeoutMs,
    onCancel: input.onCancel ?? 'cancelOwn',
    onTimeout: input.onTimeout ?? 'cancelOwn',
    warnAfter: resolveWarnAfter(input.warnAfter),
    onFailure: input.onFailure ?? 'throw',
    maxErrorRecords: input.maxErrorRecords ?? null,
    maxErrorRatio: input.maxErrorRatio ?? null,
    minRecords: input.minRecords ?? null,
    errorText: input.errorText ?? 'include',
    // A bulk sync that is inactive may still be started by hand; an inactive model sync refuses.
    ifInactive: input.ifInactive ?? (kind === 'bulk' ? 'run' : 'fail'),
    start: input.start ?? {},
    retryFailedSchemas: input.retryFailedSchemas ?? 0,
  };
}

function resolveWarnAfter(warnAfter: SharedRunInput['warnAfter']): ResolvedRunOptions['warnAfter'] {
  if (typeof warnAfter === 'object') return { timesMedian: warnAfter.timesMedian };
  const ms = toMilliseconds(warnAfter);
  return ms === undefined ? { timesMedian: 3 } : { ms };
}
