/** How the program ends, for scripts, cron and CI that call it. `docs/cli.md` shows the same table. */
import { failureTypes } from '../contracts/failure-types';
import type { RunOutcome } from '../contracts/run-result';

/** Exit codes by what they mean. */
export const exitCodes = {
  /** Completed, also with rejected records within the limits; skipped on purpose. */
  ok: 0,
  /** What was asked for did not work: a sync failed, or failed in part. */
  failed: 1,
  /** The command line, a setting or a name is wrong. Nothing was started. */
  usage: 2,
  /** The run or the workflow was canceled. */
  canceled: 3,
  /** A timeout passed. */
  timedOut: 4,
  /** Temporal cannot be reached. */
  noTemporal: 5,
  /** Nobody polls the task queues. */
  noWorker: 6,
  /** Refused by Temporal, Polytomic or the operator of the worker; or a question was answered with no. */
  notAllowed: 7,
  /** Interrupted by Ctrl-C; the workflow goes on. */
  interrupted: 130,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const codesByOutcome: Readonly<Record<RunOutcome, ExitCode>> = {
  completed: exitCodes.ok,
  completedWithErrors: exitCodes.ok,
  skipped: exitCodes.ok,
  partiallyFailed: exitCodes.failed,
  failed: exitCodes.failed,
  canceled: exitCodes.canceled,
  timedOut: exitCodes.timedOut,
};

/** The code for the outcome of one run. */
export function exitCodeOfOutcome(outcome: RunOutcome): ExitCode {
  return codesByOutcome[outcome] ?? exitCodes.failed;
}

/** Failures that are not plainly "it failed". */
const codesByFailure: Readonly<Record<string, ExitCode>> = {
  [failureTypes.InvalidInput]: exitCodes.usage,
  [failureTypes.NotFound]: exitCodes.usage,
  [failureTypes.Ambiguous]: exitCodes.usage,
  [failureTypes.SyncCanceled]: exitCodes.canceled,
  [failureTypes.SyncTimedOut]: exitCodes.timedOut,
  [failureTypes.Unauthorized]: exitCodes.notAllowed,
  [failureTypes.Forbidden]: exitCodes.notAllowed,
  [failureTypes.NotAllowed]: exitCodes.notAllowed,
  [failureTypes.NotApproved]: exitCodes.notAllowed,
};

/** The code for a failure of one of our workflows, by its type. */
export function exitCodeOfFailure(type: string | null | undefined): ExitCode {
  return codesByFailure[type ?? ''] ?? exitCodes.failed;
}

/** The one code for several runs: the first that is not 0 in the order of how much a caller has to care. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  const order = [130, 2, 7, 5, 6, 1, 4, 3] as const;
  return order.find((code) => codes.includes(code)) ?? exitCodes.ok;
}

/** Of `plan` and `drift` with `--detailed-exitcode`, as Terraform has it: something is to be changed, or has been. */
export const changesPending = 2;

/** Where 2 means {@link changesPending}, every error is 1. */
export function errorCode(code: ExitCode, { detailedExitcode }: { detailedExitcode?: boolean }): ExitCode {
  return detailedExitcode && code !== exitCodes.ok ? exitCodes.failed : code;
}
