/** Cuts what goes to activities into payloads of a bounded size. */
import { canonicalJson } from '../../rules/provision/values';

/** Most objects, and most bytes, of one activity. */
const maxItems = 50;
const maxBytes = 200_000;

/** Batches within the limits; one item that alone is larger has a batch of its own. */
export function batchesOf<T>(
  items: readonly T[],
  limits: { maxItems: number; maxBytes: number } = { maxItems, maxBytes },
): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = canonicalJson(item).length;
    const batch = batches.at(-1);
    if (batch && batch.length < limits.maxItems && bytes + size <= limits.maxBytes) {
      batch.push(item);
      bytes += size;
    } else {
      batches.push([item]);
      bytes = size;
    }
  }
  return batches;
}
