/** Checks what a schedule would start before it is stored, as every one of its runs would fail with a wrong input. */
import type { SyncKind } from '../../contracts/sync-kind';
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { CliError, toCliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { findMissingSyncs, type IdsRequest } from '../syncs/list-syncs';
import type { SyncSchedule } from './sync-schedule';

/** Where the inputs of our workflows name syncs by their ids. */
interface NamedIds {
  organization?: string;
  syncId?: string;
  steps?: readonly { kind: SyncKind; syncId: string }[];
  filter?: { ids?: readonly string[] };
}

/** @throws CliError for an id that no sync has, InvalidInputError that names every wrong field */
export async function checkScheduledWork(
  temporal: Temporal,
  { workflow, input }: Pick<SyncSchedule, 'workflow' | 'input'>,
): Promise<void> {
  const named = checkWorkflowInput<NamedIds>(workflow, input);
  const { organization } = named;
  const lists = (['model', 'bulk'] as const).map((kind) => ({ kind, ids: idsOf(workflow, named, kind) }));
  const missing = await Promise.all(
    lists.map(async ({ kind, ids }) => {
      const gone = ids.length > 0 ? await findMissing(temporal, { kind, ids, organization }) : [];
      return gone.map((id) => `No ${kind} sync has the id ${id}`);
    }),
  );
  if (missing.flat().length === 0) return;
  throw new CliError(exitCodes.usage, missing.flat().join('\n'), 'List them: temporal-polytomic list');
}

function idsOf(workflow: string, { syncId, steps = [], filter }: NamedIds, kind: SyncKind): string[] {
  const ofSteps = steps.filter((step) => step.kind === kind).map((step) => step.syncId);
  const isOfKind = workflow.includes(kind === 'model' ? 'Model' : 'Bulk');
  return isOfKind ? [...(syncId === undefined ? [] : [syncId]), ...(filter?.ids ?? [])] : ofSteps;
}

/** A worker that may run syncs need not be allowed to list them: then ids are taken as they are. */
async function findMissing(temporal: Temporal, request: IdsRequest): Promise<string[]> {
  try {
    return await findMissingSyncs(temporal, request);
  } catch (error) {
    if (toCliError(error).exitCode === exitCodes.notAllowed) return [];
    throw error;
  }
}
