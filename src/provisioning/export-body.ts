/** A live object as the body of a spec: nothing that only the server writes, secrets as references. */
import type { LiveObject } from '../contracts/provision-plan';
import type { Fields, ProvisionKind } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { isSecretName } from '../polytomic/looks-like-secret';
import { pickWritable } from '../polytomic/writable';
import { apiMask } from '../rules/provision/compare';
import { envFor } from '../rules/provision/export';
import { isOverride } from '../rules/provision/kind-rules';
import { looksSecret } from '../rules/provision/looks-secret';
import { isFields, mapValues } from '../rules/provision/values';
import { isSecretLeaf } from '../secrets/answer-secrets';
import type { HoldsSecret } from '../secrets/known-secrets';
import type { ConnectionTypeSchemas } from './connection-type-schemas';
import { resourceKinds } from './kinds';
import { fieldsOf, listOf } from './merge';

/** An exported body, and the secrets that whoever applies it has to provide. */
export interface ExportedBody {
  body: Fields;
  secrets: { env: string; path: string }[];
}

/** What says nothing in a write: who and when, the organization, what is empty. */
const unwanted = ['organization_id', 'id'];

/** What exporting takes besides the object. */
export interface ExportContext {
  readonly types: ConnectionTypeSchemas;
  readonly holdsSecret: HoldsSecret;
}

/** @throws PolytomicError */
export async function exportBody(
  client: PolytomicClient,
  { kind, key, live }: { kind: ProvisionKind; key: string; live: LiveObject },
  { types, holdsSecret }: ExportContext,
): Promise<ExportedBody> {
  const picked = pickWritable(resourceKinds[kind].body, inWriteForm(kind, live));
  const { schemas: _schemas, active: _active, ...body } = withoutEmpty(picked);
  const secrets: ExportedBody['secrets'] = [];
  const hide = (path: readonly string[]): { to: unknown } => {
    const env = envFor(key, path.join('.'));
    secrets.push({ env, path: path.join('.') });
    return { to: { $env: env } };
  };
  if (kind === 'connections') body.configuration = await exportConfiguration(live, { types, holdsSecret }, hide);
  else if (live.active !== null) body.active = live.active;
  const settings = withoutEmpty(fieldsOf(live.errorHandling));
  if (Object.keys(settings).length > 0) body.errorHandling = settings;
  if (kind === 'bulkSyncs') body.schemas = await exportSchemas(client, live.id);
  const isSecret = kind === 'connections' ? () => false : isSecretIn(holdsSecret);
  return { body: hideTexts(body, isSecret, hide), secrets };
}

/** Fields that hold configurations, whose secrets names and values tell. */
const configurations =
  /^((enricher\.|target\.|source\.|destination\.)?configuration|source_configuration|destination_configuration)\.(.*)$/;

function isSecretIn(holdsSecret: HoldsSecret): (value: string, path: readonly string[]) => boolean {
  return (value, path) => {
    const names = path.filter((part) => !/^\d+$/.test(part));
    return configurations.test(names.join('.')) && isSecretLeaf(value, { holdsSecret }, names);
  };
}

function inWriteForm(kind: ProvisionKind, { body, type }: LiveObject): Fields {
  if (kind === 'connections') return { ...body, type };
  if (kind === 'models') {
    const nameOf = (item: unknown): unknown => (isFields(item) ? (item.name ?? item.label ?? item.id) : item);
    const isAdded = (field: unknown): boolean => isFields(field) && field.user_added === true;
    const added = listOf(body.fields)
      .filter(isAdded)
      .map((field) => {
        const { name, label, type: own, example } = fieldsOf(field);
        return { name, label: label ?? name, type: own, ...(typeof example === 'string' && { example }) };
      });
    const fields = listOf(body.fields)
      .filter((field) => !isAdded(field))
      .map(nameOf);
    return { ...body, fields, additional_fields: added, labels: listOf(body.labels).map(nameOf) };
  }
  return kind === 'modelSyncs' ? modelSyncForm(body) : body;
}

/** Fixed values beside the fields; the new forms of filters and identities where there are any. */
function modelSyncForm(body: Fields): Fields {
  const { encryption_passphrase: _secret, ...rest } = body;
  const { search_values: _derived, ...target } = fieldsOf(body.target);
  const known = new Set(listOf(body.override_fields).map((field) => fieldsOf(field).target));
  const merged = listOf(body.fields).filter((field) => isOverride(field) && !known.has(fieldsOf(field).target));
  const hasNewFilters =
    [...listOf(fieldsOf(body.model_filters).conditions), ...listOf(fieldsOf(body.target_filters).conditions)].length >
    0;
  const hasMappings = listOf(fieldsOf(body.identities).mappings).length > 0;
  return {
    ...rest,
    target,
    fields: listOf(body.fields).filter((field) => !isOverride(field)),
    override_fields: [...listOf(body.override_fields), ...merged].map((field) => {
      const { source: _source, ...own } = fieldsOf(field);
      return own;
    }),
    ...(hasNewFilters
      ? { filters: undefined, filter_logic: undefined }
      : { model_filters: undefined, target_filters: undefined }),
    ...(hasMappings ? { identity: undefined } : { identities: undefined }),
  };
}

/** Secrets by the type's marks, by the mask that the API shows, and by what their texts look like. */
async function exportConfiguration(
  live: LiveObject,
  { types, holdsSecret }: ExportContext,
  hide: (path: readonly string[]) => { to: unknown },
): Promise<Fields> {
  const { secret, readOnly, described } = await types.fieldsOf(live.type);
  const isNamedSecret = (at: string): boolean => !described.includes(at) && isSecretName(at.split('.').at(-1) ?? '');
  const exported = mapValues(live.body.configuration ?? {}, (value, path) => {
    const at = path.filter((part) => !/^\d+$/.test(part)).join('.');
    if (path.length === 0) return undefined;
    const isSecretText = typeof value === 'string' && (looksSecret(value) || holdsSecret(value) || isNamedSecret(at));
    const isSecret = secret.includes(at) || value === apiMask || isSecretText;
    if (value === null || value === '' || readOnly.includes(at)) return { to: undefined };
    return isSecret ? hide(['configuration', ...path]) : undefined;
  });
  return withoutEmpty(exported as Fields);
}

/** `all` where every schema is copied, else the ids of those that are. */
async function exportSchemas(client: PolytomicClient, id: string): Promise<'all' | string[]> {
  const { items } = await client.bulkSync.schemas.list({ id });
  const enabled = items.filter((schema) => schema.enabled === true);
  return enabled.length === items.length ? 'all' : enabled.flatMap((schema) => (schema.id ? [schema.id] : []));
}

function withoutEmpty(body: Fields): Fields {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => value !== undefined && value !== null && value !== '' && !unwanted.includes(name),
    ),
  );
}

/** Secrets of configurations become references; a text anywhere else that is a secret by its form is left out. */
function hideTexts(
  body: Fields,
  isSecret: (value: string, path: readonly string[]) => boolean,
  hide: (path: readonly string[]) => { to: unknown },
): Fields {
  return mapValues(body, (value, path) => {
    if (typeof value !== 'string' || value === '') return undefined;
    if (isSecret(value, path)) return hide(path);
    return looksSecret(value) ? { to: undefined } : undefined;
  }) as Fields;
}
