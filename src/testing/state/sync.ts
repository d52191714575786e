/** A stored sync, and how one is made from a seed or a create request. */
import { actor, type Fields } from './fields';
import { makeSchemas } from './bulk-schema';
import { toTimestamp } from './clock';
import { toMs, type Execution } from './execution';
import type { Ingestion, IngestionSeed } from './ingestion';
import type { ExecutionScript } from '../scripts/execution-script';
import type { BulkSyncSeed, ModelSyncSeed, SyncControls } from '../controls/options';

/** The two kinds of sync. */
export type SyncKind = 'model' | 'bulk';

/** A sync as stored. */
export interface Sync {
  readonly kind: SyncKind;
  readonly id: string;
  fields: Fields;
  /** Oldest first. */
  readonly executions: Execution[];
  script: ExecutionScript;
  readonly nextScripts: ExecutionScript[];
  readonly durationMs?: number;
  readonly cancelMs?: number;
  readonly everyMs?: number;
  /** When the next run of `everyMs` is due. */
  nextDueAt?: number;
  readonly nextExecutionTime?: string;
  /** Bulk: absent where the sync is none of CDC. */
  ingestion?: Ingestion;
  /** Bulk: all schemas of the source, enabled or not. */
  schemas: Fields[];
  errorHandling: Fields;
}

/** What a new sync belongs to. */
export interface SyncContext {
  readonly newId: () => string;
  readonly now: number;
  readonly organizationId: string;
  /** Connections that a seed without any refers to. */
  readonly sourceConnectionId: string;
  readonly destinationConnectionId: string;
}

const controlNames = [
  'script',
  'nextScripts',
  'durationMs',
  'cancelMs',
  'everyMs',
  'executions',
  'nextExecutionTime',
  'ingestion',
  'organization',
];

/** A model sync with the usual values for what the seed leaves out. */
export function makeModelSync(seed: ModelSyncSeed, context: SyncContext): Sync {
  const usual = {
    ...stamps(context),
    name: 'Model sync',
    active: true,
    mode: 'updateOrCreate',
    fields: [],
    model_ids: [],
    policies: [],
    schedule: { frequency: 'manual' },
    target: { connection_id: context.destinationConnectionId, object: 'contacts' },
  };
  const errorHandling = {
    auto_retry_record_errors: false,
    notify_on_record_errors: false,
    subscribers: [],
    warning_notifications: false,
  };
  return makeSync('model', { seed, usual, errorHandling, context, schemas: [] });
}

/** A bulk sync with the usual values for what the seed leaves out. */
export function makeBulkSync(seed: BulkSyncSeed, context: SyncContext): Sync {
  const usual = {
    ...stamps(context),
    name: 'Bulk sync',
    active: true,
    mode: 'replicate',
    source_connection_id: context.sourceConnectionId,
    destination_connection_id: context.destinationConnectionId,
    destination_configuration: { schema: 'polytomic' },
    default_schedule: { id: context.newId(), frequency: 'manual', ...scheduleStamps(context.now) },
    additional_schedules: [],
    policies: [],
  };
  const { schemas, ingestion, ...rest } = seed;
  const errorHandling = { ingestion_failure_threshold: null, subscribers: [] };
  return makeSync('bulk', { seed: rest, usual, errorHandling, context, schemas: makeSchemas(schemas), ingestion });
}

/** Ids of the schemas that a run without a selection covers. */
export const enabledSchemas = (sync: Sync): string[] =>
  sync.schemas.filter(({ enabled }) => enabled !== false).map(({ id }) => String(id));

/** Milliseconds of the last change, for the order of lists. */
export const updatedAt = (sync: Sync): number => toMs(sync.fields.updated_at) ?? 0;

const scheduleStamps = (now: number): Fields => ({
  created_at: toTimestamp(now),
  created_by: actor,
  updated_at: toTimestamp(now),
  updated_by: actor,
});

const stamps = ({ newId, now, organizationId }: SyncContext): Fields => ({
  id: newId(),
  organization_id: organizationId,
  ...scheduleStamps(now),
});

interface Parts {
  readonly seed: SyncControls & Readonly<Record<string, unknown>>;
  readonly usual: Fields;
  readonly errorHandling: Fields;
  readonly context: SyncContext;
  readonly schemas: Fields[];
  readonly ingestion?: IngestionSeed;
}

function makeSync(kind: SyncKind, { seed, usual, errorHandling, context, schemas, ingestion }: Parts): Sync {
  const given = Object.entries(seed).filter(([name, value]) => !controlNames.includes(name) && value !== undefined);
  const fields: Fields = { ...usual, ...Object.fromEntries(given) };
  const id = String(fields.id);
  if (seed.everyMs !== undefined && !(seed.everyMs > 0)) throw new RangeError('everyMs: expected milliseconds above 0');
  return {
    kind,
    id,
    fields,
    executions: (seed.executions ?? []).map((run) => seededRun(run, { ...context, kind, syncId: id })),
    script: seed.script ?? 'completed',
    nextScripts: [...(seed.nextScripts ?? [])],
    durationMs: seed.durationMs,
    cancelMs: seed.cancelMs,
    everyMs: seed.everyMs,
    nextDueAt: seed.everyMs === undefined ? undefined : context.now + seed.everyMs,
    nextExecutionTime: seed.nextExecutionTime,
    ...(ingestion && { ingestion: { ...ingestion, since: context.now } }),
    schemas,
    errorHandling,
  };
}

function seededRun(
  run: Fields,
  { kind, syncId, newId, now }: SyncContext & { kind: SyncKind; syncId: string },
): Execution {
  return {
    id: typeof run.id === 'string' ? run.id : newId(),
    kind,
    syncId,
    createdAt: toMs(run.created_at) ?? now,
    startedBy: 'seed',
    type: typeof run.type === 'string' ? run.type : 'manual',
    options: {},
    plan: { steps: [], onCancel: 'ignore', cancelMs: 0 },
    schemas: [],
    verbatim: run,
    schemaCancels: new Map(),
  };
}
