/** Model syncs as objects of a set. */
import type { Fields } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { operations } from '../polytomic/operations';
import { pages } from '../polytomic/pages';
import type { ObjectShape } from '../polytomic/shapes';
import { pickWritable } from '../polytomic/writable';
import { isOverride } from '../rules/provision/kind-rules';
import { isFields, isNonEmptyText } from '../rules/provision/values';
import { fieldsOf, listOf, mergeBody, withoutEmptyTexts } from './merge';
import { readOrNull } from './read-or-null';
import type { ObjectUpdate, ResourceKind } from './resource-kind';

type CreateInput = Parameters<PolytomicClient['modelSync']['create']>[0];
type UpdateInput = Parameters<PolytomicClient['modelSync']['update']>[0];

/** Model syncs. */
export const modelSyncKind: ResourceKind = {
  kind: 'modelSyncs',
  operations: {
    read: ['modelSync.list', 'modelSync.get', 'modelSync.errorHandling.get'],
    write: ['modelSync.create', 'modelSync.update', 'modelSync.activate', 'modelSync.errorHandling.update'],
    delete: ['modelSync.delete', 'modelSync.executions.list', 'modelSync.executions.cancel'],
  },
  body: operations.modelSync.create.body as ObjectShape,
  async *find(client, options) {
    for await (const { items, complete } of pages(client.modelSync.list, {}, options)) {
      const objects = items.flatMap(({ id, name, target_connection_id, target, model_ids, schedule, created_at }) => {
        const uses = [target_connection_id, target?.connection_id, schedule?.connection_id, ...(model_ids ?? [])];
        return id
          ? [{ id, name: name ?? '', type: null, createdAt: created_at ?? null, uses: uses.filter(isNonEmptyText) }]
          : [];
      });
      yield { objects, complete };
    }
  },
  async create(client, body, key) {
    const { id } = await client.modelSync.create({ ...body, active: false } as CreateInput, { idempotencyKey: key });
    return { id: id ?? null, consentLink: null, job: null };
  },
  read: (client, id, { errorHandling = false, ...options } = {}) =>
    readOrNull(async () => {
      const wire = await client.modelSync.get({ id }, options);
      const problems = (wire.problems ?? []).map(({ message, code }) => message ?? code ?? 'unnamed problem');
      const settings = errorHandling ? await client.modelSync.errorHandling.get({ id }, options) : null;
      const { name, active } = wire;
      return {
        id,
        name: name ?? '',
        type: null,
        body: wire,
        active: active ?? null,
        errorHandling: settings,
        problems,
      };
    }),
  async update(client, { live, desired }) {
    const input = { ...toUpdate(live.body, desired), id: live.id };
    const { id } = await client.modelSync.update(input as unknown as UpdateInput);
    return { id: id ?? live.id, consentLink: null, job: null };
  },
  async delete(client, id) {
    await client.modelSync.delete({ id });
  },
  settle: async () => ({ state: 'ready' }),
};

/** Parts that mean nothing without each other. */
const whole = ['schedule', 'identity', 'identities', 'model_filters', 'target_filters'];

/**
 * The whole sync as the answer showed it, with what the spec says. Filters and identities have an old and a new form: a
 * request whose two forms differ is refused, so that the form which the spec does not use is dropped.
 */
function toUpdate(live: ObjectUpdate['live']['body'], desired: Fields): Fields {
  const present = withoutOldForms(withOverrides(live), desired);
  const merged = mergeBody(present, desired, whole);
  const picked = pickWritable(operations.modelSync.update.body as ObjectShape, merged);
  return withoutEmptyTexts({ ...picked, active: live.active === true }, ['filter_logic', 'organization_id']);
}

/** Fixed values come back among the fields; they are written beside them. */
function withOverrides({
  fields,
  override_fields,
  target,
  organization_id: _organization,
  encryption_passphrase: _secret,
  ...live
}: Fields): Fields {
  const own = listOf(override_fields);
  const known = new Set(own.map((field) => fieldsOf(field).target));
  const merged = listOf(fields).filter((field) => isOverride(field) && !known.has(fieldsOf(field).target));
  const { search_values: _derived, create: _never, ...kept } = fieldsOf(target);
  return {
    ...live,
    target: withoutEmptyTexts(kept, ['filter_logic', 'new_name']),
    fields: listOf(fields).filter((field) => !isOverride(field)),
    override_fields: [...own, ...merged].map((field) => withoutSource(fieldsOf(field))),
  };
}

const withoutSource = ({ source: _source, ...field }: Fields): Fields => field;

function withoutOldForms(live: Fields, desired: Fields): Fields {
  const dropped = new Set<string>();
  const usesOld = 'filters' in desired;
  const hasNew = !isEmpty(live.model_filters) || !isEmpty(live.target_filters);
  if (usesOld) ['model_filters', 'target_filters'].forEach((name) => dropped.add(name));
  else if (hasNew || 'model_filters' in desired || 'target_filters' in desired)
    ['filters', 'filter_logic'].forEach((name) => dropped.add(name));
  if ('identity' in desired && !('identities' in desired)) dropped.add('identities');
  else if (!isEmpty(live.identities) || 'identities' in desired) dropped.add('identity');
  return Object.fromEntries(Object.entries(live).filter(([name]) => !dropped.has(name)));
}

const isEmpty = (value: unknown): boolean =>
  !isFields(value) || [...listOf(value.conditions), ...listOf(value.mappings)].length === 0;
