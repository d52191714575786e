/** Merges what a spec says into what is there, for writes that replace everything. */
import type { Fields } from '../contracts/provision-spec';
import { isFields } from '../rules/provision/values';

/** `desired` laid over `live`, object by object; lists are replaced. */
export function mergeDeep(live: Fields, desired: Fields): Fields {
  const merged = { ...live };
  for (const [key, value] of Object.entries(desired)) {
    const present = merged[key];
    merged[key] = isFields(value) && isFields(present) ? mergeDeep(present, value) : value;
  }
  return merged;
}

/** As {@link mergeDeep}, except that these fields are taken whole: their parts mean nothing alone. */
export function mergeBody(live: Fields, desired: Fields, whole: readonly string[]): Fields {
  const kept = Object.fromEntries(Object.entries(live).filter(([key]) => !(whole.includes(key) && key in desired)));
  return mergeDeep(kept, desired);
}

/** Lists that come as null, and texts that may be absent. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** An object of an answer. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Without fields that are empty texts: in writes Polytomic reads those as absent. */
export function withoutEmptyTexts(body: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => !(names.includes(key) && value === '')));
}
