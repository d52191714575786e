import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../src/polytomic/clock';

const day = 86_400_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('calls back once after months, though no timer of Node lasts for one', () => {
  const called = jest.fn();
  systemClock.setTimer(100 * day, called);
  jest.advanceTimersByTime(100 * day - 1);
  expect(called).not.toHaveBeenCalled();
  jest.advanceTimersByTime(100 * day);
  expect(called).toHaveBeenCalledTimes(1);
});

it('calls back never once cancelled, however late', () => {
  const called = jest.fn();
  const cancel = systemClock.setTimer(100 * day, called);
  jest.advanceTimersByTime(60 * day);
  cancel();
  jest.advanceTimersByTime(100 * day);
  expect(called).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

it('calls back never where there is no end', () => {
  const called = jest.fn();
  const cancel = systemClock.setTimer(Infinity, called);
  jest.advanceTimersByTime(100 * day);
  cancel();
  expect(called).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});
