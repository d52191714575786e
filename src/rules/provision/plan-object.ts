/** What is to happen to one object: pure, and without a word about endpoints. */
import { failureTypes } from '../../contracts/failure-types';
import type {
  FieldChange,
  Identity,
  LiveObject,
  Namesake,
  PlannedAction,
  PlannedChange,
  PlannedObject,
} from '../../contracts/provision-plan';
import type { OwnedObject } from '../../contracts/provision-record';
import type { Fields, ProvisionObject } from '../../contracts/provision-spec';
import { truncateText } from '../quoted';
import { compareFields, maskedSecret, type Comparison } from './compare';
import { compareRules, errorHandlingRules, lossesOf, needsReplacement, toComparable } from './kind-rules';
import { isSyncKind } from './to-objects';
import { canonicalJson, isFields } from './values';

/** What is known of an object when it is planned. */
export interface PlanFacts {
  object: ProvisionObject;
  identity: Identity;
  owned: OwnedObject | undefined;
  namesakes: readonly Namesake[];
  /** The body as the API would get it: ids for references, secret references as they are. */
  desired: Fields;
  /** Null where it does not exist. */
  live: LiveObject | null;
  /** Paths of the body that hold secrets, by the connection's type. */
  secretPaths: readonly string[];
  /** Differences of a bulk sync's schemas. */
  schemaChanges: { changes: FieldChange[]; count: number; seen: unknown };
  specHash: string;
  hash: (text: string) => string;
}

/** Most differing fields that a plan lists for an object. */
export const maxFieldChanges = 100;

/** Most problems of an object that a plan names, and how much of each. */
const maxProblems = 20;
const maxProblemLength = 500;

/** Plans one object. */
export function planObject(facts: PlanFacts): PlannedObject {
  const { object, identity, live, namesakes } = facts;
  const known = {
    fingerprint: null,
    seen: null,
    namesakes: namesakes.map(({ id }) => id),
    rotates: false,
    changedBy: null,
  };
  if (identity.state === 'blocked') {
    const change = changeOf(facts, 'blocked', { id: identity.id, reason: identity.reason, failure: identity.failure });
    return { ...known, change, origin: 'created' };
  }
  if (identity.state === 'none' || !live) {
    return {
      ...known,
      change: changeOf(facts, 'create', { id: null, reason: identity.state === 'none' ? identity.reason : null }),
      origin: 'created',
    };
  }
  const active = wantedActive(object, facts.owned, identity.origin);
  const found = compareObject({ ...facts, object: { ...object, active } }, live);
  const rotated = rotatedSecrets(object, facts.owned, identity.origin);
  const isAwaited = awaitsFirstRun(object, facts.owned, identity.origin);
  const fields = [...found.changes, ...rotated, ...(isAwaited ? [firstRunChange] : [])];
  const isUnfinished = isAwaited || facts.owned?.awaitsActivation === true;
  const action = actionFor(facts, identity.origin, fields);
  const fieldCount = facts.schemaChanges.count + fields.length;
  return {
    ...known,
    change: {
      ...changeOf(facts, fieldCount > 0 && action === 'unchanged' ? 'update' : action, {
        id: live.id,
        reason: reasonFor(action, facts, fields),
      }),
      fields: [...fields, ...facts.schemaChanges.changes].slice(0, maxFieldChanges),
      fieldCount,
      ...(isAwaited && action !== 'blocked' && { waits: ['its first run'] }),
      failure: action === 'blocked' ? failureTypes.ProvisioningFailed : null,
      problems: live.problems.slice(0, maxProblems).map((problem) => truncateText(problem, maxProblemLength)),
      loses: action === 'replace' ? [...lossesOf[object.kind]] : [],
    },
    fingerprint: facts.hash(canonicalJson([found.seen, facts.schemaChanges.seen])),
    seen:
      action === 'unchanged' && fieldCount === 0
        ? null
        : hashSeen(differing([...found.seen, schemasSeen(facts.schemaChanges.seen)], found.changes), facts.hash),
    origin: identity.origin,
    rotates: rotated.length > 0,
    ...(active !== null && found.changes.some(({ path }) => path === 'active') && { active }),
    changedBy: fieldCount === 0 ? null : isUnfinished || facts.owned?.specHash !== facts.specHash ? 'spec' : 'outside',
  };
}

/** An apply that was interrupted left the first run of a sync to the next one. */
const firstRunChange: FieldChange = { path: 'run', before: false, after: true };

/** Whether the first run of a sync that we made is still to come; of one that an intent led to, none was begun. */
export function awaitsFirstRun(
  { run, kind }: Pick<ProvisionObject, 'run' | 'kind'>,
  owned: OwnedObject | undefined,
  origin: PlannedObject['origin'],
): boolean {
  return run && isSyncKind(kind) && (owned ? owned.awaitsRun === true : origin === 'created');
}

/** A bulk sync's schemas count as one field. */
export const schemasSeen = (seen: unknown): [string, unknown] => ['schemas', seen];

/** A field that agreed with the spec needs no hash: if it differs later, it was changed. */
function differing(seen: [string, unknown][], changes: readonly FieldChange[]): [string, unknown][] {
  const changed = new Set(['schemas', ...changes.map(({ path }) => path)]);
  return seen.filter(([path]) => changed.has(path));
}

/** What was seen, field by field, short enough to be carried along. */
export function hashSeen(seen: readonly [string, unknown][], hash: (text: string) => string): Record<string, string> {
  return Object.fromEntries(seen.map(([path, value]) => [path, hash(canonicalJson(value)).slice(0, 16)]));
}

