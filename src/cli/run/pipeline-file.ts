/** Reads a pipeline from a file, and puts ids where it names syncs. */
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { isFields } from '../../rules/provision/values';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { listAllSyncs } from '../syncs/list-syncs';
import { placeholderId } from '../syncs/placeholder-id';
import { resolveSyncs } from '../syncs/resolve-syncs';
import { readDataFile } from './read-data-file';

/** The input of `runSyncPipeline`, where a step may say `sync`, an id or a name, instead of `syncId`. */
export interface PipelineFile extends Record<string, unknown> {
  steps: PipelineFileStep[];
}

interface PipelineFileStep extends Record<string, unknown> {
  sync?: string | number;
}

/** @throws CliError that names the file and what is wrong; the workflow checks the fields */
export function readPipeline(file: string): PipelineFile {
  const content = readDataFile(file, 'pipeline');
  const steps = (content as Partial<PipelineFile> | null | undefined)?.steps;
  const problems = Array.isArray(steps) ? steps.flatMap(stepProblems) : ['expected "steps", a list'];
  if (problems.length === 0) return content as PipelineFile;
  const lines = problems.map((problem) => `${file}: ${problem}`);
  throw new CliError(exitCodes.usage, lines.join('\n'), 'See: temporal-polytomic pipeline --help');
}

/** What is wrong with the way in which a step names its sync, of which the workflow knows nothing. */
function stepProblems(step: unknown, index: number): string[] {
  if (!isFields(step)) return [`steps[${index}]: expected an object`];
  const { sync, syncId } = step;
  if (sync === undefined) return [];
  if (syncId !== undefined) return [`steps[${index}].sync: cannot be given together with syncId`];
  const isName = typeof sync === 'number' || (typeof sync === 'string' && sync.trim() !== '');
  return isName ? [] : [`steps[${index}].sync: expected the name or id of a sync`];
}

/** What was checked of a pipeline. */
export interface CheckedPipeline {
  readonly organization?: string;
}

/**
 * Checks all that can be known before names of syncs are looked up.
 *
 * @throws InvalidInputError that names every wrong field
 */
export function checkPipeline(pipeline: PipelineFile, shared: Readonly<Record<string, unknown>>): CheckedPipeline {
  const steps = pipeline.steps.map(({ sync, ...step }) => {
    if (sync === undefined) return step;
    // Which options of a start there are depends on the kind.
    const { start: _start, ...rest } = step;
    return { kind: 'bulk', ...(step.kind === undefined ? rest : step), syncId: placeholderId };
  });
  return checkWorkflowInput<CheckedPipeline>('runSyncPipeline', { ...pipeline, steps, ...shared });
}

/** Asks for the list of syncs only where a step names one. @throws CliError for a name that no sync has */
export async function withSyncIds(
  temporal: Temporal,
  pipeline: PipelineFile,
  organization: string | undefined,
): Promise<PipelineFile> {
  if (!pipeline.steps.some(({ sync }) => sync !== undefined)) return pipeline;
  const syncs = await listAllSyncs(temporal, { ...(organization !== undefined && { organization }) });
  const names = pipeline.steps.flatMap(({ sync, kind }) => {
    if (sync === undefined) return [];
    return { asked: `${sync}`, syncs: kind === undefined ? syncs : syncs.filter((one) => one.kind === kind) };
  });
  const found = resolveSyncs(names);
  const steps = pipeline.steps.map(({ sync, ...step }) => {
    const named = sync === undefined ? undefined : found.shift();
    return named ? { kind: named.kind, ...step, syncId: named.syncId } : step;
  });
  return { ...pipeline, steps };
}
