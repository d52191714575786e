/** Reads a pipeline from a file, and puts ids where it names syncs. */
import { parse } from 'yaml';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { listAllSyncs } from '../syncs/list-syncs';
import { resolveSyncs } from '../syncs/resolve-syncs';
import { readText } from './run-options';

/** The input of `runSyncPipeline`, where a step may say `sync`, an id or a name, instead of `syncId`. */
export interface PipelineFile extends Record<string, unknown> {
  steps: PipelineFileStep[];
}

interface PipelineFileStep extends Record<string, unknown> {
  sync?: string | number;
}

/** @throws CliError that names the file and what is wrong; the workflow checks the fields */
export function readPipeline(file: string): PipelineFile {
  const text = readText(file);
  let content: unknown;
  try {
    content = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new CliError(exitCodes.usage, `${file}: ${(error as Error).message}`);
  }
  const steps = (content as Partial<PipelineFile> | null)?.steps;
  if (Array.isArray(steps) && steps.every((step) => typeof step === 'object' && step !== null)) {
    return content as PipelineFile;
  }
  throw new CliError(exitCodes.usage, `${file}: expected "steps", a list`, 'See: temporal-polytomic pipeline --help');
}

/** Asks for the list of syncs only where a step names one. @throws CliError for a name that no sync has */
export async function withSyncIds(
  temporal: Temporal,
  pipeline: PipelineFile,
  organization: string | undefined,
): Promise<PipelineFile> {
  if (!pipeline.steps.some(({ sync }) => sync !== undefined)) return pipeline;
  const syncs = await listAllSyncs(temporal, { ...(organization && { organization }) });
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
