/** The API without HTTP: from a received request to the answer that the application behind the gateway gives. */
import { ApiFailure } from './api-failure';
import { authenticate, type Caller } from './auth';
import type { Handlers } from './api-request';
import { asConnectSession } from './connect-auth';
import { answerTypeOf, type ContractOperation } from './contract-types';
import { checkRequest, contract } from './contract';
import type { FaultSpec, Faults } from '../scripts/faults';
import type { IdempotencyRecords } from './idempotency';
import { withoutNewer } from './older-answers';
import { toFailureOutcome, toOutcome, type Outcome } from './outcome';
import { checkPermission } from './permission';
import type { LoggedRequest } from './request-log';
import { Router, type RouteMatch } from './router';
import { handlers } from '../routes';
import { chooseVersion, requireVersionHeader } from './choose-version';
import { defaultVersion, versionHeader, type ApiVersion } from './versions';
import type { EmulatorState } from '../state/emulator-state';

/** A request with its body read and its place in the log taken. */
export interface Received {
  readonly entry: LoggedRequest;
  readonly query: URLSearchParams;
  readonly route: RouteMatch | undefined;
  readonly authorization: string | undefined;
  /** The body was not JSON. */
  readonly malformed: boolean;
  readonly url: string;
}

/** An outcome that is not yet told. */
export interface Processed {
  readonly outcome: Outcome;
  readonly version: ApiVersion;
  /** Called once the answer is told or lost: until then the request's Idempotency-Key is in flight. */
  readonly settle: () => void;
}

/** What requests act upon; a reset replaces all of it. */
export interface EmulatorContext {
  readonly emulator: EmulatorState;
  readonly faults: Faults;
  readonly records: IdempotencyRecords;
}

const router = new Router(contract.operations);
const table: Handlers = handlers;
const nothing = (): void => undefined;

/** The operations behind a method and path. */
export const route = (method: string, path: string): RouteMatch | undefined => router.match(method, path);

interface Admitted {
  readonly stage: EmulatorContext;
  readonly received: Received;
  readonly version: ApiVersion;
  readonly caller: Caller;
  readonly operation: ContractOperation;
}

/** Processes a request; refusals are outcomes too. */
export function processRequest(
  stage: EmulatorContext,
  { received, fault }: { received: Received; fault?: FaultSpec },
): Processed {
  let version = defaultVersion;
  try {
    const { headers, operation: id } = received.entry;
    version = chooseVersion(headers[versionHeader]);
    if (stage.emulator.options.requireVersion) requireVersionHeader(headers[versionHeader], id);
    const caller = callerOf(stage.emulator, received);
    const operation = operationOf(received, version);
    return processWithKey({ stage, received, version, caller, operation }, fault);
  } catch (error) {
    return { outcome: toFailureOutcome(error, version), version, settle: nothing };
  }
}

/** Everybody brings a key, save for the dialog of a Connect session, which brings its token. */
function callerOf(emulator: EmulatorState, { entry, query, authorization }: Received): Caller {
  const session = asConnectSession(emulator, { operation: entry.operation, token: query.get('token') });
  return session ?? authenticate(emulator, authorization);
}

/** The operation in that version; 501 for what the emulator lacks, 404 for what the version lacks. */
function operationOf({ route: match, entry }: Received, version: ApiVersion): ContractOperation {
  if (match === undefined) {
    const lacking = entry.path.startsWith('/api/');
    throw new ApiFailure(
      lacking ? 501 : 404,
      `${lacking ? 'the emulator has no' : 'not found:'} ${entry.method} ${entry.path}`,
    );
  }
  const operation = match.operations.find(({ versions }) => versions.includes(version));
  if (operation === undefined) throw new ApiFailure(404, `${entry.method} ${entry.path} does not exist in ${version}`);
  return operation;
}

/** Only POSTs have records. A replay takes no effect and settles nothing. */
function processWithKey(admitted: Admitted, fault: FaultSpec | undefined): Processed {
  const { stage, received, version, caller } = admitted;
  const key = received.entry.method === 'POST' ? received.entry.headers['idempotency-key'] : undefined;
  if (key === undefined) return { outcome: answer(admitted, fault), version, settle: nothing };
  const place = { organizationId: caller.organization.id, now: stage.emulator.clock.now() };
  const recorded = stage.records.find(key, place);
  if (recorded !== undefined) {
    received.entry.replayed = true;
    received.entry.executionId = startedBy(recorded);
    return { outcome: recorded, version, settle: nothing };
  }
  stage.records.begin(key, place);
  const outcome = answer(admitted, fault);
  const kept = fault?.recorded === 'nothing' ? undefined : outcome;
  const settle = (): void => stage.records.finish(key, { ...place, outcome: kept });
  return { outcome, version, settle };
}

/** The operation's own answer, unless a fault inside the application takes its place. */
function answer(admitted: Admitted, fault: FaultSpec | undefined): Outcome {
  const inside =
    fault?.status !== undefined && fault.recorded === true ? toFaultOutcome(fault, admitted.version) : undefined;
  if (inside !== undefined && fault?.effect !== true) return inside;
  const outcome = perform(admitted);
  return inside ?? outcome;
}

function perform({ stage, received, version, caller, operation }: Admitted): Outcome {
  const { entry, query, route: match, url } = received;
  const { emulator, faults } = stage;
  const now = emulator.clock.now();
  try {
    checkPermission(caller, { operation, version });
    if (received.malformed) throw new ApiFailure(400, 'body: not JSON');
    const { ignored, ...checked } = checkRequest({ operation, version, query, body: entry.body });
    if (ignored.length > 0) entry.ignoredQuery = ignored;
    const handler = table[operation.id];
    if (handler === undefined) throw new ApiFailure(501, `${operation.id}: no state for this operation yet`);
    const made = handler({
      emulator,
      organization: caller.organization,
      caller,
      version,
      params: match?.params ?? {},
      ...checked,
      now,
      url,
      idempotencyKey: entry.headers['idempotency-key'],
      noteExecution: (id) => (entry.executionId = id),
      isLost: (event) => faults.hides(event, now),
    });
    const body = withoutNewer(made.body, { type: answerTypeOf(operation, version), version });
    return toOutcome({ ...made, body }, operation.status);
  } catch (error) {
    return toFailureOutcome(error, version);
  }
}

/** The answer that a fault with a `status` gives. */
export function toFaultOutcome({ status = 500, body, retryAfter }: FaultSpec, version: ApiVersion): Outcome {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (typeof body === 'string') return { status, headers: { ...headers, 'Content-Type': 'text/html' }, text: body };
  return toOutcome({ status, body: body ?? new ApiFailure(status, 'scripted fault').toBody(version), headers });
}

/** The run that a recorded start told, or undefined. */
function startedBy({ status, text }: Outcome): string | undefined {
  if (status !== 200) return undefined;
  const { data } = JSON.parse(text || '{}') as { data?: { id?: unknown; status?: unknown } };
  return typeof data?.id === 'string' && typeof data.status === 'string' ? data.id : undefined;
}
