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
import { addressOfRef, isFields, isNonEmptyText, isSecretReference, mapValues, refOf, walkValues } from './values';

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
  const { after, secretVersions } = referencesIn(rest, body);
  const ownSchemas = kind === 'bulkSyncs' && schemas !== undefined && schemas !== null ? schemas : null;
  return {
    address: `${kind}.${key}`,
    kind,
    // A pinned object keeps the name that it has.
    name: isNonEmptyText(body.name) ? body.name : key,
    body,
    after,
    pin: id ?? null,
    protect: protect ?? false,
    adopt: adopt ?? ofSet,
    replace: replace ?? false,
    active: own && typeof active === 'boolean' ? active : null,
    run: own && run === true,
    errorHandling: own && isFields(errorHandling) ? errorHandling : null,
    schemas: ownSchemas === 'all' ? ['*'] : (ownSchemas as (string | Fields)[] | null),
    secretVersions,
  };
}

/** What an object refers to, and the versions of the secrets in its body: one walk, as specs are large. */
function referencesIn(tree: Fields, body: Fields): Pick<ProvisionObject, 'after' | 'secretVersions'> {
  const found = new Set<string>();
  const secretVersions: SecretVersions = {};
  walkValues(tree, (value, path) => {
    if (!isFields(value)) return true;
    const ref = refOf(value);
    const address = ref === undefined ? undefined : addressOfRef(ref);
    if (address !== undefined) found.add(address);
    if (!isSecretReference(value)) return ref === undefined;
    const { version } = value;
    if (Object.hasOwn(body, path[0] ?? ''))
      secretVersions[path.join('.')] = typeof version === 'number' || typeof version === 'string' ? version : '';
    return false;
  });
  return { after: [...found], secretVersions };
}
