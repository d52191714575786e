/** Turns what zod found into issues that name each bad field and what was expected there. */
import type { z } from 'zod';
import type { InputIssue } from '../contracts/failure-types';
import { describeIssue } from '../polytomic/describe-issue';
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
        : [{ field: fieldAt(issue.path), message: describeIssue(issue, { quotesValues: true }) }],
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
