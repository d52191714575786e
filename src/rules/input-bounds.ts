/** Bounds of every input, checked before anything looks into it. */

/** Nothing that we take is deeper; recursion ends well before it could overflow. */
const maxDepth = 100;
/** Texts and names of fields together, characters. */
const maxCharacters = 1024 * 1024;
/** Values in all, each entry of a list and each field counted. What looks into an input costs more by the value than by the character. */
const maxValues = 50_000;

/** What is wrong with an input that is deeper. */
export const depthProblem = `expected at most ${maxDepth} levels, one inside the other`;

/** What is wrong with the size of an input; undefined where nothing is. Walks without recursion. */
export function boundsProblem(input: unknown): string | undefined {
  let [characters, values] = [0, 1];
  const left: unknown[] = [input];
  const depths: number[] = [0];
  while (left.length > 0) {
    const value = left.pop();
    const depth = depths.pop() ?? 0;
    if (typeof value === 'string') characters += value.length;
    if (characters > maxCharacters) return `expected at most ${maxCharacters} characters in all`;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) return depthProblem;
    const names = Array.isArray(value) ? undefined : Object.keys(value);
    values += names?.length ?? (value as unknown[]).length;
    if (values > maxValues) return `expected at most ${maxValues} values in all`;
    for (const name of names ?? []) characters += name.length;
    const inner = names ? names.map((name) => (value as Record<string, unknown>)[name]) : (value as unknown[]);
    for (const one of inner) {
      left.push(one);
      depths.push(depth + 1);
    }
  }
  return undefined;
}
