/** What is particular to comparing each kind: order, keys, what the API never returns, what it returns otherwise. */
import type { LiveObject } from '../../contracts/provision-plan';
import type { Fields, ProvisionKind } from '../../contracts/provision-spec';
import type { CompareRules } from './compare';
import { isFields } from './values';

const rulesOf = (
  unordered: readonly string[],
  keyed: CompareRules['keyed'] = {},
  unseen: readonly string[] = [],
): CompareRules => ({ unordered: new Set(unordered), keyed, unseen: new Set(unseen) });

/** How each kind's body is compared. */
export const compareRules: Readonly<Record<ProvisionKind, CompareRules>> = {
  // What a write is asked to do, not what a connection is.
  connections: rulesOf(['policies'], {}, ['validate', 'redirect_url', 'organization_id', 'healthcheck_interval']),
  models: rulesOf(['policies', 'fields', 'labels', 'tracking_columns', 'relations'], { additional_fields: 'name' }, [
    'organization_id',
  ]),
  modelSyncs: rulesOf(
    ['policies', 'schedule.run_after.sync_ids', 'schedule.run_after.bulk_sync_ids'],
    fieldsByTarget(),
    ['encryption_passphrase', 'target.create', 'organization_id'],
  ),
  bulkSyncs: rulesOf(['policies', 'additional_schedules', 'additional_schedules.schemas'], {}, [
    'default_schedule.id',
    'organization_id',
  ]),
};

function fieldsByTarget(): CompareRules['keyed'] {
  return { fields: 'target', override_fields: 'target' };
}

/** How the settings that the API keeps beside a sync are compared. */
export const errorHandlingRules: CompareRules = rulesOf(['subscribers']);

/** Fields that no update changes: another value needs another object. */
const fixedFields: Readonly<Record<ProvisionKind, readonly string[]>> = {
  connections: ['type'],
  models: [],
  modelSyncs: [],
  bulkSyncs: [],
};

/** Whether a changed field, by its path, needs a new object. */
export function needsReplacement(kind: ProvisionKind, path: string): boolean {
  return fixedFields[kind].includes(path);
}

/** What goes with an object that is deleted. */
export const lossesOf: Readonly<Record<ProvisionKind, readonly string[]>> = {
  connections: ['its credentials and consent', 'what Polytomic knows of its schemas'],
  models: ['its fields and their ids'],
  modelSyncs: ['its execution history', 'its error handling settings', 'what it has synced so far'],
  bulkSyncs: ['its execution history', 'its schedules', 'its error handling settings', 'what it has synced so far'],
};

/** A live object in the terms of the desired body: what the API answers in another form is put back into the spec's. */
export function toComparable(kind: ProvisionKind, live: LiveObject, desired: Fields): Fields {
  if (kind === 'connections') return { ...live.body, type: live.type };
  if (kind === 'models') return comparableModel(live.body);
  return kind === 'modelSyncs' ? comparableModelSync(live.body, desired) : live.body;
}

function comparableModel({ fields, labels, ...body }: Fields): Fields {
  const own = listOf(fields).filter((field) => !(isFields(field) && field.user_added === true));
  const added = listOf(fields).filter((field) => isFields(field) && field.user_added === true);
  const named = (item: unknown): unknown => (isFields(item) ? (item.name ?? item.label ?? item.id) : item);
  return { ...body, fields: own.map(named), additional_fields: added, labels: listOf(labels).map(named) };
}

const zeroId = /^[0-]*$/;

/** A fixed value comes back among the fields, without a source or with a model id of zeros. */
export function isOverride(field: unknown): boolean {
  if (!isFields(field)) return false;
  const source = isFields(field.source) ? field.source : {};
  const { model_id: model } = source;
  return typeof model !== 'string' || zeroId.test(model);
}

function comparableModelSync(body: Fields, desired: Fields): Fields {
  const overrides = listOf(body.override_fields);
  const merged = listOf(body.fields).filter(isOverride);
  const wanted = new Set(listOf(desired.override_fields).map((field) => (isFields(field) ? field.target : undefined)));
  const isWanted = (field: unknown): boolean => isFields(field) && wanted.has(field.target);
  const known = new Set(overrides.map((field) => (isFields(field) ? field.target : undefined)));
  const fromFields = merged.filter((field) => isFields(field) && isWanted(field) && !known.has(field.target));
  const target = isFields(body.target) ? body.target : {};
  const wantsNew = isFields(desired.target) && desired.target.object === newTarget;
  return {
    ...body,
    fields: listOf(body.fields).filter((field) => !(isOverride(field) && (isWanted(field) || isKnown(field, known)))),
    override_fields: [...overrides, ...fromFields],
    filters: withFieldsOf(body.filters, desired.filters),
    ...withConditionsOf(body, desired, 'model_filters'),
    ...withConditionsOf(body, desired, 'target_filters'),
    // A target that was to be made is answered under the name that it got.
    target: wantsNew && isFields(desired.target) ? { ...target, ...pickNew(desired.target) } : target,
  };
}

const isKnown = (field: unknown, known: ReadonlySet<unknown>): boolean => isFields(field) && known.has(field.target);

/** The `object` that stands for a target still to be made. */
const newTarget = '__pt_new_target';

const pickNew = ({ object, new_name, search_values }: Fields): Fields => ({ object, new_name, search_values });

function withConditionsOf(body: Fields, desired: Fields, name: string): Fields {
  const [live, wanted] = [body[name], desired[name]];
  if (!isFields(live) || !isFields(wanted)) return {};
  return { [name]: { ...live, conditions: withFieldsOf(live.conditions, wanted.conditions) } };
}

const withFieldsOf = (filters: unknown, desired: unknown): unknown[] =>
  listOf(filters).map((filter, index) => withFieldOf(filter, listOf(desired)[index]));

/**
 * A filter's field may be answered by its id alone, so that a field given by name cannot be compared; and its label is the
 * server's own, by its place, whatever was written.
 */
function withFieldOf(filter: unknown, desired: unknown): unknown {
  if (!isFields(filter) || !isFields(desired)) return filter;
  return { ...filter, field: filter.field ?? desired.field, label: desired.label ?? filter.label };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
