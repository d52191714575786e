import { describe, expect, it } from '@jest/globals';
import { isLoopback, parseBaseUrl } from '../../../src/polytomic/url';

describe('the base URL', () => {
  it.each([
    [undefined, 'https://app.polytomic.com'],
    ['polytomic.example.com', 'https://polytomic.example.com'],
    ['polytomic.example.com:8443/', 'https://polytomic.example.com:8443'],
    ['https://polytomic.example.com///', 'https://polytomic.example.com'],
    ['https://polytomic.example.com/api', 'https://polytomic.example.com'],
    ['https://polytomic.example.com/api/', 'https://polytomic.example.com'],
    ['https://example.com/polytomic/', 'https://example.com/polytomic'],
    ['http://localhost:4600', 'http://localhost:4600'],
    ['http://127.0.0.1:4600/', 'http://127.0.0.1:4600'],
    ['http://[::1]:4600', 'http://[::1]:4600'],
  ])('%s is read as %s', (text, expected) => {
    expect(parseBaseUrl(text)).toBe(expected);
  });

  it.each([
    ['http://polytomic.example.com', 'allowHttp'],
    ['http://127.0.0.1.example.com', 'allowHttp'],
    ['ftp://polytomic.example.com', 'https'],
    ['https://user:pass@polytomic.example.com', 'user name'],
    ['https://polytomic.example.com?x=1', 'query'],
    ['two words', 'host'],
    ['', 'host'],
  ])('%s is refused, naming what is wrong', (text, told) => {
    expect(() => parseBaseUrl(text)).toThrow(told);
  });

  it('may be plain http to another machine when told so', () => {
    expect(parseBaseUrl('http://polytomic.internal', true)).toBe('http://polytomic.internal');
  });

  it.each([
    ['localhost', true],
    ['app.localhost', false],
    ['127.1.2.3', true],
    ['[::1]', true],
    ['10.0.0.1', false],
    ['localhost.example.com', false],
  ])('%s is this machine: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
