/** What comes before a call is sent: its secrets, its request, its credential and its key. Nothing here has an effect. */
import { UnusableKeyError, type Authorization, type Credential } from './auth';
import { isPolytomicError, PolytomicError, type Fail } from './errors';
import { createKeySecret, type KeyedRequest, type KeySecret } from './idempotency';
import type { AnyOperation, HttpMethod } from './operation';
import { InputMismatch, type PreparedRequest } from './request';
import { SecretUnavailableError, type OpenedRequest, type RequestSecrets } from './request-secrets';

/** What makes keys and credentials. */
interface KeySetup {
  readonly organization: string;
  readonly idempotencySecret?: string;
  readonly credential: Credential;
}

const keyPattern = /^[A-Za-z0-9_-]{8,255}$/;

/** Makes the errors of one operation. */
export function failOf({ name, path }: Pick<AnyOperation, 'name' | 'path'>, method: HttpMethod): Fail {
  return (code, reason, more) =>
    new PolytomicError(reason, { code, operation: name, method, path, answered: false, ...more });
}

/** Puts secrets in the place of their references. @throws PolytomicError, or an error that names the reference */
export async function openRequest(
  fail: Fail,
  requestSecrets: RequestSecrets | undefined,
  { row, input }: { row: AnyOperation; input: unknown },
): Promise<OpenedRequest> {
  try {
    return (await requestSecrets?.open(row, input)) ?? { input, secrets: [], fields: [] };
  } catch (error) {
    throw toUnsent(fail, error);
  }
}

/** @throws PolytomicError that names every bad field */
export function prepare(
  fail: Fail,
  build: () => PreparedRequest,
  { method, idempotencyKey }: { method: string; idempotencyKey?: string },
): PreparedRequest {
  try {
    if (idempotencyKey !== undefined) checkIdempotencyKey(method, idempotencyKey);
    return build();
  } catch (error) {
    throw toUnsent(fail, error);
  }
}

function checkIdempotencyKey(method: string, key: string): void {
  const problem =
    method === 'POST' ? !keyPattern.test(key) && 'expected 8 to 255 letters, digits, - and _' : 'only a POST takes one';
  if (problem) throw new InputMismatch([{ field: 'idempotencyKey', message: problem }]);
}

/** An error of another call (the read of a schema) is this one's before it was sent. */
function toUnsent(fail: Fail, error: unknown): unknown {
  const unsent = { unsent: true };
  if (error instanceof SecretUnavailableError) return fail('Unavailable', `was not sent: ${error.message}`, unsent);
  if (error instanceof InputMismatch) {
    return fail('InvalidRequest', `was not sent: ${error.message}`, { issues: error.issues });
  }
  if (!isPolytomicError(error)) return error;
  const { code, message, status, retryAfterMs, requestId, summary } = error;
  const told = { status, retryAfterMs, requestId, summary: `was not sent: ${summary}` };
  return fail(code, `was not sent: ${message}`, { ...told, ...unsent });
}

/** @throws PolytomicError */
export async function authorize(fail: Fail, credential: Credential): Promise<Authorization> {
  try {
    return await credential.authorize();
  } catch (error) {
    if (error instanceof UnusableKeyError) throw fail('Unauthorized', `was not sent: ${error.message}`);
    throw fail('Unavailable', 'was not sent: the key could not be fetched', { unsent: true });
  }
}

/** Reads a refused credential again. Undefined: it is still the same, or cannot be had. */
export async function renewAuthorization(
  credential: Credential,
  refused: Authorization,
): Promise<Authorization | undefined> {
  credential.refused();
  const renewed = await credential.authorize().catch(() => refused);
  return renewed.header === refused.header ? undefined : renewed;
}

/**
 * Fingerprint of the secret that makes this client's keys just now. A key that may have taken effect under another
 * fingerprint cannot be repeated: it would be sent as another key. @throws Error when the credential cannot be had
 */
export async function keyFingerprint(setup: KeySetup): Promise<string> {
  const authorization = setup.idempotencySecret === undefined ? await setup.credential.authorize() : undefined;
  return keySecretOf(setup, authorization).fingerprint;
}

/** The key as it is sent; undefined where the caller gave none. */
export function toSentKey(
  setup: KeySetup,
  authorization: Authorization,
  { key, ...request }: Omit<KeyedRequest, 'organization' | 'key'> & { key: string | undefined },
): string | undefined {
  if (key === undefined) return undefined;
  return keySecretOf(setup, authorization).toSentKey({ organization: setup.organization, key, ...request });
}

function keySecretOf({ idempotencySecret }: KeySetup, authorization: Authorization | undefined): KeySecret {
  return createKeySecret(idempotencySecret ?? authorization?.header ?? '');
}
