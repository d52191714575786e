/** Texts of a server that may quote a secret. */
import { describe, expect, it } from '@jest/globals';
import { scriptedClient } from './support/scripted-fetch';
import { maskAnswer } from '../../../src/polytomic/mask-answer';
import { createTextGuard } from '../../../src/polytomic/secret-text';
import { allFormsOf } from '../activities/support/secret-forms';
import { maxPasses, passes } from '../bounds/cpu-time';

const pem = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'Yk3oCWm2a7yPq0b1',
  '-----END PRIVATE KEY-----',
].join('\n');
const account = JSON.stringify({
  type: 'service_account',
  project_id: 'acme-1',
  private_key: pem,
  client_email: 'etl@acme.example',
});
const dsn = 'postgres://etl:g%40heim7@db.acme.example:5432/app?sslpassword=tls-pass';

const quotes: [string, string, string][] = [
  ...allFormsOf('S3cr3t/Warehouse+PW <1>').map((form): [string, string, string] => [
    `form ${form}`,
    'S3cr3t/Warehouse+PW <1>',
    form,
  ]),
  ['hexadecimal', 'S3cr3t-Warehouse', Buffer.from('S3cr3t-Warehouse').toString('hex')],
  ['another case', 'S3cr3t-Warehouse', 'S3CR3T-WAREHOUSE'],
  ['four fifths of it', 'S3cr3t-Warehouse-PW', 'S3cr3t-Warehous'],
  ['base64 of a percent-encoded form', 'S3cr3t/Warehouse', Buffer.from('S3cr3t%2FWarehouse').toString('base64')],
  ['a line of a key', pem, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'],
  ['a line of a key in a service account file', account, 'Yk3oCWm2a7yPq0b1'],
  ['the email in a service account file', account, 'etl@acme.example'],
  ['the password of a DSN', dsn, 'g@heim7'],
  ['the password of a DSN as it is written', dsn, 'g%40heim7'],
  ['another part of a DSN', dsn, 'tls-pass'],
  ['a part of a connection string', 'Server=db;Database=app;Password=geheim;', 'geheim'],
];

describe('a text', () => {
  it.each(quotes)('that quotes %s is withheld', (_what, secret, quoted) => {
    expect(createTextGuard({ secrets: [secret] })(`cannot use ${quoted} at all`)).toBeUndefined();
  });

  it('is withheld, whatever it is, where a secret is shorter than six characters', () => {
    expect(createTextGuard({ secrets: ['12345'] })('authentication failed')).toBeUndefined();
    expect(createTextGuard({ secrets: ['123456'] })('authentication failed')).toBe('authentication failed');
  });

  it.each([...quotes.map(([, secret]) => secret)])('that is plain stays readable: secret %#', (secret) => {
    const text = 'password authentication failed for user "reporting"';
    expect(createTextGuard({ secrets: [secret] })(text)).toBe(text);
  });

  it.each(allFormsOf('key/of+the worker'))('has the credential masked: %s', (form) => {
    const shown = createTextGuard({ secrets: [], credential: ['key/of+the worker'] })(`bad ${form}`);
    expect(shown ?? '').not.toContain(form);
  });

  it('has the shape of other keys masked', () => {
    expect(createTextGuard({ secrets: [] })('no AKIAIOSFODNN7EXAMPLE here')).toBe('no [redacted] here');
  });

  it('takes time in proportion to what is looked at, at most ten passes', () => {
    const guard = createTextGuard({ secrets: [pem, account, dsn], credential: ['test-key-1234'] });
    for (const seed of ['%41', '\\u0041', '&#65;', 'YWFh', '4141', 'http://-', '://a:', 'eyJ']) {
      const text = seed.repeat(2_000_000 / seed.length);
      const cost = passes(() => guard(text));
      expect([seed, cost < maxPasses]).toEqual([seed, true]);
    }
  });
});

describe('an answer', () => {
  const secret = 'S3cr3t/Warehouse';

  it('has secrets masked in texts, configurations and names of fields', () => {
    const answer = {
      name: `a ${secret}`,
      configuration: { client_id: secret, url: `x?p=${encodeURIComponent(secret)}` },
      [secret]: 1,
    };
    expect(maskAnswer(answer, [secret])).toEqual({
      ...{ name: 'a [redacted]', configuration: { client_id: '[redacted]', url: 'x?p=[redacted]' }, '[redacted]': 1 },
    });
  });

  it('keeps ids, statuses, times and counts', () => {
    const answer = {
      id: 'i1',
      status: 'running',
      created_at: '2026-11-26T10:00:00Z',
      count: 7,
      items: [{ sync_id: 's1' }],
    };
    expect(maskAnswer(answer, ['running', '2026-11-26T10:00:00Z', '7'])).toEqual(answer);
  });

  it.each([{ id: secret }, { items: [{ connection_id: secret }] }, { ids: ['a', `x-${secret}`] }])(
    'whose id is a secret fails the call: %j',
    (answer) => expect(() => maskAnswer(answer, [secret])).toThrow(expect.objectContaining({ name: 'SecretInId' })),
  );

  it('has texts masked whole that hold a secret too short to be replaced', () => {
    expect(maskAnswer({ id: 'a1', name: 'PIN 123' }, ['123'])).toEqual({ id: 'a1', name: '[redacted]' });
  });
});

describe('the key of the worker', () => {
  const apiKey = 'key+of/the=worker%&';

  it.each([apiKey, encodeURIComponent(apiKey), Buffer.from(apiKey).toString('base64')])(
    'is masked in an answer that repeats it as %s',
    async (written) => {
      const sync = { id: 's1', name: `x ${written} y`, status: 'active' };
      const { client } = scriptedClient([{ json: { data: sync } }], { apiKey });
      const answer = await client.modelSync.get({ id: 's1' });
      expect(answer).toMatchObject({ id: 's1', status: 'active', name: expect.stringContaining('[redacted]') });
      expect(JSON.stringify(answer)).not.toContain(written);
    },
  );
});
