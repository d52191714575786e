/** Starting and cancelling runs, and finding out what runs now. */
import { ApiFailure } from '../http/api-failure';
import { stateOf, type Execution, type StartedBy } from './execution';
import { planScript, type ExecutionScript } from '../scripts/execution-script';
import { enabledSchemas, type Sync } from './sync';
import type { Organization, EmulatorState } from './emulator-state';

/** What a run is started with. */
export interface RunRequest {
  readonly organization: Organization;
  readonly sync: Sync;
  readonly startedBy: StartedBy;
  /** The answer's `type`. */
  readonly type: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  /** When it was created. Default: now. */
  readonly at?: number;
  /** Instead of the sync's next script. */
  readonly script?: ExecutionScript;
  readonly behind?: Execution;
}

/** Creates a run, whatever else is running: who must not start twice asks {@link runningOf} first. */
export function startRun(emulator: EmulatorState, request: RunRequest): Execution {
  const { organization, sync, options = {} } = request;
  const schemas = selectedSchemas(sync, options.schemas);
  const script = request.script ?? sync.nextScripts.shift() ?? sync.script;
  const execution: Execution = {
    id: emulator.newId(),
    kind: sync.kind,
    syncId: sync.id,
    createdAt: request.at ?? emulator.clock.now(),
    startedBy: request.startedBy,
    type: request.type,
    idempotencyKey: request.idempotencyKey,
    options,
    plan: planScript(script, {
      durationMs: sync.durationMs ?? emulator.options.durationMs,
      cancelMs: sync.cancelMs ?? emulator.options.cancelMs,
      schemas,
    }),
    schemas,
    behind: request.behind,
    schemaCancels: new Map(),
  };
  sync.executions.push(execution);
  organization.executions.set(execution.id, execution);
  organization.events.watch(execution, sync);
  emulator.executions.push({ organization, execution });
  return execution;
}

/** An absent or empty selection means every enabled schema. */
function selectedSchemas(sync: Sync, selection: unknown): string[] {
  if (!Array.isArray(selection) || selection.length === 0) return enabledSchemas(sync);
  const known = new Set(sync.schemas.map(({ id }) => id));
  for (const schema of selection) {
    if (!known.has(schema)) throw new ApiFailure(400, `body.schemas: ${String(schema)} is no schema of this sync`);
  }
  return selection.map(String);
}

/** The newest run that has not ended, or undefined. */
export function runningOf(sync: Sync, now: number): Execution | undefined {
  return sync.executions.findLast((execution) => stateOf(execution, now).completedAt === undefined);
}

/** Asks for a run's cancellation; a second request, or one after the end, changes nothing. Says whether it will do something. */
export function requestCancel(execution: Execution, now: number): boolean {
  if (stateOf(execution, now).completedAt !== undefined) return false;
  execution.cancelRequestedAt ??= now;
  return true;
}
