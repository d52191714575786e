/** Checks of a seed that was read from a file: each names the place of what is wrong, and what was expected there. */

/** A seed that cannot be read: names every wrong field and what was expected, one a line. */
export class SeedError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'SeedError';

  constructor(
    /** Each names a field and what was expected there. */
    readonly problems: readonly string[],
  ) {
    super(problems.join('\n'));
  }
}

/** What is wrong with the value, each by its place; nothing where it fits. `path` is the place of the value. */
export type FindProblems = (value: unknown, path: string) => readonly string[];

/** One check of a seed. */
export interface Check extends FindProblems {
  /** What fits, for the reference page. */
  readonly expects: string;
  /** The fields of an object, of a list's items or of a map's values. */
  readonly fields?: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
}

const checkOf = (expects: string, check: FindProblems, more: Pick<Check, 'fields' | 'required'> = {}): Check =>
  Object.assign(check, { expects, ...more });

/** The problem of one value. */
export const problemAt = (path: string, expected: string): readonly string[] => [`${path}: expected ${expected}`];

const noProblems: readonly string[] = [];

const unless = (fits: boolean, path: string, expected: string): readonly string[] =>
  fits ? noProblems : problemAt(path, expected);

/** Anything at all. */
export const anything = checkOf('anything', () => noProblems);

/** Some text. */
export const text = checkOf('text', (value, path) =>
  unless(typeof value === 'string' && value !== '', path, 'some text'),
);

/** Yes or no. */
export const flag = checkOf('true or false', (value, path) =>
  unless(typeof value === 'boolean', path, 'true or false'),
);

/** Milliseconds or a count. */
export const amount = checkOf('a number from 0 up', (value, path) =>
  unless(typeof value === 'number' && value >= 0, path, 'a number from 0 up'),
);

/** One of some words. */
export const oneOf = (words: readonly string[]): Check =>
  checkOf(`one of ${words.join(', ')}`, (value, path) =>
    unless(
      words.some((word) => word === value),
      path,
      `one of ${words.join(', ')}`,
    ),
  );

/** A list. */
export const listOf = (item: Check): Check =>
  checkOf(
    `a list: ${item.expects}`,
    (value, path) =>
      Array.isArray(value)
        ? value.flatMap((entry, index) => item(entry, `${path}[${index}]`))
        : problemAt(path, 'a list'),
    item,
  );

/** Values by any names. */
export const mapOf = (item: Check): Check =>
  checkOf(
    `by name: ${item.expects}`,
    (value, path) =>
      isObject(value)
        ? Object.entries(value).flatMap(([name, entry]) => item(entry, `${path}.${name}`))
        : problemAt(path, 'an object'),
    item,
  );

/** An object with these fields and no others. */
export const object = (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  checkOf(
    'an object',
    (value, path) => {
      if (!isObject(value)) return problemAt(path === '' ? 'the seed' : path, 'an object');
      const wrong = Object.entries(value).flatMap(([name, entry]) => {
        const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
        const place = path === '' ? name : `${path}.${name}`;
        return check?.(entry, place) ?? problemAt(place, `no such field, only ${Object.keys(fields).join(', ')}`);
      });
      const missing = required.filter((name) => !Object.hasOwn(value, name));
      return [...wrong, ...missing.flatMap((name) => problemAt(`${path}.${name}`, 'a value, as it is required'))];
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
export const custom = (expects: string, check: FindProblems): Check => checkOf(expects, check);

/** The check with other fields than it has by itself on the reference page, as where an object is one form of several. */
export const withFields = (check: Check, { fields, required }: Check): Check =>
  checkOf(check.expects, (value, path) => check(value, path), { fields, required });

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
