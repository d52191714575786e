/** One run: what was asked, and its status at any moment, computed from its script and never stored. */
import type { ScriptPlan, ScriptStep } from '../scripts/execution-script';

/** Who asked for a run. `seed`: it was there from the beginning. */
export type StartedBy = 'api' | 'schedule' | 'someone' | 'seed';

/** A run as stored. Times are milliseconds since the epoch. */
export interface Execution {
  readonly id: string;
  readonly kind: 'model' | 'bulk';
  readonly syncId: string;
  readonly createdAt: number;
  readonly startedBy: StartedBy;
  /** The answer's `type`: free text. */
  readonly type: string;
  readonly idempotencyKey?: string;
  /** The start's options as they came. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly plan: ScriptPlan;
  /** Bulk: the schemas it covers. */
  readonly schemas: readonly string[];
  /** The run that must end before this one leaves `queued`. */
  readonly behind?: Execution;
  /** A seeded run, answered exactly so. */
  readonly verbatim?: Readonly<Record<string, unknown>>;
  cancelRequestedAt?: number;
  /** Bulk: when the cancel of single schemas was asked. */
  readonly schemaCancels: Map<string, number>;
  /** The end, once seen: it does not change any more. */
  settled?: ExecutionState;
}

/** A run at a moment. */
export interface ExecutionState {
  readonly status: string;
  readonly startedAt?: number;
  readonly completedAt?: number;
  /** The script's step that holds; a cancelled run keeps the one in which it was cancelled. */
  readonly step: ScriptStep;
  /** When the present status began. */
  readonly since: number;
}

const waiting = new Set(['created', 'scheduled', 'queued', 'waiting']);
const ends = new Set(['completed', 'canceled', 'failed', 'errors', 'interrupted']);
const queued: ScriptStep = { status: 'queued', afterMs: 0 };

/** Whether the status is the end of a run. */
export const isEnd = (status: string): boolean => ends.has(status);

/** Ends a run from outside; says whether it had not ended before. */
export function endRun(execution: Execution, { status, now }: { status: string; now: number }): boolean {
  const state = stateOf(execution, now);
  if (state.completedAt !== undefined) return false;
  execution.settled = { ...state, status, completedAt: now, since: now };
  return true;
}

/** Whether a step sets `completed_at`. */
export const endsRun = (step: ScriptStep): boolean => step.ended ?? ends.has(step.status);

/** The run's state at `now`. */
export function stateOf(execution: Execution, now: number): ExecutionState {
  const { settled } = execution;
  if (settled !== undefined && (settled.completedAt ?? Infinity) <= now) return settled;
  const state = computeState(execution, now);
  if (state.completedAt !== undefined && execution.verbatim === undefined) execution.settled = state;
  return state;
}

/** When the run's script began: at once, or when the run before it ended. Undefined while it waits for that. */
export function beganAt(execution: Execution, now: number): number | undefined {
  if (execution.behind === undefined) return execution.createdAt;
  const ended = stateOf(execution.behind, now).completedAt;
  return ended === undefined ? undefined : Math.max(ended, execution.createdAt);
}

/** The steps that have come by `now`, the present one last, each with its moment. */
export function stepsUntil(execution: Execution, now: number): { step: ScriptStep; at: number }[] {
  const began = beganAt(execution, now);
  if (began === undefined) return [];
  const { cancelRequestedAt = Infinity, plan } = execution;
  const last = plan.onCancel === 'ignore' ? now : Math.min(now, cancelRequestedAt);
  return plan.steps.map((step) => ({ step, at: began + step.afterMs })).filter(({ at }) => at <= last);
}

function computeState(execution: Execution, now: number): ExecutionState {
  if (execution.verbatim !== undefined) return verbatimState(execution.verbatim, execution.createdAt);
  const passed = stepsUntil(execution, now);
  const current = passed.at(-1) ?? { step: queued, at: execution.createdAt };
  const startedAt = passed.find(({ step }) => !waiting.has(step.status))?.at;
  const { cancelRequestedAt, plan } = execution;
  if (cancelRequestedAt !== undefined && now >= cancelRequestedAt && plan.onCancel !== 'ignore') {
    return cancelledState({ execution, step: current.step, startedAt, now, cancelRequestedAt });
  }
  const completedAt = endsRun(current.step) ? current.at : undefined;
  return { status: current.step.status, startedAt, completedAt, step: current.step, since: current.at };
}

const endAfterCancel = { confirm: 'canceled', complete: 'completed', fail: 'failed' } as const;

function cancelledState({
  execution,
  step,
  startedAt,
  now,
  cancelRequestedAt,
}: {
  execution: Execution;
  step: ScriptStep;
  startedAt: number | undefined;
  now: number;
  cancelRequestedAt: number;
}): ExecutionState {
  const { onCancel, cancelMs, steps } = execution.plan;
  const confirmedAt = cancelRequestedAt + cancelMs;
  if (onCancel === 'never' || onCancel === 'ignore' || now < confirmedAt) {
    return { status: 'canceling', startedAt, step, since: cancelRequestedAt };
  }
  const status = endAfterCancel[onCancel];
  const finalStep = onCancel === 'complete' ? (steps.at(-1) ?? step) : step;
  return { status, startedAt, completedAt: confirmedAt, step: finalStep, since: confirmedAt };
}

function verbatimState(fields: Readonly<Record<string, unknown>>, createdAt: number): ExecutionState {
  const status = typeof fields.status === 'string' ? fields.status : 'completed';
  const step = { status, afterMs: 0 };
  const completedAt = toMs(fields.completed_at);
  return { status, startedAt: toMs(fields.started_at), completedAt, step, since: completedAt ?? createdAt };
}

/** A timestamp of the API in milliseconds; undefined when it is none. */
export function toMs(timestamp: unknown): number | undefined {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
