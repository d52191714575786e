import { describe, expect, it } from '@jest/globals';
import {
  cutOutbox,
  deliveryCommands,
  isOutboxEmpty,
  noteDelivered,
  recordFailed,
  recordLate,
  recordRecovered,
} from '../../../../src/workflows/engine/outbox';
import type { EngineState } from '../../../../src/workflows/engine/state';
import { began, fanOutState } from './support';

const ids = { workflowId: 'w', runId: 'r' };
const sync = (syncId: string) => ({ kind: 'bulk', syncId, name: null, executionId: null }) as const;
const team = [{ name: 'team', activity: null }];

function deliver(state: EngineState, afterMs = 0, isFlushing = false) {
  return deliveryCommands(state, { now: began + afterMs, ids, isFlushing });
}

describe('notifications', () => {
  it('are gathered while one is under way, and go out half a minute later', () => {
    const state = fanOutState({ notify: team });
    recordFailed(state, sync('a'));
    expect(deliver(state).commands).toHaveLength(1);
    recordFailed(state, sync('b'));
    expect(deliver(state, 1_000).commands).toHaveLength(0);
    state.pending = {};
    noteDelivered(state, 'team');
    expect(deliver(state, 29_000)).toEqual({ commands: [], wakeAt: began + 30_000 });
    expect(deliver(state, 30_000).commands).toMatchObject([{ notification: { counts: { failed: 1 } } }]);
  });

  it('that were under way in the run before go out again under the same key', () => {
    const state = fanOutState({ notify: team });
    recordFailed(state, sync('a'));
    const [first] = deliver(state).commands;
    state.pending = {};
    const [second] = deliver(state, 1_000).commands;
    expect(second).toMatchObject({ key: first?.type === 'notify' ? first.key : '' });
    expect(second?.id).not.toBe(first?.id);
  });

  it('do not wait for the gap once everything else is done', () => {
    const state = fanOutState({ notify: team });
    recordFailed(state, sync('a'));
    deliver(state);
    state.pending = {};
    noteDelivered(state, 'team');
    recordFailed(state, sync('b'));
    expect(deliver(state, 1_000, true).commands).toHaveLength(1);
    expect(isOutboxEmpty(state)).toBe(false);
  });

  it('report a recovery only of what was reported, and each failure once', () => {
    const state = fanOutState({ notify: team });
    recordRecovered(state, sync('fine'));
    expect(isOutboxEmpty(state)).toBe(true);
    recordLate(state, sync('slow'));
    recordRecovered(state, sync('slow'));
    recordFailed(state, sync('bad'));
    recordFailed(state, sync('bad'));
    expect(deliver(state).commands).toMatchObject([{ notification: { counts: { failed: 1, late: 1, recovered: 1 } } }]);
  });

  it('are carried along as the first ten of each kind with exact counts', () => {
    const state = fanOutState({ notify: team });
    for (let at = 0; at < 60; at++) recordFailed(state, sync(`s${at}`));
    const { gathered } = cutOutbox(state).channels.team ?? {};
    expect(gathered?.failed).toHaveLength(10);
    expect(gathered?.counts.failed).toBe(60);
  });
});
