import { describe, expect, it } from '@jest/globals';
import { createNameTest, maxGlobbedLength } from '../../../src/rules/glob';

/** The same globs as a regular expression: right, but slow on texts that are made for it. */
function fitsByExpression(text: string, glob: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 'su').test(text);
}

/** Texts in which each number below the count of all that have such a length stands for one. */
function textOf(number: number, length: number, alphabet: string[]): string {
  return Array.from({ length }, (_, at) => alphabet[Math.floor(number / alphabet.length ** at) % alphabet.length]).join(
    '',
  );
}

function textsUpTo(length: number, alphabet: string[]): string[] {
  const lengths = Array.from({ length: length + 1 }, (_, index) => index);
  return lengths.flatMap((one) =>
    Array.from({ length: alphabet.length ** one }, (_, number) => textOf(number, one, alphabet)),
  );
}

describe('a glob', () => {
  it('fits the texts that the same regular expression fits, all short ones', () => {
    const texts = textsUpTo(5, ['a', 'b']);
    for (const glob of textsUpTo(5, ['a', 'b', '*', '?'])) {
      const fits = createNameTest([glob]);
      const wrong = texts.filter((text) => fits(text) !== fitsByExpression(text, glob));
      expect([glob, wrong]).toEqual([glob, []]);
    }
  });

  it.each([30, 31, 32, 33, 63, 64, 65, 100, maxGlobbedLength - 1])(
    'counts right in a text of %d characters',
    (length) => {
      const text = `${'a'.repeat(length)}b`;
      const cases: [glob: string, isFit: boolean][] = [
        ['*b', true],
        [`${'a'.repeat(length)}?`, true],
        [`${'?'.repeat(length)}b`, true],
        [`${'?'.repeat(length + 1)}b`, false],
        [`${'?'.repeat(length - 1)}b`, false],
        [`*${'a'.repeat(length)}b*`, true],
        [`*${'a'.repeat(length + 1)}b`, false],
        [`a*${'?'.repeat(length)}`, true],
        [`a*${'?'.repeat(length + 1)}`, false],
        ['*b?', false],
        ['*a', false],
      ];
      expect(cases.filter(([glob, isFit]) => createNameTest([glob])(text) !== isFit)).toEqual([]);
    },
  );

  it('takes a character of two code units for one', () => {
    expect(createNameTest(['?'])('😀')).toBe(true);
    expect(createNameTest(['??'])('😀')).toBe(false);
    expect(createNameTest(['*😀*'])('a😀b')).toBe(true);
  });
});
