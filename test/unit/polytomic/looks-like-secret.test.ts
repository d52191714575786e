/** What tells of a secret where no schema does. */
import { describe, expect, it } from '@jest/globals';
import { looksLikeSecret, maskShapes } from '../../../src/polytomic/looks-like-secret';
import { maxPasses, passes } from '../bounds/cpu-time';

describe('a name', () => {
  it.each([
    'password',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'access_token',
    'clientSecret',
    'Authorization',
    'credentials',
    ...[
      'pass',
      'passcode',
      'pin',
      'dbpassword',
      'clientsecret',
      'secret_id',
      'secretkey',
      'accesskey',
      'SASToken',
      'jwt',
    ],
    ...['refreshtoken', 'accesstoken', 'pem', 'privatekey', 'sshkey', 'keyfile', 'keytab', 'certificate', 'creds'],
    ...['connection_string', 'connectionString', 'dsn', 'jdbc_url', 'webhook_url', 'headers', 'session_id', 'otp'],
    ...['passwd', 'client_certificate', 'ca_cert', 'service_account', 'sas_url', 'database_url', 'storageAccountKey'],
  ])('%s tells of a secret', (name) => expect(looksLikeSecret(name, 'text')).toBe(true));

  it.each([
    ...['hostname', 'primary_key', 'partitionKey', 'token_url', 'access_key_id', 'auth_type', 'keyspace', 'monkey'],
    ...[
      'auth_method',
      'auth_mode',
      'oauth_token_expiry',
      'aws_access_key_id',
      'page_token',
      'next_cursor',
      'bypass',
      'url',
    ],
  ])('%s does not', (name) => expect(looksLikeSecret(name, 'text')).toBe(false));

  it.each([
    ...['-----BEGIN RSA PRIVATE KEY-----', '{"private_key": "x"}', 'postgres://user:pass@db/x'],
    ...['AKIAIOSFODNN7EXAMPLE', `ghp_${'a1'.repeat(18)}`, 'xoxb-1234567890-abcdef', `sk_live_${'a1'.repeat(8)}`],
    'https://hooks.slack.com/services/T000/B000/XXXX',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'Server=db;Database=app;Password=geheim;',
  ])('does not matter where the text is %s', (text) => expect(looksLikeSecret('service', text)).toBe(true));

  it('does not make a secret of an empty text', () => {
    expect(looksLikeSecret('password', '')).toBe(false);
  });
});

describe('the shapes of keys', () => {
  it('are masked in the midst of a text, and nothing else is', () => {
    const text = 'cannot use AKIAIOSFODNN7EXAMPLE at postgres://etl:geheim@db.example/app for the sync';
    expect(maskShapes(text, '***')).toBe('cannot use *** at postgres://etl:***@db.example/app for the sync');
  });

  it('are found in linear time, whatever the text', () => {
    const seeds = [
      'eyJ',
      '-eyJ',
      '://a:',
      'AKIA',
      '-----BEGIN ',
      'password=',
      'ghp_',
      'eyJabcdefgh.',
      '?key',
      'a.eyJaaaaaaaa',
    ];
    for (const seed of seeds) {
      const text = seed.repeat(200_000 / seed.length);
      const cost = passes(() => maskShapes(text, '***'));
      expect([seed, cost < maxPasses]).toEqual([seed, true]);
    }
  });
});
