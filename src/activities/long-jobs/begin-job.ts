/** What every activity that does long work does first: reads its input and asks whether it may. */
import { Context } from '@temporalio/activity';
import { attemptTime } from '../attempt-time';
import { parseOperationInput } from '../../inputs/operation-input';
import { sleep } from '../../polytomic/clock';
import type { AnyOperation } from '../../polytomic/operation';
import type { CallSecrets } from '../../polytomic/secret-text';
import { organizationOf, requireOperation } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { stableKey } from '../stable-key';
import type { LongWorkTry, Timing } from './long-work';

/** A job about to be done. */
export interface BegunJob<I> {
  organization: Organization;
  /** For the client, which resolves the secrets in it. */
  request: I;
  /** What of the request nothing that comes later may quote. */
  secrets: CallSecrets;
  attempt: LongWorkTry;
}

/** What long work needs, and what it is given. */
export interface JobContext {
  deps: ActivityDependencies;
  timing: Timing | undefined;
}

/** @throws InvalidInputError, NotAllowedError naming the first operation that is not allowed */
export async function beginJob<I>(
  { deps, timing }: JobContext,
  { row, operations, input }: { row: AnyOperation; operations: readonly string[]; input: unknown },
): Promise<BegunJob<I>> {
  const { organization: named, idempotencyKey, request } = parseOperationInput(row.name, input);
  const organization = organizationOf(deps, named, row.name);
  for (const operation of [row.name, ...operations]) requireOperation(organization, operation);
  const secrets = await organization.client.secretsOf(row, request);
  const context = Context.current();
  const key = idempotencyKey ?? stableKey(context.info);
  return {
    organization,
    request: request as I,
    secrets,
    attempt: { context, timing: timing ?? timingBy(organization, context), key },
  };
}

function timingBy({ client: { clock } }: Organization, context: Context): Timing {
  const { cancelled, cancellationSignal } = context;
  return {
    now: attemptTime(context, clock),
    sleep: (ms) => Promise.race([sleep(ms, clock, cancellationSignal), cancelled]),
  };
}
