/**
 * Every text of every operation's input as a reference: at a secret place the secret is sent and comes back in no form; at
 * any other the request is refused before anything is resolved or sent.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { ApplicationFailure } from '@temporalio/common';
import type { AnyOperation } from '../../../src/polytomic/operation';
import { exampleInput, rows } from '../polytomic/support/example-inputs';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { activitiesOnFetch } from './support/activities-on-fetch';
import { allFormsOf } from './support/secret-forms';

const secret = 'pA55 w0rd/+&<of "the" warehouse>';

/** Longest dotted paths of all texts, the positions in lists among their parts. */
function textPaths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textPaths(inner, [...path, name]));
}

function withAt(value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown {
  if (name === undefined) return put;
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (String(at) === name ? withAt(item, rest, put) : item));
  const fields = value as Record<string, unknown>;
  return { ...fields, [name]: withAt(fields[name], rest, put) };
}

const namesOf = (path: readonly string[]): string => path.filter((part) => !/^\d+$/.test(part)).join('.');

/** Whether the row marks the place. */
function isSecretPlace({ secrets: { request = [], mixed = [] } }: AnyOperation, path: readonly string[]): boolean {
  const at = namesOf(path);
  return [...request, ...mixed].some((mark) => at === mark || at.startsWith(`${mark}.`));
}

/** The input, other secrets of it by a reference that is resolved to something else. */
function inputWith(row: AnyOperation, path: readonly string[], reference: unknown): unknown {
  const others = textPaths(exampleInput(row)).filter((other) => isSecretPlace(row, other));
  const written = others.reduce<unknown>(
    (input, other) => withAt(input, other, { $secret: 'other' }),
    exampleInput(row),
  );
  return withAt(written, path, reference);
}

interface Attempt {
  outcome: unknown;
  sent: string;
  asked: string[];
}

async function attempt(row: AnyOperation, input: unknown, answer: Scripted): Promise<Attempt> {
  const asked: string[] = [];
  const resolveSecret = ({ $secret: name }: { $secret: string }): string => {
    asked.push(name);
    return name === 'wanted' ? secret : 'another-secret-value';
  };
  const answerTo = ({ url }: { url: URL }): Scripted =>
    // There is no schema to be had, so that every leaf of a configuration may be a secret.
    url.pathname.startsWith('/api/connection_types/') && row.name !== 'connections.getTypeParameterValues'
      ? { status: 404 }
      : answer;
  const { sent, perform } = activitiesOnFetch(answerTo, { resolveSecret });
  const outcome: unknown = await perform(row.name, input).catch((error: unknown) => error);
  return { outcome, sent: JSON.stringify(sent.map(({ url, body }) => [url.href, body])), asked };
}

/** All that a history or a log gets to see. */
function seenOf({ outcome }: Attempt): string {
  const { message, details, stack } = (outcome ?? {}) as ApplicationFailure;
  return JSON.stringify(outcome instanceof Error ? [message, details, stack] : outcome) ?? '';
}

const places = rows.flatMap(([name, row]) =>
  textPaths(exampleInput(row)).map((path) => ({ name, row, path, field: path.join('.') })),
);
const secretPlaces = places.filter(({ row, path }) => isSecretPlace(row, path));

/** Every refusal would be a line of the log. */
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }));

describe('a reference', () => {
  it('is tried at every text of every operation', () => {
    expect(places.length).toBeGreaterThan(500);
    expect(secretPlaces.length).toBeGreaterThan(20);
  });

  it.each(places.filter((place) => !secretPlaces.includes(place)))(
    'in $name at $field is refused, before anything is resolved or sent',
    async ({ row, path, field }) => {
      const { outcome, sent, asked } = await attempt(row, inputWith(row, path, { $secret: 'wanted' }), { json: {} });
      expect(outcome).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
      expect((outcome as ApplicationFailure).details?.[0]).toContainEqual(expect.objectContaining({ field }));
      expect([sent, asked]).toEqual(['[]', []]);
    },
  );

  it.each(secretPlaces)('in $name at $field is resolved, and no answer shows it in any form', async ({ row, path }) => {
    const input = inputWith(row, path, { $secret: 'wanted' });
    const forms = allFormsOf(secret);
    const item = { id: 'i1', name: secret, description: forms.join(' '), nested: { [secret]: [...forms] } };
    const json = row.answer.kind === 'page' ? { data: [item] } : { ...item, data: item };
    const answered = await attempt(row, input, { json });
    expect(forms.some((form) => answered.sent.includes(form))).toBe(true);
    for (const form of forms) expect(seenOf(answered)).not.toContain(form);
  });

  it.each(secretPlaces)('in $name at $field is shown in no form by a refusal', async ({ row, path }) => {
    const input = inputWith(row, path, { $secret: 'wanted' });
    // All forms are tried where texts are judged; here it is whether each place is.
    for (const form of allFormsOf(secret).slice(-2)) {
      const refused = await attempt(row, input, { status: 422, json: { message: `cannot use ${form} here` } });
      expect(refused.outcome).toMatchObject({ type: 'polytomic.Rejected' });
      expect(seenOf(refused)).not.toContain(form);
      expect(seenOf(refused)).toContain('withheld');
    }
    const plain = await attempt(row, input, { status: 422, json: { message: 'authentication failed' } });
    expect(seenOf(plain)).toContain('answered 422: authentication failed');
  });
});
