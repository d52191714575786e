/** Finds texts in an input that are no valid Unicode. */

/** More are not reported. */
const maxFound = 100;

/** What is wrong with such a text. JSON can write it; Temporal cannot hold it in a failure, nor a URL in its path. */
export const malformedMessage = 'expected valid Unicode, found half of a surrogate pair';

/** The paths of the first hundred texts and names of fields that hold half of a surrogate pair. Walks without recursion. */
export function malformedPaths(input: unknown): PropertyKey[][] {
  const found: PropertyKey[][] = [];
  const left: { value: unknown; path: PropertyKey[] }[] = [{ value: input, path: [] }];
  for (let one = left.pop(); one !== undefined && found.length < maxFound; one = left.pop()) {
    const { value, path } = one;
    if (typeof value === 'string' && !value.isWellFormed()) found.push(path);
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) value.forEach((entry, index) => left.push({ value: entry, path: [...path, index] }));
    else {
      for (const [name, inner] of Object.entries(value)) {
        const at = [...path, name];
        if (!name.isWellFormed()) found.push(at);
        left.push({ value: inner, path: at });
      }
    }
  }
  return found.slice(0, maxFound);
}
