/** From a spec to its objects: variables filled in, what is ours and what is the API's told apart, references found. */
import {
  provisionKinds,
  type Fields,
  type ProvisionAdopt,
  type ProvisionKind,
  type ProvisionObject,
  type ProvisionSpec,
  type ProvisionVariables,
  type SecretVersions,
  type SpecObject,
} from '../../contracts/provision-spec';
import { addressOfRef, isFields, isSecretReference, mapValues, refOf, walkValues } from './values';

/** The set's name where the spec gives none. */
export const defaultSet = 'default';

/** A tree with each `{ $var: name }` replaced; unknown names stay as they are. */
export function fillVariables<T>(tree: T, variables: ProvisionVariables): T {
  return mapValues(tree, (value) => {
    if (!isFields(value) || typeof value.$var !== 'string') return undefined;
    return Object.hasOwn(variables, value.$var) ? { to: variables[value.$var] } : undefined;
  }) as T;
}

/** The objects of a checked spec, section by section in its own order. */
export function toObjects(
  spec: ProvisionSpec,
  { variables = {}, adopt }: { variables?: ProvisionVariables; adopt?: ProvisionAdopt } = {},
): ProvisionObject[] {
  const ofSet = adopt ?? spec.adopt ?? 'never';
  return provisionKinds.flatMap((kind) =>
    Object.entries(spec[kind] ?? {}).map(([key, object]) =>
      toObject({ kind, key, adopt: ofSet }, fillVariables(object, variables)),
    ),
  );
}

/** Of connections: the id of their type. */
export const typeOf = ({ kind, body }: Pick<ProvisionObject, 'kind' | 'body'>): string | null =>
  kind === 'connections' && typeof body.type === 'string' ? body.type : null;

/** Only connections and models have nothing to run, activate or tell of errors. */
export const isSyncKind = (kind: ProvisionKind): boolean => kind === 'modelSyncs' || kind === 'bulkSyncs';

function toObject(
  { kind, key, adopt: ofSet }: { kind: ProvisionKind; key: string; adopt: ProvisionAdopt },
  { id, protect, adopt, replace, ...rest }: SpecObject,
): ProvisionObject {
  const { active, run, errorHandling, ...others } = rest;
  const { schemas, ...ofBulk } = others;
  const body = !isSyncKind(kind) ? rest : kind === 'bulkSyncs' ? ofBulk : others;
  const own = isSyncKind(kind);
  const ownSchemas = kind === 'bulkSyncs' && schemas !== undefined && schemas !== null ? schemas : null;
  return {
    address: `${kind}.${key}`,
    kind,
    name: String(body.name),
    body,
    after: refsIn(rest),
    pin: id ?? null,
    protect: protect ?? false,
    adopt: adopt ?? ofSet,
    replace: replace ?? false,
    active: own && typeof active === 'boolean' ? active : null,
    run: own && run === true,
    errorHandling: own && isFields(errorHandling) ? errorHandling : null,
    schemas: ownSchemas === 'all' ? ['*'] : (ownSchemas as (string | Fields)[] | null),
    secretVersions: secretVersionsIn(body),
  };
}

function refsIn(tree: unknown): string[] {
  const found = new Set<string>();
  walkValues(tree, (value) => {
    const ref = refOf(value);
    if (ref === undefined) return true;
    const address = addressOfRef(ref);
    if (address !== undefined) found.add(address);
    return false;
  });
  return [...found];
}

function secretVersionsIn(body: Fields): SecretVersions {
  const versions: SecretVersions = {};
  walkValues(body, (value, path) => {
    if (!isSecretReference(value)) return true;
    const { version } = value as Fields;
    versions[path.join('.')] = typeof version === 'number' || typeof version === 'string' ? version : '';
    return false;
  });
  return versions;
}
