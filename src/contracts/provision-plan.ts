/** What a plan says. */
import type { Fields, ProvisionKind } from './provision-spec';

/** What would happen to an object. */
export type PlannedAction = 'create' | 'adopt' | 'update' | 'rename' | 'replace' | 'unchanged' | 'delete' | 'blocked';

/** One field that differs. Secrets are shown as `(secret)`, long values are cut. */
export interface FieldChange {
  /** Field of the request. */
  path: string;
  /** Its value in Polytomic. */
  before: unknown;
  /** Its value in the spec. */
  after: unknown;
}

/** One object of a plan. */
export interface PlannedChange {
  /** Place in the spec, such as `connections.warehouse`. */
  address: string;
  /** Kind of the object. */
  kind: ProvisionKind;
  /** Name in Polytomic. */
  name: string;
  /** Null while it does not exist. */
  id: string | null;
  /** What would be done about it. */
  action: PlannedAction;
  /** The first 100 fields that differ; fewer where a plan is large. */
  fields: FieldChange[];
  /** How many fields differ. */
  fieldCount: number;
  /** Why it is blocked, deleted or replaced. */
  reason: string | null;
  /** The failure type that a blocked object stands for; null for all others. */
  failure: string | null;
  /** What Polytomic says is wrong with a sync as it is. */
  problems: string[];
  /** What apply will wait for. */
  waits: string[];
  /** Of a replacement and a deletion: what goes with the old object. */
  loses: string[];
}

/** Result of `planPolytomic`. */
export interface ProvisionPlan {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Give it to an apply as `planHash`, and nothing else than this is done. */
  hash: string;
  /** `unknown`: the set has no record, so nothing will be deleted. */
  ownership: 'known' | 'unknown';
  /**
   * What would be done, in order. Of a large set the objects that stay unchanged are left out first; differing fields are
   * named as far as there is room.
   */
  changes: PlannedChange[];
  /** How many changes are left out of `changes`; the hash and the counts are those of the whole plan. */
  omitted: number;
  /** Objects by what would happen to them. */
  counts: Record<PlannedAction, number>;
  /** True where apply would write nothing. */
  empty: boolean;
}

/** What is remembered of an object between plan and write. */
export interface PlannedObject {
  change: PlannedChange;
  /** Hash of the compared fields as they are; null while the object does not exist. */
  fingerprint: string | null;
  /** Hashes of the fields that differ, one by one, of an object that is to be changed; else null. */
  seen: Record<string, string> | null;
  /** Ids of the namesakes, in order. */
  namesakes: string[];
  /** It becomes ours as this, or is ours already. */
  origin: 'created' | 'adopted' | 'pinned';
  /** A secret's version differs from that of the last write. */
  rotates: boolean;
  /** What the `active` of a present sync is to become; absent: it stays. */
  active?: boolean;
  /** Of a drift: who changed what differs. */
  changedBy: 'spec' | 'outside' | null;
}

/** Fields of a live object, as a kind reads them: in the form of the create request. */
export interface LiveObject {
  id: string;
  name: string;
  /** Of connections: the id of their type. */
  type: string | null;
  body: Fields;
  active: boolean | null;
  errorHandling: Fields | null;
  problems: string[];
}

/** An object that exists under the name, as a list tells it. */
export interface Namesake {
  id: string;
  /** RFC 3339; null where the API does not say. */
  createdAt: string | null;
  /** Address in this set that has it already, or the name of another set. */
  claimedBy: { address: string } | { set: string } | null;
}

/** Which object is meant: none yet, one, or nobody can say. */
export type Identity =
  | { state: 'none'; reason: string | null }
  | { state: 'known'; id: string; origin: PlannedObject['origin'] }
  | { state: 'blocked'; id: string | null; failure: string; reason: string };
