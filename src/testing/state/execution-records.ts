/** The list of runs that tests judge by. */
import { schemaStatesOf } from './bulk-schema-state';
import { stateOf, type StartedBy } from './execution';
import type { SyncKind } from './sync';
import type { EmulatorState } from './emulator-state';

/** A run as the emulator knows it. Times are milliseconds since the epoch, by the emulator's clock. */
export interface ExecutionRecord {
  /** Id of the execution. */
  readonly id: string;
  /** `model` or `bulk`. */
  readonly kind: SyncKind;
  /** Id of the sync. */
  readonly syncId: string;
  /** Name of the organization. */
  readonly organization: string;
  /** Status now, verbatim. */
  readonly status: string;
  /** Milliseconds since the epoch, by the emulator's clock. */
  readonly createdAt: number;
  /** Milliseconds since the epoch, by the emulator's clock. Absent until it started. */
  readonly startedAt?: number;
  /** Milliseconds since the epoch, by the emulator's clock. Absent until it ended. */
  readonly completedAt?: number;
  /** What started it. */
  readonly startedBy: StartedBy;
  /** The key of the request that started it. */
  readonly idempotencyKey?: string;
  /** The start's body. */
  readonly options: Readonly<Record<string, unknown>>;
  /** When its cancellation was first asked for. */
  readonly cancelRequestedAt?: number;
  /** Bulk syncs: status by schema. */
  readonly schemas?: Readonly<Record<string, string>>;
}

/** Every run there ever was, oldest first. */
export function listExecutions(emulator: EmulatorState, now: number): ExecutionRecord[] {
  return emulator.executions.map(({ organization, execution }) => {
    const { id, kind, syncId, createdAt, startedBy, idempotencyKey, options, cancelRequestedAt } = execution;
    const state = stateOf(execution, now);
    const { status, startedAt, completedAt } = state;
    const schemas = kind === 'model' ? undefined : schemaStatesOf(execution, { state, now });
    return {
      id,
      kind,
      syncId,
      organization: organization.name,
      status,
      createdAt,
      startedAt,
      completedAt,
      startedBy,
      idempotencyKey,
      options,
      cancelRequestedAt,
      schemas: schemas && Object.fromEntries(schemas.map((schema) => [schema.schema, schema.status])),
    };
  });
}
