/** What each row marks as secret, followed from the input to the error and from the answer to what is kept of it. */
import { describe, expect, it } from '@jest/globals';
import type { PolytomicClient } from '../../../src/polytomic/client';
import type { AnyOperation } from '../../../src/polytomic/operation';
import { redact, secretsIn } from '../../../src/polytomic/redact';
import { exampleInput, rows } from './support/example-inputs';
import { caught, scriptedClient } from './support/scripted-fetch';

const key = 'test-key-1234';

/** The client's method of a dotted name. */
function methodOf(client: PolytomicClient, name: string): (input: unknown) => Promise<unknown> {
  return name.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], client) as never;
}

/** Everything that a log could show of an error. */
function shown(error: unknown): string {
  const { message, stack } = error as Error;
  return [String(error), message, stack, JSON.stringify(error), JSON.stringify(Object.entries(error as object))].join();
}

/** Every text in a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** An object in which the dotted path leads to the value. */
function nest(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, part) => ({ [part]: [inner], other: 1 }), value) as object;
}

const marksOf = ({ secrets }: AnyOperation): string[] => [
  ...(secrets.request ?? []),
  ...(secrets.mixed ?? []),
  ...(secrets.unquoted ?? []),
];
const asking = rows.filter(([, row]) => marksOf(row).length > 0);
const answering = rows.flatMap(([name, row]) =>
  (row.secrets.answer ?? []).map((path): [string, string, AnyOperation] => [name, path, row]),
);

describe('no secret of a request', () => {
  it.each(asking)('of %s goes unmarked where its name tells that it is one', (_name, row) => {
    const input = exampleInput(row);
    const secret = textsOf(input).filter((text) => text.includes('secret'));
    expect(secretsIn(row, input)).toEqual(expect.arrayContaining(secret));
    expect(secret.length).toBeGreaterThanOrEqual(marksOf(row).length);
  });

  it.each(rows)('is shown by %s when the vendor quotes the whole request, in whatever form', async (name, row) => {
    const input = exampleInput(row);
    const quoted = secretsIn(row, input);
    const forms = [...quoted, ...quoted.map(encodeURIComponent), JSON.stringify(input), `key ${key}`];
    const { client, sent } = scriptedClient([
      { status: 422, json: { message: `${forms.join(' ').slice(0, 20_000)} https://s3.example/x?signature=abc` } },
    ]);
    const refused = await caught(methodOf(client, name)(input));
    expect(sent).toHaveLength(1);
    expect(refused).toMatchObject({ code: 'Rejected', operation: name });
    [...quoted, key, 'signature=abc'].forEach((text) => expect(shown(refused)).not.toContain(text));
  });

  it.each(rows)('is shown by %s when the connection breaks with the address in its error', async (name, row) => {
    const input = exampleInput(row);
    const { client } = scriptedClient([{ error: new Error(`cannot reach ${JSON.stringify(input)} with ${key}`) }]);
    const error = await caught(methodOf(client, name)(input));
    expect(error).toMatchObject({ code: 'Network' });
    [...secretsIn(row, input), key, 'id of?'].forEach((text) => expect(shown(error)).not.toContain(text));
  });

  it.each(rows)('is shown by %s when the input is refused', async (name, row) => {
    const { client, sent } = scriptedClient([]);
    const error = await caught(methodOf(client, name)({ ...exampleInput(row), colour: 'secret-colour' }));
    expect(sent).toHaveLength(0);
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'colour', message: 'unknown field' }] });
    [...secretsIn(row, exampleInput(row)), 'secret-colour'].forEach((text) => expect(shown(error)).not.toContain(text));
  });
});

describe('no secret of an answer', () => {
  it.each(answering)('of %s survives at %s', (_name, path, row) => {
    const item = nest(path, { deep: ['top-secret'] });
    const answer = row.answer.kind === 'page' ? { items: [item, item], nextPageToken: 't' } : item;
    const kept = JSON.stringify(redact(row, answer));
    expect(kept).not.toContain('top-secret');
    expect(kept).toContain('"other":1');
  });
});
