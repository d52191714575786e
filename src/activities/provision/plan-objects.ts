/** `planObjects`: reads the objects that exist and compares them with what the spec says. */
import { Context } from '@temporalio/activity';
import { failureTypes } from '../../contracts/failure-types';
import type { PlanItem, ProvisionActivities } from '../../contracts/provision-activities';
import type { PlannedObject } from '../../contracts/provision-plan';
import type { Fields, ProvisionKind } from '../../contracts/provision-spec';
import { isSecretError } from '../../executions/error-classes';
import { secretMessages } from '../../inputs/secret-fields';
import type { PolytomicClient } from '../../polytomic/client';
import type { AnyOperation } from '../../polytomic/operation';
import { operations } from '../../polytomic/operations';
import { compareSchemas, missingSchema, noSchemaChanges } from '../../provisioning/bulk-schemas';
import { ConnectionTypeSchemas } from '../../provisioning/connection-type-schemas';
import { resourceKinds } from '../../provisioning/kinds';
import { boundFields } from '../../rules/provision/bounded';
import { planObject } from '../../rules/provision/plan-object';
import { isSecretReference, resolveRefs, walkValues } from '../../rules/provision/values';
import { maskConfiguration } from '../../secrets/answer-secrets';
import type { HoldsSecret } from '../../secrets/known-secrets';
import { organizationOf } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { inParallel } from '../in-parallel';
import { hashObject, hashText } from './hash';
import { requireOperations } from './require-operations';
import { secretFinder, withhold } from './withhold';

const parallelReads = 10;

/** Makes the activity. */
export function createPlanObjects(deps: ActivityDependencies): ProvisionActivities['planObjects'] {
  return async ({ organization: name, items }) => {
    const organization = organizationOf(deps, name, 'planObjects');
    const context = Context.current();
    const types = new ConnectionTypeSchemas(organization.client, { signal: context.cancellationSignal });
    const holdsSecret = await secretFinder(organization);
    const planned = await inParallel(items, parallelReads, async (item) => {
      context.heartbeat();
      const one = await planItem(organization, item, { types, holdsSecret, signal: context.cancellationSignal });
      return withoutSecrets(one, holdsSecret);
    });
    const changes = boundFields(planned.map(({ change }) => change));
    return planned.map((one, index) => ({ ...one, change: changes[index] ?? one.change }));
  };
}

async function planItem(
  organization: Organization,
  { object, identity, owned, namesakes, ids }: PlanItem,
  { types, holdsSecret, signal }: { types: ConnectionTypeSchemas; holdsSecret: HoldsSecret; signal: AbortSignal },
): Promise<PlannedObject> {
  const kind = resourceKinds[object.kind];
  requireOperations(organization, kind.operations.read.slice(0, 2));
  const { client } = organization;
  const id = identity.state === 'known' ? identity.id : null;
  const found =
    id === null ? null : await kind.read(client, id, { signal, errorHandling: object.errorHandling !== null });
  const live = found && { ...found, problems: found.problems.map((problem) => withhold(problem, holdsSecret)) };
  const isConnection = object.kind === 'connections';
  const { secret } = isConnection ? await types.fieldsOf(live?.type ?? typeIn(object.body.type)) : { secret: [] };
  const schemas =
    live && object.schemas ? await compareSchemas(client, live.id, object.schemas, { signal }) : noSchemaChanges;
  const planned = planObject({
    object,
    identity,
    owned: owned ?? undefined,
    namesakes,
    desired: resolveRefs(object.body, ids),
    live,
    secretPaths: secret.map((path) => `configuration.${path}`),
    schemaChanges: schemas,
    specHash: hashObject(object),
    hash: hashText,
  });
  const literal = isConnection ? literalSecrets(object.body, secret) : [];
  if (literal.length > 0) {
    const { action, reason } = planned.change;
    const others = action === 'blocked' && reason !== null ? `; ${reason}` : '';
    const why = `${literal.join(', ')}: ${secretMessages.literal}${others}`;
    return block(planned, why, failureTypes.InvalidInput);
  }
  const missing = missingSchema(schemas);
  if (missing !== undefined) return block(planned, missing, failureTypes.ProvisioningFailed);
  const withheld = await withheldSecret(client, object);
  if (withheld === undefined || !writes(planned)) return planned;
  const { change } = block(planned, withheld, failureTypes.NotAllowed);
  // What differs does so whoever looks, and is told of a drift.
  return { ...planned, change: { ...change, fields: planned.change.fields } };
}

const creates = {
  connections: operations.connections.create,
  models: operations.models.create,
  modelSyncs: operations.modelSync.create,
  bulkSyncs: operations.bulkSync.create,
} as const satisfies Record<ProvisionKind, AnyOperation>;

const writes = ({ change: { action } }: PlannedObject): boolean => action === 'create' || action === 'update';

/** Why a secret of the object cannot be had here. Whatever else is wrong with its request, the plan tells by itself. */
async function withheldSecret(
  client: PolytomicClient,
  { kind, body }: PlanItem['object'],
): Promise<string | undefined> {
  try {
    await client.secretsOf(creates[kind], body);
  } catch (error) {
    if (isSecretError(error)) return error.message;
  }
  return undefined;
}

/** Values that a plan shows of configurations, masked as in answers: a spec may name any field of what is there. */
function withoutSecrets(planned: PlannedObject, holdsSecret: HoldsSecret): PlannedObject {
  const fields = planned.change.fields.map(({ path, before, after }) => {
    const names = path.split('.').filter((part) => !/^\d+$/.test(part));
    if (!names.some((name) => name.endsWith('configuration'))) return { path, before, after };
    const mask = (value: unknown): unknown => maskConfiguration(value, { holdsSecret }, names);
    return { path, before: mask(before), after: mask(after) };
  });
  return { ...planned, change: { ...planned.change, fields } };
}

const block = (planned: PlannedObject, reason: string, failure: string): PlannedObject => ({
  ...planned,
  change: { ...planned.change, action: 'blocked', fields: [], reason, failure },
});

/** Fields that the connection's type marks as secret, written out. */
function literalSecrets(body: Fields, secret: readonly string[]): string[] {
  const marked = new Set(secret.map((path) => `configuration.${path}`));
  const found = new Set<string>();
  walkValues(body, (value, path) => {
    if (isSecretReference(value)) return false;
    const at = path.filter((part) => !/^\d+$/.test(part)).join('.');
    if (marked.has(at) && typeof value === 'string' && value !== '') found.add(at);
    return true;
  });
  return [...found];
}

const typeIn = (type: unknown): string | null => (typeof type === 'string' ? type : null);
