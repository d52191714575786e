/** The state of one schema within a bulk run. */
import { stepsUntil, type Execution, type ExecutionState } from './execution';
import type { ScriptStep, SchemaStep } from '../scripts/execution-script';

/** A schema of a bulk run at a moment. */
export interface SchemaState {
  readonly schema: string;
  readonly status: string;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly records: number;
  readonly errors: number;
  readonly warnings: number;
  readonly message?: string;
}

/** What a schema without a word in the script has when its run completes. */
const recordsWhenCompleted = 10;
const ended = new Set(['completed', 'canceled', 'failed', 'interrupted']);
const unstarted = new Set(['created', 'scheduled']);

/** The statuses of a schema are fewer than those of a run: what a schema cannot have is translated. */
const fromRun: Readonly<Record<string, string>> = { canceling: 'running', errors: 'completed', queued: 'scheduled' };

/** The states of all schemas of a bulk run. */
export function schemaStatesOf(
  execution: Execution,
  { state, now }: { state: ExecutionState; now: number },
): SchemaState[] {
  const passed = stepsUntil(execution, now);
  return execution.schemas.map((schema) => {
    const own = ownState(passed, schema);
    return cancelledAlone(execution, { schema, now, state: toSchemaState(schema, { own, state }) });
  });
}

interface OwnState extends SchemaStep {
  readonly statusSince?: number;
}

/** What the script has said of the schema so far; later steps win field by field. */
function ownState(passed: readonly { step: ScriptStep; at: number }[], schema: string): OwnState {
  let own: OwnState = {};
  for (const { step, at } of passed) {
    const said = step.schemas?.[schema] ?? step.schemas?.['*'];
    if (said === undefined) continue;
    own = { ...own, ...said, statusSince: said.status === undefined ? own.statusSince : at };
  }
  return own;
}

function toSchemaState(schema: string, { own, state }: { own: OwnState; state: ExecutionState }): SchemaState {
  const stopped = state.completedAt !== undefined && own.status !== undefined && !ended.has(own.status);
  const scripted = stopped ? undefined : own.status;
  const status = scripted ?? fromRun[state.status] ?? state.status;
  const since = scripted === undefined ? state.since : own.statusSince;
  return {
    schema,
    status,
    startedAt: unstarted.has(status) ? undefined : (state.startedAt ?? since),
    completedAt: ended.has(status) ? since : undefined,
    records: own.records ?? (status === 'completed' ? recordsWhenCompleted : 0),
    errors: own.errors ?? 0,
    warnings: own.warnings ?? 0,
    message: own.message,
  };
}

function cancelledAlone(
  execution: Execution,
  { schema, now, state }: { schema: string; now: number; state: SchemaState },
): SchemaState {
  const askedAt = execution.schemaCancels.get(schema);
  if (askedAt === undefined || now < askedAt + execution.plan.cancelMs) return state;
  const canceledAt = askedAt + execution.plan.cancelMs;
  if (state.completedAt !== undefined && state.completedAt <= canceledAt) return state;
  return { ...state, status: 'canceled', completedAt: canceledAt };
}
