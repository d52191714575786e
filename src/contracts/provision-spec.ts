/** What a spec of `provisionPolytomic` says, and the objects that it becomes. */

/** The kinds of objects, in the order in which they build on each other. Wire format: the sections of a spec. */
export const provisionKinds = ['connections', 'models', 'modelSyncs', 'bulkSyncs'] as const;

/** One of {@link provisionKinds}. */
export type ProvisionKind = (typeof provisionKinds)[number];

/** A JSON object whose fields nobody here knows. */
export type Fields = Record<string, unknown>;

/** Whether an object of the same name that exists already is taken over. */
export type ProvisionAdopt = 'never' | 'byName';

/** What may stand beside the API's own fields in every object of a spec. */
export interface ProvisionSettings {
  /** An existing object, by its id: it is never created, and deleted only where `deleteAdopted` names it. */
  id?: string;
  /** Refuses its deletion, its replacement included. Default false. */
  protect?: boolean;
  /** Default: that of the set, else `never`. */
  adopt?: ProvisionAdopt;
  /** Allows a change that Polytomic cannot make in place: a new object, and the old one deleted. Default false. */
  replace?: boolean;
}

/** An object of a spec: the API's own create request, and {@link ProvisionSettings}. */
export type SpecObject = ProvisionSettings & Fields;

/** A whole spec, as plain data. */
export interface ProvisionSpec {
  /** For editors: address of the JSON Schema. It means nothing else. */
  $schema?: string;
  /** Names the set; one apply at a time per organization and name. Default `default`. */
  name?: string;
  /** Which existing objects may be taken over. Default: none. */
  adopt?: ProvisionAdopt;
  /** Connections by logical name. */
  connections?: Record<string, SpecObject>;
  /** Models by logical name. */
  models?: Record<string, SpecObject>;
  /** Model syncs by logical name. */
  modelSyncs?: Record<string, SpecObject>;
  /** Bulk syncs by logical name. */
  bulkSyncs?: Record<string, SpecObject>;
  /** Carries ownership to a new logical name: `{ from: 'connections.old', to: 'connections.new' }`. */
  moved?: { from: string; to: string }[];
}

/** One file of a spec, as text. */
export interface SpecFile {
  /** Named in errors. */
  file: string;
  /** YAML, or JSON, which YAML includes. */
  text: string;
}

/** A spec in any form that the workflows take: plain data, a text, or several files to be merged. */
export type SpecInput = ProvisionSpec | string | SpecFile[];

/** Values of `{ $var: name }`. */
export type ProvisionVariables = Record<string, unknown>;

/** Versions of secrets, by the path of the field in the object's body. */
export type SecretVersions = Record<string, string | number>;

/** One object of a spec with its variables filled in; references to other objects and to secrets stand as they are. */
export interface ProvisionObject {
  /** Kind and logical name, such as `connections.warehouse`. */
  address: string;
  kind: ProvisionKind;
  /** Its name in Polytomic. */
  name: string;
  /** The create request without what stands below. */
  body: Fields;
  /** Addresses that its references name. */
  after: string[];
  pin: string | null;
  protect: boolean;
  adopt: ProvisionAdopt;
  replace: boolean;
  /** Of syncs; null: nothing is said, so a new sync becomes active and a present one stays as it is. */
  active: boolean | null;
  /** Of syncs: run it once everything is in place. */
  run: boolean;
  /** Of syncs: what the API keeps beside the sync. */
  errorHandling: Fields | null;
  /** Of bulk syncs: ids, globs, or objects with an id; null: nothing is said; `all` is `['*']`. */
  schemas: (string | Fields)[] | null;
  secretVersions: SecretVersions;
}
