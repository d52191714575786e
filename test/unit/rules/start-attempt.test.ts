import { describe, expect, it } from '@jest/globals';
import type { SyncSnapshot } from '../../../src/contracts/sync-snapshot';
import { failureTypes } from '../../../src/contracts/failure-types';
import type { CreateOutcome, StartOutcome } from '../../../src/contracts/starts';
import { mayHaveTakenEffect, newAttempt, toOncePost, type AttemptState } from '../../../src/rules/attempt-state';
import { noteOutcome, type AttemptDecision } from '../../../src/rules/start-attempt';

const minute = 60_000;
const hour = 60 * minute;
const began = 1_000_000_000_000;

const failure = { type: failureTypes.Unavailable, message: 'no', nonRetryable: false } as const;
const forbidden = { type: failureTypes.Forbidden, message: 'not yours', nonRetryable: true } as const;

/** An intended start, and what becomes of it outcome by outcome. */
class Intent {
  now = began;
  /** Of the try, where its outcome is taken in much later. */
  scheduledAt: number | undefined;
  next = 1;
  readonly attempt: AttemptState;

  /** @param serverTime Polytomic's time when the intent began */
  constructor(serverTime = began) {
    this.attempt = newAttempt(0, { now: began, serverTime: new Date(serverTime).toISOString() });
  }

  note(outcome: StartOutcome | CreateOutcome, afterMs = 0): AttemptDecision<unknown> {
    this.now += afterMs;
    return noteOutcome(this.attempt, outcome, {
      now: this.now,
      scheduledAt: this.scheduledAt ?? this.now,
      nextKey: () => this.next++,
    });
  }

  /** As the engine does: waits until the next try is due. */
  wait(): number {
    const ms = Math.max(0, this.attempt.notBefore - this.now);
    this.now += ms;
    return ms;
  }

  post() {
    return toOncePost(this.attempt, 'base', this.now);
  }

  get at(): number {
    return this.now;
  }
}

const unsent: StartOutcome = { type: 'unsent', failure };
const absent: StartOutcome = { type: 'absent' };
const lookFailed: StartOutcome = { type: 'lookFailed', failure };
const refused: StartOutcome = { type: 'refused', failure: forbidden };
const posted = (intent: Intent) => ({ failure, at: intent.at });
const noResponse = (intent: Intent): StartOutcome => ({ type: 'noResponse', ...posted(intent) });
const throttled = (intent: Intent): StartOutcome => ({ type: 'throttled', ...posted(intent) });
const conflict = (intent: Intent, explanation: SyncSnapshot | null = null): StartOutcome => ({
  ...{ type: 'conflict', explanation },
  ...posted(intent),
});
const ambiguous = (intent: Intent, status: number, mayBeWorking: boolean): StartOutcome => ({
  ...{ type: 'ambiguous', status, mayBeWorking },
  ...posted(intent),
});
const snapshot: SyncSnapshot = {
  ...{ kind: 'model', syncId: 's', name: null, active: true, problems: [], newest: null, running: null, usual: null },
  serverTime: '',
};

it('a key is posted no more after 23 hours, also where its outcome is taken in only then', () => {
  const intent = new Intent();
  intent.scheduledAt = began;
  // The activity completed within a minute; workers came back a day later.
  intent.note({ type: 'noResponse', failure, at: began + 1_000 }, 25 * 3_600_000);
  const post = toOncePost(intent.attempt, 'base', intent.attempt.notBefore);
  expect(post).toMatchObject({ key: null, windows: [{ from: began + 1_000 }] });
});

describe('what may have taken effect', () => {
  it.each([
    ['unsent', () => unsent, false],
    ['throttled', throttled, false],
    ['conflict', conflict, false],
    ['lookFailed', () => lookFailed, false],
    ['noResponse', noResponse, true],
    ['ambiguous', (intent: Intent) => ambiguous(intent, 500, false), true],
  ] as const)('%s: %p', (_name, outcome, expected) => {
    const intent = new Intent();
    intent.note(outcome(intent));
    expect(mayHaveTakenEffect(intent.attempt)).toBe(expected);
  });

  it('a key that was given up keeps its window', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.now += 1_000;
    intent.note(conflict(intent, snapshot));
    const windows = [{ from: began, to: began + 15 * minute }];
    expect(intent.post()).toMatchObject({ key: null, lookFirst: true, windows });
    intent.now += 15 * minute;
    expect(intent.post()).toMatchObject({
      key: 'base-1',
      lookFirst: true,
      windows,
    });
  });
});

