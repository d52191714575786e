/** What every activity that does long work does first: reads its input and asks whether it may. */
import { Context } from '@temporalio/activity';
import { parseOperationInput } from '../../inputs/operation-input';
import type { AnyOperation } from '../../polytomic/operation';
import { secretsIn } from '../../polytomic/redact';
import { organizationOf, requireOperation } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { stableKey } from '../stable-key';
import type { LongWorkTry, Timing } from './long-work';

/** A job about to be done. */
export interface BegunJob<I> {
  organization: Organization;
  /** For the client: secrets are resolved. */
  request: I;
  /** Texts of the request that no error may quote. */
  secrets: string[];
  attempt: LongWorkTry;
}

/** What long work needs, and what it is given. */
export interface JobContext {
  deps: ActivityDependencies;
  timing: Timing;
}

/** @throws InvalidInputError, NotAllowedError naming the first operation that is not allowed */
export async function beginJob<I>(
  { deps, timing }: JobContext,
  { row, operations, input }: { row: AnyOperation; operations: readonly string[]; input: unknown },
): Promise<BegunJob<I>> {
  const parsed = parseOperationInput(row.name, input, row.secrets);
  const organization = organizationOf(deps, parsed.organization);
  for (const operation of [row.name, ...operations]) requireOperation(organization, operation);
  const request = await deps.resolveSecrets(parsed.request);
  const context = Context.current();
  const key = parsed.idempotencyKey ?? stableKey(context.info);
  return { organization, request: request as I, secrets: secretsIn(row, request), attempt: { context, timing, key } };
}
