/** No text that others wrote stops a worker: the cost of looking at it grows as its length does. */
import { describe, expect, it } from '@jest/globals';
import { toFailure } from '../../../src/activities/failure';
import { trimAnswer } from '../../../src/activities/trim-answer';
import { cutMessage } from '../../../src/executions/wire-values';
import { redactText } from '../../../src/polytomic/redact';
import { createSelection } from '../../../src/rules/selection';
import { isReference } from '../../../src/inputs/secret-references';
import { findLiteralSecrets } from '../../../src/inputs/secret-fields';
import { createTextGuard } from '../../../src/polytomic/secret-text';
import { leavesOf } from '../../../src/secrets/references';
import { growth, maxPasses, passes, timesAsMuch } from './cpu-time';

const twoMegabytes = 2 * 1024 * 1024;

const filled = (unit: string): string => unit.repeat(Math.ceil(twoMegabytes / unit.length)).slice(0, twoMegabytes);

/** What made, or might make, expressions try again from every place. */
const hostile = [
  'http://-',
  'http://',
  'https://a?',
  '?key',
  '?',
  '&',
  '=',
  '?key=',
  '?a=',
  ';a=',
  '#a',
  '?page_token=x',
  '://:',
  '@',
  '-',
  '*a',
  'aA',
  '/',
];

describe.each(hostile)('2 MB of %j', (unit) => {
  const text = filled(unit);

  it('in an error cost no stall', () => {
    expect(passes(() => toFailure(new Error(text)))).toBeLessThan(maxPasses);
  });

  it('in an answer that no row describes cost no stall', () => {
    expect(passes(() => trimAnswer({ name: text, [text]: 'x' }))).toBeLessThan(maxPasses);
  });

  it('in the message of a run cost no stall', () => {
    expect(passes(() => cutMessage(`https://a.example/b${text}`))).toBeLessThan(maxPasses);
  });

  it('in the message of a refusal cost no stall', () => {
    expect(passes(() => redactText(text, ['a secret']))).toBeLessThan(maxPasses);
  });
});

describe('the most globs that a filter may hold', () => {
  /** One fails in its middle, one at its last character. */
  const globs = Array.from({ length: 100 }, (_, index) =>
    index % 2 === 0 ? `*${'a'.repeat(126)}b${'?'.repeat(126)}` : `*${'a'.repeat(126)}${'?'.repeat(126)}b`,
  );

  it.each([255, twoMegabytes])('cost no stall on ten names of %d characters', (length) => {
    const name = 'a'.repeat(length);
    const syncs = Array.from({ length: 10 }, (_, id) => ({
      id: `${id}`,
      name,
      active: true,
      source: null,
      target: null,
      mode: null,
    }));
    expect(passes(() => syncs.filter(createSelection({ exclude: globs })))).toBeLessThan(maxPasses);
  });
});

describe('an input of very many values', () => {
  const listOf = (length: number, value: unknown): unknown[] => Array.from({ length }, () => value);
  /** Made before anything is measured. */
  const inputs = new Map([2_000, 32_000].map((size) => [size, listOf(size, 'a text that is no secret')]));
  const inputOf = (size: number): unknown => inputs.get(size);

  it.each<[string, (input: unknown) => unknown]>([
    ['for secrets that are written out', (input) => findLiteralSecrets({ target: { configuration: { x: input } } })],
    ['for references', (input) => leavesOf({ configuration: { x: input } })],
  ])('is searched %s at a cost that grows as their number does', (_what, search) => {
    const twenty = (size: number): void => listOf(20, 0).forEach(() => search(inputOf(size)));
    expect(growth(twenty, 2_000, 1.6)).toBeLessThan(1.6);
  });

  it('costs nothing to be told from a reference', () => {
    const thousand = (size: number): void => listOf(2_000, 0).forEach(() => isReference(inputOf(size)));
    expect(growth(thousand, 2_000, 0.5)).toBeLessThan(0.5);
  });
});

describe('a text that may quote its request', () => {
  it('is withheld where the request holds more texts than can be looked for', () => {
    const others = Array.from({ length: 1_001 }, (_, index) => `text ${index}`);
    expect(createTextGuard({ secrets: [], others })('refused: text 7')).toBeUndefined();
    expect(createTextGuard({ secrets: [], others: others.slice(1) })('refused: text 7')).toBe('refused: [redacted]');
  });

  it('is not searched for texts that are longer than itself', () => {
    const guard = createTextGuard({ secrets: [], others: ['x'.repeat(4 * twoMegabytes)] });
    const pass = (): string => encodeURIComponent('x'.repeat(twoMegabytes));
    expect(timesAsMuch(() => guard('refused'), pass, 1)).toBeLessThan(1);
  });
});