describe('the key of the next try', () => {
  it('is the same one after no response, without a look', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    expect(intent.post()).toMatchObject({ key: 'base-0', lookFirst: false });
  });

  it('is the same one after an ambiguous answer, after a look', () => {
    const intent = new Intent();
    intent.note(ambiguous(intent, 503, true));
    expect(intent.post()).toMatchObject({ key: 'base-0', lookFirst: true });
  });

  it('is another one after two 429s, as the first may be recorded', () => {
    const intent = new Intent();
    intent.note(throttled(intent));
    expect(intent.post().key).toBe('base-0');
    intent.note(throttled(intent));
    expect(intent.post()).toMatchObject({ key: 'base-1', windows: [] });
  });

  it('is none after two 429s where the key may have taken effect: only looks follow', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.note(throttled(intent));
    intent.note(throttled(intent));
    expect(intent.post().key).toBeNull();
  });

  it('is none once the first uncertain try is a day old', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.now += 24 * hour;
    expect(intent.post().key).toBeNull();
  });

  it('is another one where another secret would make another key of it', () => {
    const intent = new Intent();
    intent.note({ type: 'otherSecret', failure });
    expect(intent.post().key).toBe('base-1');
  });
});

describe('a key that may have taken effect', () => {
  it('is given up 15 minutes after a try that got no answer, not before', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.note(throttled(intent));
    intent.note(throttled(intent));
    while (intent.now < began + 15 * minute) {
      expect(intent.post().key).toBeNull();
      intent.note(absent, Math.max(1, intent.wait()));
    }
    expect(intent.post()).toMatchObject({ key: 'base-1', windows: [{ from: began }] });
  });

  it('is given up after 30 s where the API itself answered, doubled with each key', () => {
    const intent = new Intent();
    intent.note(ambiguous(intent, 500, false));
    expect(intent.attempt.visibleUntil).toBe(intent.now + 30_000);
    intent.note(ambiguous(intent, 500, false), 1_000);
    expect(intent.post().key).toBeNull();
    intent.note(absent, 31_000);
    expect(intent.post().key).toBe('base-1');
    intent.note(ambiguous(intent, 500, false), 1_000);
    expect(intent.attempt.visibleUntil).toBe(intent.now + 60_000);
  });

  it('goes on being posted for 15 minutes of 409s with no run to be seen, then only looks follow', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    while (intent.now < began + 14 * minute) {
      intent.wait();
      intent.note(conflict(intent));
      if (intent.now < began + 14 * minute) expect(intent.post().key).toBe('base-0');
    }
    intent.note(conflict(intent), 5 * minute);
    expect(intent.post().key).toBeNull();
  });
});

describe('a 409', () => {
  it('is decided by the snapshot that shows whose run it was', () => {
    const intent = new Intent();
    expect(intent.note(conflict(intent, snapshot))).toEqual({ type: 'conflict', snapshot });
    expect(intent.post().key).toBe('base-1');
  });

  it('to a certain key that no run explains ends as Conflict after five keys and five minutes', () => {
    const intent = new Intent();
    for (let tries = 1; tries < 5; tries++) expect(intent.note(conflict(intent), minute / 2).type).toBe('retry');
    expect(intent.note(conflict(intent), minute / 2).type).toBe('retry');
    expect(intent.note(conflict(intent), 4 * minute)).toMatchObject({ type: 'failed', mayHaveStarted: false });
  });
});

describe('the window of a try', () => {
  const failed = { type: 'ambiguous', status: 500, mayBeWorking: false, failure } as const;

  it('counts from its answer, and not from its post, which may have taken minutes', () => {
    // The snapshot was taken in an hour after it was read.
    const intent = new Intent(began - hour);
    intent.note({ ...failed, at: began, answeredAt: began + 2 * minute }, 2 * minute);
    expect(intent.post().windows).toEqual([{ from: began, to: began + 2 * minute + 30_000 }]);
  });

  it('is dated by no snapshot that was taken in an hour after it was read', () => {
    expect(new Intent(began - hour).attempt.clockOffsetMs).toBe(-minute);
    expect(new Intent(began - 10_000).attempt.clockOffsetMs).toBe(-10_000);
    expect(new Intent(began + hour).attempt.clockOffsetMs).toBe(hour);
  });

  it('is no shorter after another try whose outcome was taken in late', () => {
    const intent = new Intent();
    intent.note({ ...failed, at: began, answeredAt: began });
    // The activity went on for other starts.
    intent.note({ type: 'throttled', failure, at: began + 1_000, answeredAt: began + 1_000 }, 2 * minute);
    expect(intent.post().windows).toEqual([{ from: began, to: began + 30_000 }]);
  });
});

describe('tries of one key that lie far apart', () => {
  it('leave out the time between them, in which nothing of ours can have been created', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.note(unsent, 20 * minute);
    const again = intent.now + 10 * minute;
    intent.note({ type: 'noResponse', failure, at: again }, 10 * minute);
    expect(intent.post()).toMatchObject({
      key: 'base-0',
      windows: [
        { from: began, to: began + 15 * minute },
        { from: again, to: again + 15 * minute },
      ],
    });
  });

  it('are one time where the effect of one may show after the next', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    const again = intent.now + 5 * minute;
    intent.note({ type: 'noResponse', failure, at: again }, 5 * minute);
    expect(intent.post().windows).toEqual([{ from: began, to: again + 15 * minute }]);
  });
});

