/** Models: a table or a query of a connection, as fields. A write that is a job takes effect when the job is done. */
import { systemOf, type ConnectedSystem } from './connected-system';
import { usualFields } from './bulk-schema';
import { toTimestamp } from './clock';
import { idFrom } from './ids';
import type { ModelSeed } from '../controls/options';
import { actor, type Fields } from './fields';

/** A model as stored. */
export interface Model {
  readonly id: string;
  /** Oldest first; each holds from its time on. */
  readonly revisions: { readonly at: number; readonly fields: Fields }[];
  readonly records?: readonly Fields[];
  readonly sampleMs?: number;
}

/** The model's fields at that time; undefined before it exists. */
export const modelAt = ({ revisions }: Model, now: number): Fields | undefined =>
  revisions.findLast(({ at }) => at <= now)?.fields;

/** What models know of their organization. */
export interface ModelOwner {
  readonly id: string;
  readonly connections: ReadonlyMap<string, Fields>;
  readonly systems: Map<string, ConnectedSystem>;
}

/** What a new model belongs to. */
export interface ModelContext {
  readonly newId: () => string;
  readonly organization: ModelOwner;
  readonly now: number;
  /** When it comes into being. Default: now. */
  readonly from?: number;
}

/** A model with the usual values for what the seed leaves out. */
export function makeModel(seed: ModelSeed, { newId, organization, now, from = now }: ModelContext): Model {
  const { organization: _organization, records, sampleMs, ...given } = seed;
  const [first = ''] = organization.connections.keys();
  const at = toTimestamp(from);
  const stamps = { created_at: at, created_by: actor, updated_at: at, updated_by: actor };
  const usual = { id: newId(), name: 'Model', connection_id: first, organization_id: organization.id, version: 1 };
  const fields = completeModel({ ...usual, ...stamps, ...given }, organization);
  return { id: String(fields.id), revisions: [{ at: from, fields }], records, sampleMs };
}

/** Fills in what a model's answer has besides what was written. */
export function completeModel({ additional_fields, ...written }: Fields, organization: ModelOwner): Fields {
  const connection = organization.connections.get(String(written.connection_id));
  const own = makeFields(written.fields ?? fieldsOfTable(written, organization), { ...written, user_added: false });
  const additional = makeFields(additional_fields ?? [], { ...written, user_added: true });
  const labels = ((written.labels ?? []) as unknown[]).map((label) =>
    typeof label === 'string' ? { id: idFrom(`label ${label}`), name: label } : label,
  );
  return {
    configuration: {},
    policies: [],
    relations: [],
    tracking_columns: [],
    type: (connection?.type as Fields | undefined)?.id ?? 'postgresql',
    ...written,
    fields: [...own, ...additional],
    labels,
  };
}

/** Names of what the model's table has, where its configuration names one that the connection knows. */
function fieldsOfTable({ connection_id, configuration }: Fields, organization: ModelOwner): unknown {
  const { table } = (configuration ?? {}) as { table?: unknown };
  const schema = systemOf(organization, String(connection_id)).source.found.find(({ id }) => id === table);
  return schema?.fields.map(({ id }) => id) ?? usualFields;
}

function makeFields(fields: unknown, { id: modelId, user_added, created_at, updated_at }: Fields): Fields[] {
  return (fields as (string | Fields)[]).map((field) => {
    const given: Fields = typeof field === 'string' ? { name: field } : field;
    const { name } = given;
    const usual = { label: name, type: 'string', remote_type: 'text', unique: name === 'id', user_added };
    return {
      id: modelFieldId({ name: String(name), modelId: String(modelId) }),
      ...usual,
      created_at,
      updated_at,
      ...given,
    };
  });
}

/** Id of a model's field, the same through every change of the model. */
export const modelFieldId = ({ name, modelId }: { name: string; modelId: string }): string =>
  idFrom(`field ${name} of ${modelId}`);

/** Names of the model's fields. */
export const fieldNames = ({ fields }: Fields): string[] => (fields as Fields[]).map(({ name }) => String(name));
