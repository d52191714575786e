/** Ids of Polytomic: UUIDs, which it writes in lower case and takes in any. */

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of Polytomic's ids. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** The id as Polytomic writes it; other texts stay as they are. */
export function normalizeId(id: string): string {
  return isUuid(id) ? id.toLowerCase() : id;
}

/** Whether two ids name the same object. */
export function isSameId(one: string, other: string): boolean {
  return one === other || normalizeId(one) === normalizeId(other);
}
