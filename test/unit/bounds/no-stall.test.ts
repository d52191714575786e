/** No text that others wrote stops a worker: the cost of looking at it grows as its length does. */
import { describe, expect, it } from '@jest/globals';
import { toFailure } from '../../../src/activities/failure';
import { trimAnswer } from '../../../src/activities/trim-answer';
import { redactText } from '../../../src/polytomic/redact';
import { createSelection } from '../../../src/rules/selection';
import { cpuMs } from './cpu-time';

/** Well above what linear code takes on a busy machine, well below what a quadratic expression takes. */
const stallMs = 100;
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
    expect(cpuMs(() => toFailure(new Error(text)))).toBeLessThan(stallMs);
  });

  it('in an answer that no row describes cost no stall', () => {
    expect(cpuMs(() => trimAnswer({ name: text, [text]: 'x' }))).toBeLessThan(stallMs);
  });

  it('in the message of a refusal cost no stall', () => {
    expect(cpuMs(() => redactText(text, ['a secret']))).toBeLessThan(stallMs);
  });
});

describe('the most globs that a filter may hold', () => {
  const globs = Array.from(
    { length: 100 },
    (_, index) => `*${'a'.repeat(126)}${String.fromCharCode(98 + (index % 24))}${'?'.repeat(126)}`,
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
    expect(cpuMs(() => syncs.filter(createSelection({ exclude: globs })))).toBeLessThan(stallMs);
  });
});