describe('a refusal', () => {
  it('is final where nothing can have started', () => {
    const intent = new Intent();
    intent.note(unsent);
    expect(intent.note(refused)).toEqual({ type: 'failed', failure: forbidden, mayHaveStarted: false });
  });

  it('is reported with mayHaveStarted only after the window has passed and one look found nothing', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    expect(intent.note(refused, 1_000).type).toBe('retry');
    expect(intent.note(absent, minute).type).toBe('retry');
    expect(intent.note(lookFailed, 20 * minute).type).toBe('retry');
    expect(intent.note(absent, minute)).toEqual({ type: 'failed', failure: forbidden, mayHaveStarted: true });
  });

  it('of a look is final once the window has passed, as later looks show no more', () => {
    const intent = new Intent();
    const several = { type: failureTypes.Ambiguous, message: 'two syncs', nonRetryable: true } as const;
    intent.note(ambiguous(intent, 500, false));
    expect(intent.note({ type: 'refused', failure: several }).type).toBe('retry');
    expect(intent.note({ type: 'refused', failure: several }, 10_000).type).toBe('retry');
    const last = intent.note({ type: 'refused', failure: several }, 20_000);
    expect(last).toEqual({ type: 'failed', failure: several, mayHaveStarted: true });
  });

  it('is forgotten where the run is found', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.note(refused);
    const found: StartOutcome = {
      ...{ type: 'started', executionId: 'e', status: 'running' },
      ...{ createdAt: null, adopted: true },
    };
    expect(intent.note(found)).toEqual({ type: 'done', outcome: found });
  });
});

describe('a sync that is not ready', () => {
  const notReady = (intent: Intent): CreateOutcome => ({ type: 'notReady', ...posted(intent) });

  it('is given up after a quarter of an hour, also where an earlier try may have taken effect', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    let last: AttemptDecision<unknown> = { type: 'retry' };
    for (let tries = 0; last.type === 'retry' && tries < 200; tries++) {
      intent.wait();
      last = intent.note(intent.post().key === null ? absent : notReady(intent));
    }
    expect(last).toEqual({ type: 'failed', failure, mayHaveStarted: true });
    expect(intent.now - began).toBeLessThan(45 * minute);
  });
});

describe('windows', () => {
  it('stay few where a start fails for days, and none of their time is lost', () => {
    const intent = new Intent();
    for (const ends = began + 72 * hour; intent.now < ends;) {
      intent.wait();
      const isLook = intent.post().key === null;
      intent.note(isLook ? absent : { type: 'ambiguous', status: 503, mayBeWorking: true, ...posted(intent) });
    }
    const { windows } = intent.post();
    expect(windows.length).toBeLessThanOrEqual(10);
    expect(windows[0]?.from).toBe(began);
    expect(Math.max(...windows.map(({ to }) => to))).toBeGreaterThan(began + 71 * hour);
  });
});

describe('a look that fails', () => {
  it('decides nothing, however long Polytomic is in trouble', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    for (let hours = 0; hours < 48; hours++) expect(intent.note(lookFailed, hour).type).toBe('retry');
  });

  it('is believed when it was refused for ten minutes', () => {
    const intent = new Intent();
    const denied: StartOutcome = { type: 'lookFailed', failure: forbidden };
    intent.note(noResponse(intent));
    expect(intent.note(denied).type).toBe('retry');
    expect(intent.note(denied, 9 * minute).type).toBe('retry');
    expect(intent.note(denied, minute)).toMatchObject({ type: 'failed', mayHaveStarted: true });
  });

  it('is believed although other workers cannot even look in between', () => {
    const intent = new Intent();
    intent.note(noResponse(intent));
    intent.note({ type: 'lookFailed', failure: forbidden });
    intent.note(unsent, 5 * minute);
    expect(intent.note({ type: 'lookFailed', failure: forbidden }, 6 * minute).type).toBe('failed');
  });

  it('begins anew once a look was not refused', () => {
    const intent = new Intent();
    const denied: StartOutcome = { type: 'lookFailed', failure: forbidden };
    intent.note(denied);
    intent.note(lookFailed, 9 * minute);
    intent.note(denied, minute);
    expect(intent.note(denied, 9 * minute).type).toBe('retry');
  });
});

describe('pauses between tries', () => {
  it('double from one second to five minutes', () => {
    const intent = new Intent();
    const pauses = Array.from({ length: 12 }, () => {
      intent.note(unsent);
      return intent.wait() / 1_000;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('are as long as Polytomic asks', () => {
    const intent = new Intent();
    intent.note({ ...unsent, retryAfterMs: 90_000 });
    expect(intent.wait()).toBe(90_000);
  });

  it('cost at most 150 events an hour', () => {
    const intent = new Intent();
    let tries = 0;
    while (intent.now < began + 10 * hour) {
      intent.note(unsent);
      intent.wait();
      tries += 1;
    }
    // An activity and a timer, with the tasks of the workflow.
    expect((tries * 11) / 10).toBeLessThan(150);
  });
});
