/** Objects that refer to each other as plain JSON: each once, by number, so that what was one object is one again. */

/** A value inside an object: itself, another object's number, or a number that JSON has no word for. */
type Encoded = string | number | boolean | null | { readonly ref: number } | { readonly number: string };

/** One object: its kind (`object`, `array`, `map`, `set` or the name of a class) and what it holds. */
type Node = readonly [kind: string, content: unknown];

/** A graph as plain JSON; the first object is the root. */
export type ObjectGraph = readonly Node[];

/** Classes by the names under which a graph holds their instances. */
export type Classes = Readonly<Record<string, { readonly prototype: object }>>;

/**
 * Encodes everything that the root leads to. Dates become text.
 *
 * @throws TypeError on a function, and on an instance of any other class, since neither can be brought back.
 */
export function encodeGraph(root: object, classes: Classes): ObjectGraph {
  const numbers = new Map<object, number>();
  const found: object[] = [];
  const encode = (value: unknown): Encoded => {
    if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Encoded;
    if (typeof value !== 'object') throw new TypeError(`a ${typeof value} cannot be kept in a snapshot`);
    if (value instanceof Date) return value.toJSON();
    const known = numbers.get(value) ?? found.push(value) - 1;
    numbers.set(value, known);
    return { ref: known };
  };
  encode(root);
  const nodes: Node[] = [];
  // Encoding an object finds others, which the loop then comes to: no recursion, however long a chain of objects is.
  for (const object of found) nodes.push(encodeObject(object, { classes, encode }));
  return nodes;
}

function encodeObject(
  object: object,
  { classes, encode }: { classes: Classes; encode: (value: unknown) => Encoded },
): Node {
  if (Array.isArray(object)) return ['array', object.map((item) => encode(item ?? null))];
  if (object instanceof Map) return ['map', [...object].map(([key, value]) => [encode(key), encode(value)])];
  if (object instanceof Set) return ['set', [...object].map(encode)];
  const prototype: unknown = Object.getPrototypeOf(object);
  const plain = prototype === Object.prototype || prototype === null;
  const [name] = Object.entries(classes).find(([, known]) => known.prototype === prototype) ?? [];
  if (!plain && name === undefined) throw new TypeError(`a ${object.constructor.name} cannot be kept in a snapshot`);
  const fields = Object.entries(object).filter(([, value]) => value !== undefined);
  return [name ?? 'object', Object.fromEntries(fields.map(([field, value]) => [field, encode(value)]))];
}

/** The root of a graph with everything that it leads to, all of it new. Throws a RangeError on what is no graph. */
export function decodeGraph(graph: ObjectGraph, classes: Classes): object {
  const objects = graph.map(([kind]) => emptyObject(kind, classes));
  const decode = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    return 'ref' in value ? objects[value.ref as number] : Number((value as { number: string }).number);
  };
  for (const [index, [, content]] of graph.entries()) fill(objects[index], { content, decode });
  const [root] = objects;
  if (root === undefined) throw new RangeError('the graph is empty');
  return root;
}

function emptyObject(kind: string, classes: Classes): object {
  const known: Readonly<Record<string, () => object>> = {
    object: () => ({}),
    array: () => [],
    map: () => new Map(),
    set: () => new Set(),
  };
  const made = known[kind]?.() ?? (classes[kind] && (Object.create(classes[kind].prototype) as object));
  if (made === undefined) throw new RangeError(`the graph holds a ${kind}, which is unknown here`);
  return made;
}

function fill(
  object: object | undefined,
  { content, decode }: { content: unknown; decode: (value: unknown) => unknown },
): void {
  if (Array.isArray(object)) object.push(...(content as unknown[]).map(decode));
  else if (object instanceof Map)
    for (const [key, value] of content as unknown[][]) object.set(decode(key), decode(value));
  else if (object instanceof Set) for (const item of content as unknown[]) object.add(decode(item));
  else Object.assign(object ?? {}, mapValues(content as Record<string, unknown>, decode));
}

const mapValues = (fields: Record<string, unknown>, decode: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decode(value)]));
