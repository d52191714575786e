/** What a model sync's create or update stores of what was sent, which is not all that answers show. */
import { modelFieldId } from './model';
import type { Fields } from './fields';

/** What `target.object` says where a new object is to be made in the target. */
export const newTarget = '__pt_new_target';

const noModel = '00000000-0000-0000-0000-000000000000';

/**
 * The stored form of what was written. Neither the passphrase nor how a target was to be made is ever answered. A value
 * without a source is an override, wherever it was written, and an override with a source is a mapping.
 */
export function toStoredModelSync({ encryption_passphrase: _passphrase, ...body }: Fields): Fields {
  const { create: _create, ...target } = (body.target ?? {}) as Fields;
  const mapped = [...listOf(body.fields), ...listOf(body.override_fields)];
  const isOverride = ({ source, override_value }: Fields): boolean => isUnset(source) && !isUnset(override_value);
  const stored: Fields = {
    ...body,
    fields: mapped.filter((field) => !isOverride(field)),
    override_fields: mapped.filter(isOverride).map(({ source: _source, ...override }) => override),
    filters: labelled(listOf(body.filters).map(withFieldId)),
    ...(body.target === undefined ? {} : { target }),
  };
  for (const name of ['model_filters', 'target_filters'] as const) {
    const written = body[name] as Fields | undefined;
    if (written !== undefined) stored[name] = { ...written, conditions: labelled(listOf(written.conditions)) };
  }
  return { ...stored, model_ids: modelsIn(stored) };
}

/** Ids of the models that the mappings, filters and identities name, each once, in the order of the mappings. */
export function modelsIn({ fields, filters, identity, identities, model_filters, overrides }: Fields): string[] {
  const sources = [
    ...listOf(fields).map(({ source }) => source),
    ...listOf(filters).map(({ field }) => field),
    ...listOf(overrides).map(({ field }) => field),
    (identity as Fields | undefined)?.source,
    ...listOf((identities as Fields | undefined)?.mappings).map(({ source }) => source),
    ...listOf((model_filters as Fields | undefined)?.conditions).map(({ source }) => source),
  ];
  const ids = sources.map((source) => (source as Fields | null | undefined)?.model_id);
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== '' && id !== noModel))];
}

/** Up to 2024-02-08 the fixed values stand among the mappings, without a source. */
export function mergeOverrides({ override_fields, ...sync }: Fields): Fields {
  const overrides = listOf(override_fields);
  const fixed = overrides.filter(({ source }) => isUnset(source));
  const others = overrides.filter(({ source }) => !isUnset(source));
  return {
    ...sync,
    ...(fixed.length === 0 ? {} : { fields: [...listOf(sync.fields), ...fixed] }),
    ...(override_fields === undefined ? {} : { override_fields: others }),
  };
}

/** A source of no model is none: Polytomic's Go SDK cannot leave it out. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  const { model_id } = value as { model_id?: unknown };
  return model_id === '' || model_id === noModel;
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

/** The field of a model by its id, too. */
function withFieldId(filter: Fields): Fields {
  const { field, model_id } = (filter.field ?? {}) as { field?: unknown; model_id?: unknown };
  if (typeof field !== 'string' || typeof model_id !== 'string' || filter.field_id !== undefined) return filter;
  return {
    ...filter,
    field_id: modelFieldId({ name: field, modelId: model_id }),
    field_type: filter.field_type ?? 'Model',
  };
}

/** A, B, C and so on by their place: labels that were written are not kept. */
const labelled = (filters: readonly Fields[]): Fields[] =>
  filters.map((filter, index) => ({ ...filter, label: labelAt(index) }));

function labelAt(index: number): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
  return index < 26 ? letter : `${labelAt(Math.floor(index / 26) - 1)}${letter}`;
}
