import { describe, expect, it } from '@jest/globals';
import { trimAnswer } from '../../../src/activities/trim-answer';

describe('a URL in an answer', () => {
  it.each([
    'https://h/p?X-Amz-Signature=abc',
    'https://h/p?a=1&token=abc',
    'https://h/p?a=1&amp;token=abc',
    'https://h/p?a=1;token=abc',
    'https://h/p#access_token=abc',
    'https://h/p?page_token=a;sig=abc',
    'https://h/p?page_token=a#token=abc',
  ])('that is signed is cut: %s', (url) => {
    expect(trimAnswer({ url })).toEqual({ url: `${url.slice(0, url.search(/[?#]/))}?[redacted]` });
  });

  it.each(['https://h/p?page_token=abc', 'https://h/p?a=1#key', 'https://h/p?sig', 'https://h/tokens?a=1'])(
    'that is not is kept: %s',
    (url) => {
      expect(trimAnswer({ url })).toEqual({ url });
    },
  );
});
