/** An organization's events: one when a run begins, one when it ends, found when somebody looks. */
import { schemaStatesOf } from './bulk-schema-state';
import { toTimestamp } from './clock';
import { stateOf, type Execution, type ExecutionState } from './execution';
import { countsOf } from './execution-answers';
import { chanceFrom, idFrom } from './ids';
import type { Fields, Sync } from './sync';

/** An event as the API answers it. */
export interface EmulatorEvent {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly organization_id: string;
  readonly event: Fields;
}

/** Every event type there is; `interrupted` and queued runs have none. */
export const eventTypes = [
  'sync.running',
  'sync.failed',
  'sync.canceled',
  'sync.completed',
  'sync.completed_with_errors',
  'bulk_sync.running',
  'bulk_sync.completed',
  'bulk_sync.canceled',
  'bulk_sync.failed',
  'bulk_sync.completed_with_error',
] as const;

/** How long an event can be read. */
const retentionMs = 48 * 3_600_000;

interface Watched {
  readonly execution: Execution;
  readonly sync: Sync;
  /** Counts the runs, so that what depends on it repeats in another process. */
  readonly number: number;
  begun: boolean;
}

/** An event with what decides whether a share of lost ones takes it. */
export interface KeptEvent {
  readonly at: number;
  /** From 0 up to 1, the same for the same event of the same test. */
  readonly chance: number;
  readonly event: EmulatorEvent;
}

/** Events of the organization's runs. Ids are derived from the run, so an event is the same at each reading. */
export class EventFeed {
  #live: Watched[] = [];
  #kept: KeptEvent[] = [];
  #watched = 0;

  /** From now on this run makes events. */
  watch(execution: Execution, sync: Sync): void {
    this.#live.push({ execution, sync, number: this.#watched, begun: false });
    this.#watched += 1;
  }

  /** The events of the last 48 hours, newest first. */
  list(now: number): readonly KeptEvent[] {
    this.#live = this.#live.filter((watched) => !this.#harvest(watched, now));
    this.#kept = this.#kept.filter(({ at }) => at > now - retentionMs).sort((one, other) => other.at - one.at);
    return this.#kept;
  }

  /** Takes what has happened to a run; true when nothing more can. */
  #harvest(watched: Watched, now: number): boolean {
    const { execution, sync } = watched;
    const state = stateOf(execution, now);
    if (!watched.begun && state.startedAt !== undefined) {
      watched.begun = true;
      this.#keep(watched, { type: `${prefixOf(sync)}.running`, at: state.startedAt, extra: {} });
    }
    if (state.completedAt === undefined) return false;
    const type = endTypeOf(execution, state);
    if (type !== undefined)
      this.#keep(watched, { type, at: state.completedAt, extra: detailsOf(execution, { state, type }) });
    return true;
  }

  #keep({ execution, sync, number }: Watched, { type, at, extra }: { type: string; at: number; extra: Fields }): void {
    const organizationId = String(sync.fields.organization_id);
    const event = {
      execution_id: execution.id,
      sync_id: sync.id,
      sync_name: sync.fields.name,
      organization_id: organizationId,
      ...connectionsOf(sync),
      ...extra,
    };
    const id = idFrom(`${execution.id} ${type}`);
    const chance = chanceFrom(`${number} ${type}`);
    this.#kept.push({
      at,
      chance,
      event: { id, type, created_at: toTimestamp(at), organization_id: organizationId, event },
    });
  }
}

const prefixOf = ({ kind }: { kind: Sync['kind'] }): string => (kind === 'model' ? 'sync' : 'bulk_sync');

function connectionsOf({ kind, fields }: Sync): Fields {
  if (kind === 'model') return { target_connection_id: (fields.target as Fields | undefined)?.connection_id };
  const { source_connection_id, destination_connection_id } = fields;
  return { source_connection_id, destination_connection_id };
}

/** The type of the event that a run's end makes, or undefined where there is none. */
function endTypeOf(execution: Execution, state: ExecutionState): string | undefined {
  const prefix = prefixOf(execution);
  switch (state.status) {
    case 'completed':
      return hasErrors(execution, state) ? withErrorsType[execution.kind] : `${prefix}.completed`;
    case 'errors':
      return withErrorsType[execution.kind];
    case 'failed':
    case 'canceled':
      return `${prefix}.${state.status}`;
    default:
      return undefined;
  }
}

/** The one is spelt in the plural, the other in the singular. */
const withErrorsType = { model: 'sync.completed_with_errors', bulk: 'bulk_sync.completed_with_error' } as const;

function hasErrors(execution: Execution, state: ExecutionState): boolean {
  if (execution.kind === 'model') return countsOf(state).error > 0;
  const schemas = schemaStatesOf(execution, { state, now: state.completedAt ?? state.since });
  return schemas.some(({ status }) => status === 'failed');
}

function detailsOf(execution: Execution, { state, type }: { state: ExecutionState; type: string }): Fields {
  const error = state.step.errors?.[0] ?? state.step.message ?? 'some records were not synced';
  if (execution.kind === 'bulk') {
    if (type === 'bulk_sync.canceled') return {};
    return { trigger_source: execution.type, ...(type === 'bulk_sync.failed' ? { error } : {}) };
  }
  const counts = countsOf(state);
  if (type === 'sync.canceled') return { status: state.status };
  if (type === 'sync.failed') return { error };
  if (type === 'sync.completed_with_errors') {
    return { error, number_of_errors: counts.error, number_of_warnings: counts.warnings };
  }
  return {
    status: state.status,
    trigger: execution.type,
    record_count: counts.total,
    inserted_count: counts.insert,
    updated_count: counts.update,
    upserted_count: counts.upserts,
    error_count: counts.error,
    warning_count: counts.warnings,
  };
}
