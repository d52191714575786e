/** What zod found wrong with a value, in our own words: the one place for inputs and requests. */
import type { z } from 'zod';

type Found = z.core.$ZodIssue;

/** What a message may hold. */
export interface DescribeOptions {
  /** Numbers and booleans are quoted as they are given. Texts never are: a secret may have been put into the wrong field. */
  quotesValues: boolean;
}

/** Such as `expected a string, got a list`, or `missing; expected a string`. Parse with `reportInput`, so that it can say so. */
export function describeIssue(issue: Found, { quotesValues }: DescribeOptions): string {
  if (issue.code === 'custom') return issue.message;
  const expected = expectedBy(issue);
  const given = givenTo(issue);
  if (given === undefined) return `missing; expected ${expected}`;
  const isOfType = issue.code === 'invalid_type';
  const saysGiven = isOfType || (quotesValues && typeof given !== 'string');
  return `expected ${expected}${saysGiven ? `, got ${quotesValues ? valueOf(given) : kindOf(given)}` : ''}`;
}

/** The value at the issue's path. Of a field that selects the branch of a union, zod reports the object that it is in. */
function givenTo(issue: Found): unknown {
  const isInside = issue.code === 'invalid_union' && issue.discriminator !== undefined;
  if (!isInside || typeof issue.input !== 'object' || issue.input === null) return issue.input;
  return (issue.input as Record<string, unknown>)[issue.discriminator ?? ''];
}

/** Words of zod's own, where a shape has none that know better. */
const wordsOfZod = /^(?:Invalid|Too big|Too small)\b/;

/** What should have been there. */
function expectedBy(issue: Found): string {
  if (issue.code === 'invalid_type') return nouns[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  if (!wordsOfZod.test(issue.message)) return issue.message;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${units[issue.origin] ?? ''}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum}${units[issue.origin] ?? ''}`;
  if (issue.code !== 'invalid_union') return 'another value';
  return [...new Set(issue.errors.flatMap(([first]) => (first ? expectedBy(first) : [])))].join(' or ');
}

function oneOf(values: readonly unknown[]): string {
  const listed = values.map((value) => `'${String(value)}'`).join(', ');
  return values.length === 1 ? listed : `one of ${listed}`;
}

const nouns: Record<string, string> = {
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const units: Record<string, string> = { string: ' characters', array: ' entries' };

function valueOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
