/** What a read means for those who wait, by what came before it. */
import { describe, expect, it } from '@jest/globals';
import { classifyReadError, ReadHistory } from '../../../src/executions/reads/classify-read';
import type { PolytomicErrorCode } from '../../../src/polytomic/errors';
import { apiError } from '../watcher/simulation/simulated-polytomic';

const minute = 60_000;
const second = 1_000;

/** How long such an error must last until a run is given up; null: for ever. */
function givenUpAfterMs(
  code: PolytomicErrorCode,
  { wasRead = true, createdAt = Infinity, keyRefusedForMs = (_now: number) => null as number | null } = {},
) {
  const history = new ReadHistory();
  history.createdAt = createdAt;
  if (wasRead) history.recordAnswer();
  for (let now = 0; now <= 60 * minute; now += second) {
    const at = { now, serverNow: now, keyRefusedForMs: keyRefusedForMs(now) };
    const failure = classifyReadError(history, apiError(code), at);
    if (failure.type !== 'unread') return [failure.type, now];
  }
  return null;
}

describe('an error that lasts', () => {
  it.each([
    ['InvalidRequest', 'unreadable', 0],
    ['NotSupported', 'unreadable', 0],
    ['NotFound', 'unreadable', 10 * minute],
    ['Forbidden', 'unreadable', 10 * minute],
    ['Rejected', 'unreadable', 10 * minute],
    ['Unauthorized', 'keyRefused', 10 * minute],
  ] as const)('%s is %s after %i ms', (code, type, ms) => {
    expect(givenUpAfterMs(code)).toEqual([type, ms]);
  });

  it.each(['Unavailable', 'Network', 'UnexpectedResponse', 'Conflict', 'RateLimited', 'TooLarge'] as const)(
    '%s is waited out',
    (code) => expect(givenUpAfterMs(code)).toBeNull(),
  );

  it('is believed after half a minute for a run that was never found', () => {
    expect(givenUpAfterMs('NotFound', { wasRead: false })).toEqual(['unreadable', 30 * second]);
  });

  it('is a lag only of a run that was just created', () => {
    expect(givenUpAfterMs('NotFound', { wasRead: false, createdAt: -30 * second })).toEqual([
      'unreadable',
      30 * second,
    ]);
    expect(givenUpAfterMs('NotFound', { wasRead: false, createdAt: -31 * second })).toEqual([
      'unreadable',
      10 * minute,
    ]);
  });

  it('of the key is counted from when it was first refused for anything', () => {
    const keyRefusedForMs = (now: number): number => now + 9 * minute;
    expect(givenUpAfterMs('Unauthorized', { keyRefusedForMs })).toEqual(['keyRefused', minute]);
  });
});

describe('the history of reads', () => {
  it('forgets refusals and failures with the first answer', () => {
    const history = new ReadHistory();
    history.recordRefusal('Forbidden', 5);
    expect([history.recordFailure(), history.recordFailure()]).toEqual([2 * second, 4 * second]);
    history.recordAnswer();
    expect([history.refused.forMs(9), history.wasRead, history.recordFailure()]).toEqual([null, true, 2 * second]);
  });

  it('counts the time from one refusal to the next, none of other trouble, and anew where it is another refusal', () => {
    const history = new ReadHistory();
    const meet = (code: PolytomicErrorCode, now: number): number | null => {
      classifyReadError(history, apiError(code), { now, serverNow: now, keyRefusedForMs: null });
      return history.refused.forMs(now);
    };
    expect([meet('Forbidden', 5), meet('Forbidden', 15)]).toEqual([0, 10]);
    expect([meet('Unavailable', 500), meet('RateLimited', 600), meet('Forbidden', 700)]).toEqual([10, 10, 10]);
    expect([meet('Forbidden', 705), meet('NotFound', 720)]).toEqual([15, 0]);
  });

  it('pauses for as long as a refusal has left, at most', () => {
    const history = new ReadHistory();
    for (let failures = 0; failures < 10; failures++) history.recordFailure();
    const pause = (now: number) =>
      classifyReadError(history, apiError('NotFound'), { now, serverNow: now, keyRefusedForMs: null }) as {
        delayMs: number;
      };
    expect(pause(0).delayMs).toBe(30 * second);
    expect(pause(29 * second).delayMs).toBe(second);
  });
});
