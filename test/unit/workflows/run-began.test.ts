/** When a run began: not when the first worker came. */
import { expect, it } from '@jest/globals';
import { runBeganAt } from '../../../src/workflows/run-began';

const minute = 60_000;
const timesOf = (firstTaskAt: number, backoffMs?: number) => ({
  startTime: new Date(0),
  runStartTime: new Date(firstTaskAt),
  ...(backoffMs !== undefined && { cronScheduleToScheduleInterval: backoffMs }),
});

it.each([
  ['with its first event, though its first task came an hour later', timesOf(60 * minute), 0],
  ['after its start delay, though its first task came later', timesOf(60 * minute, 5 * minute), 5 * minute],
  ['with its first task, where a signal ended its start delay', timesOf(minute, 5 * minute), minute],
])('begins %s', (_what, times, expected) => {
  expect(runBeganAt(times)).toBe(expected);
});
