import { expect, it } from '@jest/globals';
import { ServerClock } from '../../../src/polytomic/server-clock';

it('a time is as old as the clock says that went on, where a machine was suspended or its clock was set', () => {
  const times = { now: 0, monotonic: 0 };
  const clock = {
    now: () => times.now,
    monotonic: () => times.monotonic,
    random: () => 0,
    setTimer: () => () => undefined,
  };
  const server = new ServerClock(clock);
  expect(server.ageMs).toBe(Infinity);
  server.recordDate(new Date(0).toUTCString());
  times.monotonic += 5_000;
  times.now += 5_000;
  expect(server.ageMs).toBe(5_000);
  times.now += 600_000;
  expect(server.ageMs).toBe(605_000);
  times.now -= 3_600_000;
  expect(server.ageMs).toBe(2_995_000);
});
