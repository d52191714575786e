import { describe, expect, it } from '@jest/globals';
import { isComparable, tooFewRecords } from '../../../src/rules/records-ratio';

describe('the records of a run', () => {
  const past = [100, 90, 110, 100, 120];

  it.each([
    ['are enough at the share of the median', 50, past, undefined],
    [
      'are too few below it',
      49,
      past,
      '49 records, fewer than minRecordsRatio 0.5 of 100, the median of the last 5 runs',
    ],
    [
      'are too few where none are reported, and those of past runs are',
      null,
      past,
      'an unreported number of records, fewer than minRecordsRatio 0.5 of 100, the median of the last 5 runs',
    ],
    ['decide nothing with four past runs', 0, past.slice(1), undefined],
    ['decide nothing with none', null, [], undefined],
    ['are enough where past runs had none', 0, [0, 0, 0, 0, 0, 900], undefined],
    [
      'are compared with the middle of an even number',
      54,
      [100, 100, 100, 120, 130, 140],
      '54 records, fewer than minRecordsRatio 0.5 of 110, the median of the last 6 runs',
    ],
    [
      'are compared with the last ten',
      49,
      [...past, ...past, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      '49 records, fewer than minRecordsRatio 0.5 of 100, the median of the last 10 runs',
    ],
  ])('%s', (_name, total, runs, reason) => {
    expect(tooFewRecords(total, runs, 0.5)).toBe(reason);
  });

  it.each([0.07, 0.14, 0.28, 0.55, 0.56, 0.57, 0.58])('are enough at just the share of the median, %d', (ratio) => {
    expect(tooFewRecords(Math.round(ratio * 100), [100, 100, 100, 100, 100], ratio)).toBeUndefined();
  });

  it.each([
    [true, 'bulk', {}],
    [true, 'bulk', { schemas: ['a'], resyncMode: 'resync' }],
    [false, 'bulk', { test: true }],
    [true, 'model', { resync: true }],
    [false, 'model', { test: true }],
    [false, 'model', { identities: ['a'] }],
    [false, 'model', { sourceIdentities: [] }],
  ] as const)('are compared: %s, of a %s run started with %j', (isCompared, kind, start) => {
    const { schemas, ...rest } = { schemas: undefined, ...start };
    const options = JSON.parse(JSON.stringify({ ...rest, schemas })) as Parameters<typeof isComparable>[0]['start'];
    expect(isComparable({ kind, start: options })).toBe(isCompared);
  });
});
