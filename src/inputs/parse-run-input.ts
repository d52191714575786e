/** From a workflow's input, right or wrong, to what a run needs, with every default applied. */
import type { z } from 'zod';
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { SingleRunName } from '../contracts/prepared-runs';
import type { CreateAndRunInput, RunBulkSyncInput } from '../contracts/run-inputs';
import type { SyncKind } from '../contracts/sync-kind';
import { parseInput } from './parse-input';
import { resolveRunOptions, type RunOptionsInput } from './resolve-run-options';
import {
  createAndRunBulkSyncInput,
  createAndRunModelSyncInput,
  runBulkSyncInput,
  runModelSyncInput,
} from './run-inputs';

/** Name of the organization that an input means when it names none. */
export const defaultOrganization = 'default';

/** A create request, `active` set, and whether a sync of its name is used instead. */
export type ParsedCreate = Required<CreateAndRunInput>;

/** An input, parsed. Exactly one of `syncId` and `create` is set. */
export interface ParsedRun {
  kind: SyncKind;
  organization: string;
  syncId: string | null;
  create: ParsedCreate | null;
  options: ResolvedRunOptions;
  /** Names as given, each once: whether they are configured, only the worker knows. */
  notify: string[];
}

/** Every field that the input of any run workflow may have. */
type AnyRunInput = RunOptionsInput & Partial<CreateAndRunInput & Pick<RunBulkSyncInput, 'syncId'>>;

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
    options: resolveRunOptions(kind, parsed),
    notify: [...new Set(parsed.notify)],
  };
}