/** A sync of ours that was not activated yet is to be, unless the spec says otherwise; one that an intent led to was not. */
function wantedActive(
  { active, kind }: ProvisionObject,
  owned: OwnedObject | undefined,
  origin: PlannedObject['origin'],
): boolean | null {
  const isAwaited = owned ? owned.awaitsActivation === true : origin === 'created' && isSyncKind(kind);
  return active ?? (isAwaited ? true : null);
}

/** The comparison of everything that a spec says of an object, except schemas. */
export function compareObject(
  { object, desired, secretPaths }: Pick<PlanFacts, 'object' | 'desired' | 'secretPaths'>,
  live: LiveObject,
): Comparison {
  const rules = compareRules[object.kind];
  const unseen = new Set([...rules.unseen, ...secretPaths]);
  const body = compareFields(desired, toComparable(object.kind, live, desired), { ...rules, unseen });
  const settings = object.errorHandling
    ? compareFields(object.errorHandling, live.errorHandling ?? {}, errorHandlingRules)
    : { changes: [], seen: [] };
  const activity =
    object.active === null
      ? { changes: [], seen: [] }
      : compareFields({ active: object.active }, { active: live.active }, errorHandlingRules);
  const prefixed = settings.changes.map((change) => ({ ...change, path: `errorHandling.${change.path}` }));
  return {
    changes: [...body.changes, ...prefixed, ...activity.changes],
    seen: [
      ...body.seen,
      ...settings.seen.map(([path, value]): [string, unknown] => [`errorHandling.${path}`, value]),
      ...activity.seen,
    ],
  };
}

/** A masked value cannot be compared: the version beside it tells of a rotation. An adopted one has never been written by us. */
function rotatedSecrets(
  { secretVersions }: ProvisionObject,
  owned: OwnedObject | undefined,
  origin: PlannedObject['origin'],
): FieldChange[] {
  const known = owned?.secretVersions ?? (origin === 'created' ? {} : undefined);
  if (known === undefined) return [];
  return Object.entries(secretVersions).flatMap(([path, version]) =>
    (known[path] ?? '') === version
      ? []
      : [{ path, before: `${maskedSecret} ${known[path] ?? ''}`.trim(), after: `${maskedSecret} ${version}`.trim() }],
  );
}

function actionFor(facts: PlanFacts, origin: PlannedObject['origin'], fields: readonly FieldChange[]): PlannedAction {
  const { object, owned } = facts;
  const replaced = fields.some(({ path }) => needsReplacement(object.kind, path));
  const mayReplace = object.replace && !object.protect && origin === 'created' && !strangerIn(facts);
  if (replaced) return mayReplace ? 'replace' : 'blocked';
  if (nameTakenBy(facts, fields) !== undefined) return 'blocked';
  if (!owned && origin === 'adopted') return 'adopt';
  if (fields.length === 0) return 'unchanged';
  return fields.every(({ path }) => path === 'name') ? 'rename' : 'update';
}

/** A namesake of the new object of a replacement: no second one is made beside it. */
const strangerIn = ({ namesakes, live }: PlanFacts): string | undefined =>
  namesakes.find(({ id }) => id !== live?.id)?.id;

/** A new name that another object has, which does not belong to this set: no second one is made beside it. */
function nameTakenBy({ namesakes, live }: PlanFacts, fields: readonly FieldChange[]): string | undefined {
  if (!fields.some(({ path }) => path === 'name')) return undefined;
  return namesakes.find(({ id, claimedBy }) => id !== live?.id && !(claimedBy && 'address' in claimedBy))?.id;
}

function reasonFor(action: PlannedAction, facts: PlanFacts, fields: readonly FieldChange[]): string | null {
  const { object } = facts;
  const taken = nameTakenBy(facts, fields);
  const path = fields.find((field) => needsReplacement(object.kind, field.path))?.path;
  if (path === undefined && taken !== undefined)
    return `${taken} has that name already and is not ours: give this one another name, or rename that one`;
  if (path === undefined || (action !== 'blocked' && action !== 'replace')) return null;
  if (action === 'replace') return `${path} cannot be changed in place`;
  if (object.protect) return `${path} cannot be changed in place, and the object is protected`;
  const stranger = strangerIn(facts);
  if (object.replace && stranger !== undefined)
    return `${path} cannot be changed in place, and ${stranger} has the new one's name already`;
  return object.replace
    ? `${path} cannot be changed in place, and an object that we did not create is never replaced`
    : `${path} cannot be changed in place: say "replace: true" to have a new object made and this one deleted`;
}

function changeOf(
  { object }: Pick<PlanFacts, 'object'>,
  action: PlannedAction,
  { id, reason, failure = null }: { id: string | null; reason: string | null; failure?: string | null },
): PlannedChange {
  return {
    address: object.address,
    kind: object.kind,
    name: object.name,
    id,
    action,
    fields: [],
    fieldCount: 0,
    reason,
    failure,
    problems: [],
    waits: waitsFor(object, action),
    loses: [],
  };
}

function waitsFor(object: ProvisionObject, action: PlannedAction): string[] {
  if (action !== 'create' && action !== 'update' && action !== 'replace') return [];
  if (isSyncKind(object.kind)) return object.run && action !== 'update' ? ['its first run'] : [];
  if (object.kind === 'models') return ['its fields'];
  return [...(action === 'update' ? [] : consentOf(object)), 'a test of the connection', 'its schemas'];
}

/** Only the answer to its create tells for sure; who gives credentials is asked for none. */
function consentOf({ body: { configuration }, secretVersions }: ProvisionObject): string[] {
  const mode = isFields(configuration) ? configuration.connect_mode : undefined;
  if (mode === 'browser' || mode === 'code') return ["its owner's consent"];
  const isAsked = mode === undefined && Object.keys(secretVersions).length === 0;
  return isAsked ? ["its owner's consent, if Polytomic asks for it"] : [];
}
