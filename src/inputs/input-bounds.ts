/** Bounds of every input, checked before anything looks into it. */

/** Nothing that we take is deeper; recursion ends well before it could overflow. */
export const maxDepth = 100;
/** Texts and names of fields together, characters. */
const maxCharacters = 1024 * 1024;
/** Values in all, each entry of a list and each field counted. */
const maxValues = 100_000;

/** What is wrong with the size of an input; undefined where nothing is. Walks without recursion. */
export function boundsProblem(input: unknown): string | undefined {
  let [characters, values] = [0, 0];
  const left: [value: unknown, depth: number][] = [[input, 0]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, depth] = next;
    values += 1;
    if (typeof value === 'string') characters += value.length;
    if (values > maxValues) return `expected at most ${maxValues} values in all`;
    if (characters > maxCharacters) return `expected at most ${maxCharacters} characters in all`;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) return `expected at most ${maxDepth} levels, one inside the other`;
    if (Array.isArray(value)) {
      if (values + value.length > maxValues) return `expected at most ${maxValues} values in all`;
      for (const item of value) left.push([item, depth + 1]);
    } else {
      for (const [name, inner] of Object.entries(value)) {
        characters += name.length;
        left.push([inner, depth + 1]);
      }
    }
  }
  return undefined;
}
