/** Checks of a seed that was read from a file: each refuses by the place of the value and what was expected there. */

/** A seed that cannot be read: names the field and what was expected. */
export class SeedError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'SeedError';
}

/** Throws a {@link SeedError} unless the value fits; `path` is its place. */
export interface Check {
  (value: unknown, path: string): void;
  /** What fits, for the reference page. */
  readonly expects: string;
  /** The fields of an object, of a list's items or of a map's values. */
  readonly fields?: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
}

const checkOf = (
  expects: string,
  check: (value: unknown, path: string) => void,
  more: Pick<Check, 'fields' | 'required'> = {},
): Check => Object.assign(check, { expects, ...more });

/** Refuses a value by its place. */
export const refuse = (path: string, expected: string): never => {
  throw new SeedError(`${path}: expected ${expected}`);
};

/** Anything at all. */
export const anything = checkOf('anything', () => undefined);

/** Some text. */
export const text = checkOf('text', (value, path) => {
  if (typeof value !== 'string' || value === '') refuse(path, 'some text');
});

/** Yes or no. */
export const flag = checkOf('true or false', (value, path) => {
  if (typeof value !== 'boolean') refuse(path, 'true or false');
});

/** Milliseconds or a count. */
export const amount = checkOf('a number from 0 up', (value, path) => {
  if (typeof value !== 'number' || !(value >= 0)) refuse(path, 'a number from 0 up');
});

/** One of some words. */
export const oneOf = (words: readonly string[]): Check =>
  checkOf(`one of ${words.join(', ')}`, (value, path) => {
    if (!words.some((word) => word === value)) refuse(path, `one of ${words.join(', ')}`);
  });

/** A list. */
export const listOf = (item: Check): Check =>
  checkOf(
    `a list: ${item.expects}`,
    (value, path) => {
      if (!Array.isArray(value)) return refuse(path, 'a list');
      for (const [index, entry] of value.entries()) item(entry, `${path}[${index}]`);
    },
    item,
  );

/** Values by any names. */
export const mapOf = (item: Check): Check =>
  checkOf(
    `by name: ${item.expects}`,
    (value, path) => {
      for (const [name, entry] of entriesOf(value, path)) item(entry, `${path}.${name}`);
    },
    item,
  );

/** An object with these fields and no others. */
export const object = (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  checkOf(
    'an object',
    (value, path) => {
      const entries = entriesOf(value, path);
      for (const [name, entry] of entries) {
        const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
        const place = path === '' ? name : `${path}.${name}`;
        if (check === undefined) refuse(place, `no such field, only ${Object.keys(fields).join(', ')}`);
        check?.(entry, place);
      }
      const missing = required.find((name) => !entries.some(([present]) => present === name));
      if (missing !== undefined) refuse(`${path}.${missing}`, 'a value, as it is required');
    },
    { fields, required },
  );

/** Text in some cases, in all others what the other check takes. */
export const textOr = (other: Check): Check =>
  checkOf(
    `text, or ${other.expects}`,
    (value, path) => (typeof value === 'string' ? text(value, path) : other(value, path)),
    other,
  );

/** What another function checks. */
export const custom = (expects: string, check: (value: unknown, path: string) => void): Check =>
  checkOf(expects, check);

/** The check with other fields than it has by itself on the reference page, as where an object is one form of several. */
export const withFields = (check: Check, { fields, required }: Check): Check =>
  checkOf(check.expects, (value, path) => check(value, path), { fields, required });

function entriesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  return refuse(path === '' ? 'the seed' : path, 'an object');
}
