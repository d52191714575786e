/** What will change by the clock alone. */
import type { EmulatorState } from './emulator-state';
import { beganAt, stateOf, type Execution } from './execution';

/** When a run, a schedule or a job changes next, after `now`; Infinity: none does. */
export function nextChangeAt({ executions, organizations }: EmulatorState, now: number): number {
  const runs = executions.flatMap(({ execution }) => changesOf(execution, now));
  const others = [...organizations.values()].flatMap(({ scheduled, jobs }) => [
    ...[...scheduled].map(({ nextDueAt = now }) => nextDueAt),
    ...[...jobs.values()].map(({ endsAt = now }) => endsAt),
  ]);
  return [...runs, ...others].filter((at) => at > now).reduce((one, other) => Math.min(one, other), Infinity);
}

function changesOf(execution: Execution, now: number): number[] {
  const began = beganAt(execution, now);
  if (began === undefined || stateOf(execution, now).completedAt !== undefined) return [];
  const { cancelRequestedAt = Infinity, plan } = execution;
  return [...plan.steps.map(({ afterMs }) => began + afterMs), cancelRequestedAt + plan.cancelMs];
}
