/** When a schema refresh is over: the documentation tells it in three ways. */
import { describe, expect, it } from '@jest/globals';
import { isRefreshed } from '../../../src/activities/long-jobs/refresh-schemas';

const at = (minute: number | null): string | null =>
  minute === null ? null : `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`;
const times = ([started, finished]: [number | null, number | null]) => ({
  last_refresh_started: at(started),
  last_refresh_finished: at(finished),
});

describe('a refresh is over', () => {
  it.each<[string, [number | null, number | null], [number | null, number | null], boolean]>([
    ['once it has finished since', [0, 5], [10, 12], true],
    ['not before it has begun', [0, 5], [0, 5], false],
    ['not while it runs', [0, 5], [10, 5], false],
    ['once the first one ever has finished', [null, null], [10, 12], true],
    ['not while the first one ever runs', [null, null], [10, null], false],
    ['not while nothing is known', [null, null], [null, null], false],
    ['when it took no measurable time', [0, 5], [10, 10], true],
    ['not when an older one ended, and a newer one began', [6, 5], [10, 8], false],
    ['when its start is not told', [0, 5], [null, 12], true],
    ['when one that was found in progress has ended, as nothing tells it from ours', [6, 5], [6, 8], true],
  ])('%s', (_what, before, now, expected) => {
    expect(isRefreshed(times(now), times(before))).toBe(expected);
  });
});
