/** Checks a JSON value against a type as contract.json writes it. */

/**
 * A field's type alone, or with the versions that have it. `undeclared` ones stand in the documentation's prose only, those
 * with `inProse` do so in these versions.
 */
export type Field =
  | string
  | {
      readonly type: string;
      readonly versions?: readonly string[];
      readonly undeclared?: boolean;
      readonly inProse?: readonly string[];
    };
/** Fields by name; an `alias` entry alone stands for another type. */
export type FieldTable = Readonly<Record<string, Field>>;

/** One operation of the API; an operation whose verb changed between versions has several. */
export interface ContractOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly versions: readonly string[];
  readonly query?: FieldTable;
  readonly body?: FieldTable;
  /** Name of the answer's shape in `types`; absent where the answer is empty. */
  readonly answer?: string;
  /** The same up to 2024-02-08, where that is another shape. */
  readonly olderAnswer?: string;
  /** Status of success where it is not 200. */
  readonly status?: number;
  /** Only in older versions, and nothing that the client speaks. */
  readonly legacy?: boolean;
  /** Statuses of failure that the newest version declares. */
  readonly errors: readonly number[];
}

/**
 * The shape of contract.json. A type is written `string`, `X[]`, `A|B`, `Record<string,X>` or a name from `enums` or
 * `types`; `?` behind it allows null, `!` requires the field.
 */
export interface Contract {
  readonly versions: readonly string[];
  readonly operations: readonly ContractOperation[];
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly types: Readonly<Record<string, FieldTable>>;
  /** Fields of answers that only the newest version has, by type. */
  readonly newer: Readonly<Record<string, readonly string[]>>;
}

/** What is wrong with a value. */
export interface Issue {
  readonly kind: 'missing' | 'unknown' | 'wrong';
  readonly path: string;
  readonly expected: string;
}

interface Place {
  readonly path: string;
  readonly contract: Contract;
}

/** A type and where in the request its value stands. */
interface Typed extends Place {
  readonly type: string;
}

/** Name of the answer's shape in that version; undefined where the answer is empty. */
export const answerTypeOf = ({ answer, olderAnswer }: ContractOperation, version: string): string | undefined =>
  version === '2025-09-18' ? answer : (olderAnswer ?? answer);

/** The type of a field, whichever way it is written. */
export const typeOf = (field: Field): string => (typeof field === 'string' ? field : field.type);

/** The first issue of an object's fields, or undefined. A null optional field counts as absent. */
export function checkValue(value: unknown, { fields, ...place }: Place & { fields: FieldTable }): Issue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong(place.path, 'expected an object');
  for (const [name, item] of Object.entries(value)) {
    const path = `${place.path}.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return { kind: 'unknown', path, expected: 'no such field here' };
    const issue = item === null ? undefined : checkType(item, { ...place, type: typeOf(field), path });
    if (issue !== undefined) return issue;
  }
  for (const [name, field] of Object.entries(fields)) {
    if (typeOf(field).endsWith('!') && ((value as Record<string, unknown>)[name] ?? null) === null) {
      return { kind: 'missing', path: `${place.path}.${name}`, expected: 'required, but missing' };
    }
  }
  return undefined;
}

/** Checks for the types that are written out, by name. */
const plainTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'date-time': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

/** The first issue of a value of the given type, or undefined. */
export function checkType(value: unknown, { type: written, ...place }: Typed): Issue | undefined {
  const type = written.replace(/!$/, '').replace(/\?$/, '');
  if (value === null) return written.includes('?') ? undefined : wrong(place.path, `expected ${type}`);
  if (isList(type)) return checkList(value, { ...place, type: type.slice(0, -2) });
  if (type.startsWith('Record<'))
    return checkRecord(value, { ...place, type: type.slice('Record<string,'.length, -1) });
  const options = type.replace(/^\(|\)$/g, '').split('|');
  if (options.length > 1) return checkUnion(value, { ...place, options });
  return checkNamed(value, { ...place, type });
}

/** A list of one type; a union whose last option is a list is none. */
const isList = (type: string): boolean => type.endsWith('[]') && (type.startsWith('(') || !type.includes('|'));

function checkNamed(value: unknown, { type, ...place }: Typed): Issue | undefined {
  const plain = plainTypes[type];
  if (plain !== undefined) return plain(value) ? undefined : wrong(place.path, `expected ${type}`);
  if (type.startsWith('"')) return value === JSON.parse(type) ? undefined : wrong(place.path, `expected ${type}`);
  const values = place.contract.enums[type];
  if (values !== undefined) {
    return values.some((known) => known === value)
      ? undefined
      : wrong(place.path, `expected one of ${values.join(', ')}`);
  }
  const fields = place.contract.types[type];
  if (fields === undefined) throw new Error(`contract.json names an unknown type: ${type}`);
  if (fields.alias !== undefined) return checkType(value, { ...place, type: typeOf(fields.alias) });
  return checkValue(value, { fields, ...place });
}

function checkList(value: unknown, typed: Typed): Issue | undefined {
  if (!Array.isArray(value)) return wrong(typed.path, 'expected a list');
  for (const [index, item] of value.entries()) {
    const issue = checkType(item, { ...typed, path: `${typed.path}[${index}]` });
    if (issue !== undefined) return issue;
  }
  return undefined;
}

function checkRecord(value: unknown, typed: Typed): Issue | undefined {
  if (!plainTypes['object']?.(value)) return wrong(typed.path, 'expected an object');
  for (const [name, item] of Object.entries(value as Record<string, unknown>)) {
    const issue = checkType(item, { ...typed, path: `${typed.path}.${name}` });
    if (issue !== undefined) return issue;
  }
  return undefined;
}

/** Of several options the last one's issue is told: it is the object form, which says most. */
function checkUnion(value: unknown, { options, ...place }: Place & { options: readonly string[] }): Issue | undefined {
  let last: Issue | undefined;
  for (const type of options) {
    last = checkType(value, { ...place, type });
    if (last === undefined) return undefined;
  }
  return last;
}

const wrong = (path: string, expected: string): Issue => ({ kind: 'wrong', path, expected });
