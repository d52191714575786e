/** Turns what zod found into issues that name each bad field and what was expected there. */
import type { z } from 'zod';
import type { InputIssue } from '../contracts/failure-types';
import { shorten } from '../rules/quoted';

type Found = z.core.$ZodIssue;

/** More would not fit into a failure. */
const maxIssues = 100;

/** The first hundred issues of zod as our own, each reported once. Parse with `reportInput`, so that they can say what was given. */
export function toInputIssues(found: readonly Found[]): InputIssue[] {
  const issues = found
    .slice(0, maxIssues)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .slice(0, maxIssues)
            .map((key) => ({ field: fieldAt([...issue.path, key]), message: issue.message }))
        : [{ field: fieldAt(issue.path), message: messageOf(issue) }],
    );
  // A value may break several rules that share one message.
  const reported = new Map(issues.map((issue) => [JSON.stringify([issue.field, issue.message]), issue]));
  return [...reported.values()].slice(0, maxIssues);
}

/** Path as a person writes it: `start.schemas[0]`; `input` for the input itself. Cut where names in it are very long. */
export function fieldAt(path: readonly PropertyKey[]): string {
  const written = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return shorten(written.replace(/^\./, '')) || 'input';
}

function messageOf(issue: Found): string {
  if (issue.code === 'custom') return issue.message;
  const expected = expectedBy(issue);
  const given = givenTo(issue);
  if (given === undefined) return `missing; expected ${expected}`;
  // Texts are never told: a secret may have been put into the wrong field.
  const told = typeof given === 'string' && issue.code !== 'invalid_type' ? '' : `, got ${kindOf(given)}`;
  return `expected ${expected}${told}`;
}

/** What stands at the issue's path. Of a field by which a union is told apart, zod reports the object that it is in. */
function givenTo(issue: Found): unknown {
  const isInside = issue.code === 'invalid_union' && issue.discriminator !== undefined;
  if (!isInside || typeof issue.input !== 'object' || issue.input === null) return issue.input;
  return (issue.input as Record<string, unknown>)[issue.discriminator ?? ''];
}

/** What should have been there, in words. Shapes that know better say so in their own message. */
function expectedBy(issue: Found): string {
  if (issue.code === 'invalid_type') return nouns[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => `'${String(value)}'`).join(', ')}`;
  return issue.message;
}

const nouns: Record<string, string> = { int: 'a whole number', array: 'a list', object: 'an object' };

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'a string';
  return Array.isArray(value) ? 'a list' : 'an object';
}
