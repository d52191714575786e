import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mapOperations, type AnyOperation } from '../../../src/polytomic/operation';
import { operations } from '../../../src/polytomic/operations';
import { redact, redactText, secretsIn } from '../../../src/polytomic/redact';

const rows: AnyOperation[] = [];
mapOperations(operations, (_name, row) => rows.push(row));

/** An object in which the dotted path leads to the value. */
function nest(path: string, value: unknown): Record<string, unknown> {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner, other: 1 }), value) as Record<
    string,
    unknown
  >;
}

describe('redacting an answer', () => {
  it('drops the passphrase of one sync and keeps the rest', () => {
    const sync = { id: 's', encryption_passphrase: 'p', target: { connection_id: 'c' } };
    expect(redact(operations.modelSync.get, sync)).toEqual({ id: 's', target: { connection_id: 'c' } });
    expect(sync.encryption_passphrase).toBe('p');
  });

  it('drops the secret of every webhook in a list', () => {
    const page = { items: [{ id: 'a', secret: 'p' }, { id: 'b' }], nextPageToken: 't' };
    expect(redact(operations.webhooks.list, page)).toEqual({
      items: [{ id: 'a' }, { id: 'b' }],
      nextPageToken: 't',
    });
  });

  it('walks through lists on the way', () => {
    const logs = { entries: [{ id: '1', payload: { sql: 'x' } }, { id: '2' }] };
    expect(redact(operations.bulkSync.executions.getConsoleLogs, logs)).toEqual({
      entries: [{ id: '1' }, { id: '2' }],
    });
  });

  it.each([[undefined], [null], ['text'], [{ items: null }]])('leaves %j as it is', (value) => {
    expect(redact(operations.connections.list, value)).toEqual(value);
  });

  const marked = rows.flatMap((row) =>
    (row.secrets.answer ?? []).map((path): [string, string, AnyOperation] => [row.name, path, row]),
  );

  it.each(marked)('of %s leaves nothing of %s', (_name, path, row) => {
    const item = nest(path, 'top-secret');
    const answer = row.answer.kind === 'page' ? { items: [item, item] } : item;
    expect(JSON.stringify(redact(row, answer))).not.toContain('top-secret');
    expect(JSON.stringify(redact(row, answer))).toContain('"other":1');
  });
});

describe('the secrets of a request', () => {
  it('are the texts in marked fields', () => {
    const input = { id: 's', name: 'n', encryption_passphrase: 'phrase' };
    expect(secretsIn(operations.modelSync.update, input)).toEqual(['phrase']);
    expect(secretsIn(operations.modelSync.get, input)).toEqual([]);
  });

  it('are found at any depth below a marked field', () => {
    const row = { ...operations.modelSync.update, secrets: { request: ['list.configuration'] } };
    const input = { list: [{ configuration: { a: 'x', b: [{ c: 'y' }], d: 5 } }, {}], name: 'n' };
    expect(secretsIn(row, input)).toEqual(['x', 'y']);
  });
});

describe('redacting a text', () => {
  it('hides secrets also where they are encoded or quoted', () => {
    const secret = 'a b"c/d';
    const text = `plain ${secret}, url ${encodeURIComponent(secret)}, json ${JSON.stringify({ secret })}`;
    expect(redactText(text, [secret])).toBe('plain [redacted], url [redacted], json {"secret":"[redacted]"}');
  });

  it('drops the query of every URL and keeps its place', () => {
    const text = 'see https://s3.example/b/k.csv?X-Amz-Signature=abc&e=1, or http://x.example#frag';
    expect(redactText(text, [])).toBe('see https://s3.example/b/k.csv?[redacted] or http://x.example?[redacted]');
  });

  it('does not hide texts too short to be secrets', () => {
    expect(redactText('a cab', ['a', 'cab', ''])).toBe('a cab');
  });

  it('lets no secret through, whatever stands around it', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40 })
      .filter((text) => !'[redacted]'.includes(text) && text.trim() !== '');
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, hidden, after) => {
        const text = redactText(`${before}${hidden}${after}`, [hidden]);
        expect(text.replaceAll('[redacted]', '\0')).not.toContain(hidden);
      }),
      { numRuns: 2_000 },
    );
  });
});
