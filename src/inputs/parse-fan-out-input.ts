/** From the input of a fan-out or pipeline, right or wrong, to what it needs, with every default applied. */
import type { z } from 'zod';
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { ManySyncsInput, RunAllSyncsInput, RunSyncPipelineInput } from '../contracts/fan-out-inputs';
import type { ResolvedFanOut, ResolvedSteps } from '../contracts/prepared-fan-out';
import type { SyncKind } from '../contracts/sync-kind';
import { toMilliseconds } from '../rules/duration';
import { runAllBulkSyncsInput, runAllModelSyncsInput, runSyncPipelineInput } from './fan-out-inputs';
import { parseInput } from './parse-input';
import { defaultOrganization } from './parse-run-input';
import { defaultIfInactive, resolveRunOptions } from './resolve-run-options';

/** The workflows that run all syncs of a kind. */
export type FanOutName = 'runAllModelSyncs' | 'runAllBulkSyncs';

/** An input, parsed. Names of targets are as given: whether they are configured, only the worker knows. */
export interface ParsedFanOut {
  kind: SyncKind;
  organization: string;
  options: ResolvedRunOptions;
  fanOut: Omit<ResolvedFanOut, 'notify'> & { notify: string[] };
  /** Of pipelines. */
  steps?: ResolvedSteps;
}

type FanOutInput = RunAllSyncsInput & Pick<RunSyncPipelineInput, 'retryFailedSchemas'>;

const fanOuts: Record<FanOutName, { kind: SyncKind; shape: () => z.ZodType<FanOutInput> }> = {
  runAllModelSyncs: { kind: 'model', shape: runAllModelSyncsInput },
  runAllBulkSyncs: { kind: 'bulk', shape: runAllBulkSyncsInput },
};

/** Syncs that run at the same time, when the input does not say. */
const defaultMaxConcurrent = 20;

/** @throws InvalidInputError that names every bad field; the field `input` when there is none at all. */
export function parseFanOutInput(workflow: FanOutName, input: unknown): ParsedFanOut {
  const { kind, shape } = fanOuts[workflow];
  const parsed = parseInput(workflow, shape(), input);
  return { ...resolve(kind, parsed), fanOut: { ...limitsOf(parsed), ...selectionOf(parsed) } };
}

/** The same for a pipeline. */
export function parsePipelineInput(input: unknown): ParsedFanOut {
  const parsed = parseInput('runSyncPipeline', runSyncPipelineInput(), input);
  const steps = parsed.steps.map(({ after = [], start = {}, ...step }) => ({
    ...step,
    after: [...new Set(after)],
    start,
    ifInactive: parsed.ifInactive ?? defaultIfInactive(step.kind),
  }));
  // The shape takes no empty list of steps.
  const kind = steps[0]?.kind ?? 'model';
  return { ...resolve(kind, parsed), fanOut: { ...limitsOf(parsed), ...selectionOf({}) }, steps };
}

function resolve(kind: SyncKind, input: FanOutInput): Pick<ParsedFanOut, 'kind' | 'organization' | 'options'> {
  return {
    kind,
    organization: input.organization ?? defaultOrganization,
    options: resolveRunOptions(kind, input),
  };
}

type Limits = 'maxConcurrent' | 'startsPerMinute' | 'timeoutPerSyncMs' | 'notify';

function limitsOf(input: ManySyncsInput): Pick<ParsedFanOut['fanOut'], Limits> {
  return {
    maxConcurrent: input.maxConcurrent ?? defaultMaxConcurrent,
    startsPerMinute: input.startsPerMinute ?? null,
    timeoutPerSyncMs: toMilliseconds(input.timeoutPerSync) ?? null,
    notify: [...new Set(input.notify)],
  };
}

function selectionOf(input: RunAllSyncsInput): Omit<ParsedFanOut['fanOut'], Limits> {
  return {
    filter: input.filter ?? {},
    shard: input.shard ?? null,
    maxConcurrentPerConnection: input.maxConcurrentPerConnection ?? null,
    failurePolicy: input.failurePolicy ?? 'continue',
    dryRun: input.dryRun ?? false,
  };
}
