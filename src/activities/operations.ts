/** One activity for each operation of the API, derived from the rows. */
import { Context } from '@temporalio/activity';
import { activityPrefix } from '../contracts/names';
import { parseOperationInput } from '../inputs/operation-input';
import type { SecretReference } from '../inputs/secret-references';
import { mapOperations, type AnyOperation, type Operation } from '../polytomic/operation';
import { operations } from '../polytomic/operations';
import { cutSignedUrlsIn } from '../polytomic/signed-urls';
import { organizationOf, requireOperation } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { methodOf } from './guard-client';
import { guarded, type Activity } from './guarded';
import type { OperationBudget } from './operation-budget';
import { SchemaWait } from './schema-wait';
import { stableKey } from './stable-key';

/** What the input of every operation activity takes besides the operation's own fields. */
export interface OperationContext {
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  /** POST only: `[A-Za-z0-9_-]{8,255}`. Default: made from namespace, workflow, run and activity id, the same for each try. */
  idempotencyKey?: string;
}

export type { SecretReference };

/** Fields that take references only; the activity refuses a secret that is written out. */
type SecretField = 'encryption_passphrase' | 'secret' | 'client_secret' | 'token';

type WithReferences<I> = { [K in keyof I]: K extends SecretField ? SecretReference | Extract<I[K], undefined> : I[K] };

type ActivitiesOf<T> = {
  readonly [K in keyof T]: T[K] extends Operation<infer I, infer O>
    ? (input: WithReferences<I> & OperationContext) => Promise<O>
    : ActivitiesOf<T[K]>;
};

/**
 * Nested as the client's methods are. Answers come without the fields that are marked as secret, and signed URLs in their
 * texts without what signs them. Input, answer, retry rule
 * and secrets of each are in `docs/operations.md` of the repository.
 */
export type OperationActivities = ActivitiesOf<typeof operations>;

/** Every operation under its registered name (`polytomic.modelSync.start`). */
export function createOperationActivities(
  deps: ActivityDependencies,
  budget: OperationBudget,
): Record<string, Activity<unknown, unknown>> {
  const activities: Record<string, Activity<unknown, unknown>> = {};
  mapOperations(operations, (name, row) => {
    activities[activityPrefix + name] = guarded(name, (input) => callOperation({ deps, budget, row }, input));
  });
  return activities;
}

interface OperationSetup {
  deps: ActivityDependencies;
  budget: OperationBudget;
  row: AnyOperation;
}

async function callOperation({ deps, budget, row }: OperationSetup, input: unknown): Promise<unknown> {
  const { organization: named, idempotencyKey, request } = parseOperationInput(row.name, input);
  const organization = organizationOf(deps, named, row.name);
  requireOperation(organization, row.name);
  budget.spend(organization);
  const context = Context.current();
  const wait = row.needsSchemas ? new SchemaWait(context) : undefined;
  const key = idempotencyKey ?? stableKey(context.info);
  const call = methodOf(organization.client, row.name);
  try {
    const answer = await call(request, {
      signal: context.cancellationSignal,
      ...(row.method === 'POST' ? { idempotencyKey: wait?.keyFor(key) ?? key } : {}),
    });
    return cutSignedUrlsIn(await organization.redactAnswer(row, answer));
  } catch (error) {
    throw wait?.failureOf(error) ?? error;
  }
}
