/** Compares what a spec says with what is there. Only what the spec says is compared. */
import type { FieldChange } from '../../contracts/provision-plan';
import type { Fields } from '../../contracts/provision-spec';
import { truncateText } from '../quoted';
import { looksSecret } from './looks-secret';
import { canonicalJson, isFields, isSecretReference } from './values';

/** How a kind's fields are to be compared; paths are joined with dots, list positions left out. */
export interface CompareRules {
  /** Lists whose order means nothing. */
  readonly unordered: ReadonlySet<string>;
  /** Lists of objects that one field tells apart. */
  readonly keyed: Readonly<Record<string, string>>;
  /** Never returned by the API, or secret: no comparison can tell anything. */
  readonly unseen: ReadonlySet<string>;
}

/** What a comparison found. */
export interface Comparison {
  changes: FieldChange[];
  /** What was looked at, by path: two readings with equal texts differ in nothing that the spec says. */
  seen: [string, unknown][];
}

/** Stands for a secret in a plan. */
export const maskedSecret = '(secret)';
/** What Polytomic shows instead of a secret. */
export const apiMask = '********';

const maxShown = 200;

/** Every field of `desired` that `live` does not have so. */
export function compareFields(desired: Fields, live: Fields, rules: CompareRules): Comparison {
  const comparison: Comparison = { changes: [], seen: [] };
  compareInside(desired, live, { path: '', rules, comparison });
  return comparison;
}

interface Place {
  path: string;
  rules: CompareRules;
  comparison: Comparison;
}

function compareInside(desired: Fields, live: Fields, place: Place): void {
  for (const [key, value] of Object.entries(desired)) {
    const path = place.path === '' ? key : `${place.path}.${key}`;
    compareValue(value, fieldOf(live, key), { ...place, path });
  }
}

/** Some fields of configurations are answered in camel case. */
function fieldOf(live: Fields, key: string): unknown {
  if (key in live) return live[key];
  return live[key.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())];
}

function compareValue(desired: unknown, live: unknown, place: Place): void {
  const { path, rules, comparison } = place;
  if (isSecretReference(desired) || live === apiMask || rules.unseen.has(pattern(path))) return;
  if (isNothing(desired) && isNothing(live)) return void comparison.seen.push([path, null]);
  if (isFields(desired) && isFields(live)) return compareInside(desired, live, place);
  if (Array.isArray(desired) && Array.isArray(live)) return compareLists(desired, live, place);
  comparison.seen.push([path, live ?? null]);
  if (!isSame(desired, live)) comparison.changes.push(toChange(desired, live, place));
}

function compareLists(desired: unknown[], live: unknown[], place: Place): void {
  const { path, rules, comparison } = place;
  const { arranged, rest } = arrange(desired, live, rules, pattern(path));
  const differs =
    desired.length !== live.length || desired.some((item, index) => !covers(item, arranged[index], rules, path));
  // What the spec does not list goes with the write, so that an edit of it counts.
  const picked = arranged.map((item, index) => pick(desired[index], item));
  comparison.seen.push([path, [...picked, live.length, ...rest.map((item) => canonicalJson(item)).sort()]]);
  if (differs) comparison.changes.push(toChange(desired, live, place));
}

function toChange(desired: unknown, live: unknown, { path, rules: { unseen } }: Place): FieldChange {
  const hidden = { path: pattern(path), unseen };
  return { path, before: show(live, hidden), after: show(desired, hidden) };
}

/** The live list in the order of the desired one, where order means nothing, and what that one does not have. */
function arrange(
  desired: unknown[],
  live: unknown[],
  { keyed, unordered }: CompareRules,
  path: string,
): { arranged: unknown[]; rest: unknown[] } {
  const key = keyed[path];
  if (key !== undefined) {
    const keyOf = (item: unknown): string => canonicalJson(isFields(item) ? item[key] : item);
    const byKey = new Map(live.map((item) => [keyOf(item), item]));
    const wanted = new Set(desired.map(keyOf));
    return {
      arranged: desired.map((item) => byKey.get(keyOf(item))),
      rest: live.filter((item) => !wanted.has(keyOf(item))),
    };
  }
  if (!unordered.has(path)) return { arranged: live, rest: [] };
  const rest = [...live];
  const arranged = desired.map((item) => {
    const at = rest.findIndex((candidate) => covers(item, candidate, none, path));
    return at < 0 ? undefined : rest.splice(at, 1)[0];
  });
  return { arranged, rest };
}

const none: CompareRules = { unordered: new Set(), keyed: {}, unseen: new Set() };

/** Whether a live item has all that the desired one says. */
function covers(desired: unknown, live: unknown, rules: CompareRules, path: string): boolean {
  const comparison: Comparison = { changes: [], seen: [] };
  compareValue(desired, live, { path, rules, comparison });
  return comparison.changes.length === 0;
}

/** The part of a live value that the desired one names, so that what a server adds later does not count as an edit. */
function pick(desired: unknown, live: unknown): unknown {
  if (!isFields(desired) || !isFields(live)) return live ?? null;
  return Object.fromEntries(Object.keys(desired).map((key) => [key, pick(desired[key], fieldOf(live, key))]));
}

/** Without list positions. */
const pattern = (path: string): string => path.replace(/\.\d+(?=\.|$)/g, '');

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every((inner) => isNothing(inner));
}

/** Numbers and their texts are the same: configurations come back as either. */
function isSame(desired: unknown, live: unknown): boolean {
  if (typeof desired === 'number' || typeof live === 'number') return String(desired) === String(live);
  return canonicalJson(desired) === canonicalJson(live);
}

/** Where a shown value stands, and which paths must not be shown. */
interface Hidden {
  path: string;
  unseen: ReadonlySet<string>;
}

/** A value as a plan shows it: short, and without what is a secret by its place or its text. */
export function show(value: unknown, hidden: Hidden = { path: '', unseen: new Set() }): unknown {
  if (value === undefined) return null;
  const masked = maskInside(value, hidden);
  const text = typeof masked === 'string' ? masked : canonicalJson(masked);
  if (looksSecret(text)) return maskedSecret;
  return text.length > maxShown ? `${truncateText(text, maxShown)}…` : masked;
}

/** As specs and schemas write what configurations may answer in camel case. */
const toSnakeCase = (path: string): string => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A list may differ in one field, and hold secrets in others. */
function maskInside(value: unknown, { path, unseen }: Hidden): unknown {
  if (isSecretReference(value) || unseen.has(path) || unseen.has(toSnakeCase(path))) return maskedSecret;
  if (Array.isArray(value)) return value.map((item) => maskInside(item, { path, unseen }));
  if (!isFields(value)) return value;
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, maskInside(inner, { path: at(key), unseen })]),
  );
}
