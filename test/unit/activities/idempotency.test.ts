/** Keys of activities: one caller cannot read or block another's call, and a standalone activity is told from the next. */
import { describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { waiterName } from '../../../src/activities/hold-wait';
import { stableKey } from '../../../src/activities/stable-key';
import { activitiesOnEmulator } from './support/activities-on-emulator';

const infoOf = (info: object) => new MockActivityEnvironment(info).context.info;

describe('a key', () => {
  it('that a caller computes or knows replays no call of another operation', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ plugin: { operations: 'all' } });
    const { id } = emulator.addModelSync();
    const info = { activityId: 'of-somebody-else' };
    const subject = { type: 'user', mode: 'read_only' };
    await perform('temporaryCredentials.create', { subject }, { info });
    const idempotencyKey = stableKey(infoOf(info));
    const answer = await perform('modelSync.start', { id, idempotencyKey });
    expect(JSON.stringify(answer)).not.toContain('access_token');
    expect(emulator.executions()).toHaveLength(1);
  });
});

describe('a standalone activity', () => {
  const standalone = { workflowExecution: undefined, activityId: 'nightly' };
  const [first, again, next] = ['run-1', 'run-1', 'run-2'].map((activityRunId) =>
    infoOf({ ...standalone, activityRunId }),
  );

  it('has one key for all its tries, and another when its id is used again', () => {
    expect(stableKey(again!)).toBe(stableKey(first!));
    expect(stableKey(next!)).not.toBe(stableKey(first!));
  });

  it('waits under a name of its own', () => {
    expect(waiterName(again!, 'wait')).toBe(waiterName(first!, 'wait'));
    expect(waiterName(next!, 'wait')).not.toBe(waiterName(first!, 'wait'));
  });
});
