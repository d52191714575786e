/** Cuts lists to what may enter a history, by their size there. */

/** How much of a list is kept. */
export interface ListLimit {
  /** Entries. */
  readonly most: number;
  /** Size as JSON; characters of other scripts, and those that JSON escapes, take several bytes each. */
  readonly bytes: number;
}

/** As many of the first items as the limit allows. */
export function fitting<T>(items: readonly T[], { most, bytes }: ListLimit): T[] {
  let left = bytes;
  const firstTooMany = items.findIndex((item, index) => {
    left -= Buffer.byteLength(JSON.stringify(item)) + 1;
    return index >= most || left < 0;
  });
  return firstTooMany < 0 ? [...items] : items.slice(0, firstTooMany);
}

/** Whether the limit allows all of them. */
export function fits(items: readonly unknown[], limit: ListLimit): boolean {
  return fitting(items, limit).length === items.length;
}
