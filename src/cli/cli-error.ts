/** The one error that commands throw, and how errors of others become it. */
import { escapeControls } from '../rules/quoted';
import { exitCodeOfFailure, exitCodes, type ExitCode } from './exit-codes';
import { quote } from './shell-word';

/** Ends the program with a code, a sentence, and where there is one the next step. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly nextStep?: string,
  ) {
    // It may quote what others wrote, whose colors are none of ours.
    super(message.split('\n').map(escapeControls).join('\n'));
  }
}

/** The fields that are read of errors of the Temporal SDK; by name, as loading its classes takes a quarter of a second. */
interface ErrorLike {
  readonly name?: string;
  readonly message?: string;
  readonly code?: number | string;
  readonly details?: unknown;
  readonly type?: string | null;
  readonly cause?: unknown;
  readonly workflowId?: string;
  readonly scheduleId?: string;
  readonly namespace?: string;
}

const grpc = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Whether the server could not be reached, so that trying again may help. */
export function isConnectionLost(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code === grpc.unavailable || code === grpc.deadlineExceeded;
}

/** The gRPC status code of an error of the SDK; undefined where it is not one. */
export function grpcCodeOf(error: unknown): number | undefined {
  for (let at = error as ErrorLike | undefined; at; at = at.cause as ErrorLike | undefined) {
    if (typeof at.code === 'number') return at.code;
  }
  return undefined;
}

/** Errors whose message names what was wrong with a setting, a file or an input. */
const usageErrors: readonly string[] = ['ConfigError', 'SeedError', 'ScheduleInputError', 'InvalidInputError'];

/** Any error as the one that ends the program. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { name, message = String(error), cause } = (error ?? {}) as ErrorLike;
  if (name !== undefined && usageErrors.includes(name)) return new CliError(exitCodes.usage, message);
  if (name === 'WorkflowFailedError') return workflowFailure(cause as ErrorLike);
  const missing = notFound(error as ErrorLike);
  if (missing) return missing;
  if (name === 'ValueError' && message.startsWith('Unknown encoding')) {
    const nextStep = 'Name the codec server that reads them: --codec-endpoint';
    return new CliError(exitCodes.usage, `Payloads of this workflow are encrypted (${message})`, nextStep);
  }
  if (name === 'WorkflowUpdateFailedError') {
    const { type, message: why = message } = (cause ?? {}) as ErrorLike;
    return new CliError(exitCodeOfFailure(type), why);
  }
  return grpcFailure(error as ErrorLike) ?? new CliError(exitCodes.failed, message);
}

/** What a workflow's failure means: the failure inside it, or how Temporal ended it. */
export function workflowFailure(cause: ErrorLike | undefined): CliError {
  if (cause?.name === 'CancelledFailure') return new CliError(exitCodes.canceled, 'The workflow was canceled');
  if (cause?.name === 'TimeoutFailure') return new CliError(exitCodes.timedOut, 'The workflow timed out');
  if (cause?.name === 'TerminatedFailure') {
    const message = `The workflow was terminated${cause.message ? ` (${cause.message})` : ''}`;
    return new CliError(exitCodes.failed, message, 'Runs that it left are listed by: temporal-polytomic orphans');
  }
  return new CliError(exitCodeOfFailure(cause?.type), failureText(cause));
}

function failureText(cause: ErrorLike | undefined): string {
  const issues = Array.isArray(cause?.details) ? (cause.details[0] as unknown) : undefined;
  const listed = Array.isArray(issues)
    ? (issues as { field?: string; message?: string }[]).filter(({ field }) => field !== undefined)
    : [];
  const lines = listed.map(({ field, message }) => `  ${field}: ${message ?? ''}`);
  const message = cause?.message ?? 'The workflow failed';
  const type = cause?.type ? ` (${cause.type})` : '';
  return listed.length > 1 ? [`${message}${type}`, ...lines].join('\n') : `${message}${type}`;
}

/** What there is not, by the error's name; undefined for errors about something else. */
function notFound(error: ErrorLike): CliError | undefined {
  const { name, message = '', workflowId, scheduleId, namespace } = error;
  if (name === 'ScheduleNotFoundError') {
    const which = scheduleId ? `No schedule ${JSON.stringify(scheduleId)}` : 'No such schedule';
    return new CliError(exitCodes.usage, which, 'List them: temporal-polytomic schedule list');
  }
  if (name === 'NamespaceNotFoundError') return noNamespace(`Temporal has no namespace ${JSON.stringify(namespace)}`);
  if (name !== 'WorkflowNotFoundError') return undefined;
  if (workflowId && /already completed/.test(message)) {
    const nextStep = `See how it ended: temporal-polytomic show ${quote(workflowId)}`;
    return new CliError(exitCodes.failed, `The workflow ${JSON.stringify(workflowId)} is over`, nextStep);
  }
  const which = workflowId ? `No workflow ${JSON.stringify(workflowId)}` : 'No such workflow';
  return new CliError(exitCodes.usage, which, 'List what is under way: temporal-polytomic status');
}

function noNamespace(message: string): CliError {
  return new CliError(exitCodes.usage, message, 'Name one that there is: --namespace, TEMPORAL_NAMESPACE or --profile');
}

function grpcFailure(error: ErrorLike): CliError | undefined {
  const reason = deepestMessage(error);
  const code = grpcCodeOf(error);
  if (code === grpc.unavailable || code === grpc.deadlineExceeded) {
    return new CliError(exitCodes.noTemporal, `Temporal cannot be reached (${reason})`, startServerHint);
  }
  if (code === grpc.permissionDenied || code === grpc.unauthenticated) {
    const nextStep = 'Check --api-key, --tls-… and --namespace, or the profile that is used (--profile)';
    return new CliError(exitCodes.notAllowed, `Temporal refuses these credentials (${reason})`, nextStep);
  }
  if (code === grpc.notFound && /^namespace /i.test(reason)) return noNamespace(`Temporal: ${reason}`);
  if (code === grpc.notFound || code === grpc.invalidArgument) return new CliError(exitCodes.usage, reason);
  return code === undefined ? undefined : new CliError(exitCodes.failed, reason);
}

/** What to do when there is no Temporal. */
export const startServerHint =
  'Start one with `temporal-polytomic dev`, or say where it is: --address, TEMPORAL_ADDRESS or --profile';

function deepestMessage(error: ErrorLike): string {
  const { details, message = 'no reason given' } = error;
  if (error.cause) return deepestMessage(error.cause);
  return typeof details === 'string' && details !== '' ? details : message;
}
