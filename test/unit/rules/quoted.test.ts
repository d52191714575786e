/** How texts of others are cut. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shorten, truncateText } from '../../../src/rules/quoted';

it('cuts between characters: what is left is valid Unicode, and as long as it may be', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 50 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 60 }), (given, maxLength) => {
      const cut = truncateText(given, maxLength);
      expect([given.startsWith(cut), cut.isWellFormed(), shorten(given, maxLength).isWellFormed()]).toEqual([
        true,
        true,
        true,
      ]);
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(given.length, maxLength - 1));
      expect(cut.length).toBeLessThanOrEqual(maxLength);
    }),
  );
  expect(truncateText('ab\u{1f600}', 3)).toBe('ab');
});
