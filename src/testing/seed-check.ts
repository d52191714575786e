/** Checks of a seed that was read from a file: each refuses by the place of the value and what was expected there. */

/** A seed that cannot be read: names the field and what was expected. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/** Throws a {@link SeedError} unless the value fits; `path` is its place. */
export type Check = (value: unknown, path: string) => void;

const refuse = (path: string, expected: string): never => {
  throw new SeedError(`${path}: expected ${expected}`);
};

/** Anything at all. */
export const anything: Check = () => undefined;

/** Some text. */
export const text: Check = (value, path) => {
  if (typeof value !== 'string' || value === '') refuse(path, 'some text');
};

/** Yes or no. */
export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse(path, 'true or false');
};

/** Milliseconds or a count. */
export const amount: Check = (value, path) => {
  if (typeof value !== 'number' || !(value >= 0)) refuse(path, 'a number from 0 up');
};

/** One of some words. */
export const oneOf =
  (words: readonly string[]): Check =>
  (value, path) => {
    if (!words.some((word) => word === value)) refuse(path, `one of ${words.join(', ')}`);
  };

/** A list. */
export const listOf =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'a list');
    for (const [index, entry] of value.entries()) item(entry, `${path}[${index}]`);
  };

/** Values by any names. */
export const mapOf =
  (item: Check): Check =>
  (value, path) => {
    for (const [name, entry] of entriesOf(value, path)) item(entry, `${path}.${name}`);
  };

/** How an object's fields are checked. */
export interface ObjectOptions {
  /** Fields without a check may be there: they are the API's. Default false. */
  readonly open?: boolean;
  readonly required?: readonly string[];
}

/** An object with these fields. */
export const object =
  (fields: Readonly<Record<string, Check>>, { open = false, required = [] }: ObjectOptions = {}): Check =>
  (value, path) => {
    const entries = entriesOf(value, path);
    for (const [name, entry] of entries) {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const place = path === '' ? name : `${path}.${name}`;
      if (check === undefined && !open) refuse(place, `no such field, only ${Object.keys(fields).join(', ')}`);
      check?.(entry, place);
    }
    const missing = required.find((name) => !entries.some(([present]) => present === name));
    if (missing !== undefined) refuse(`${path}.${missing}`, 'a value, as it is required');
  };

/** Text in some cases, in all others what the other check takes. */
export const textOr =
  (other: Check): Check =>
  (value, path) =>
    typeof value === 'string' ? text(value, path) : other(value, path);

function entriesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  return refuse(path === '' ? 'the seed' : path, 'an object');
}
