import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PastRecords } from '../../../../src/contracts/past-records';
import type { StartOutcome } from '../../../../src/contracts/starts';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import type { Command, CommandError, EngineEvent } from '../../../../src/workflows/engine/commands';
import { isParked } from '../../../../src/workflows/engine/job';
import { jobsOf, type EngineState } from '../../../../src/workflows/engine/state';
import { step } from '../../../../src/workflows/engine/step';
import { endOf, fanOutState, listOf, snapshotOf, began } from './support';

const identity = { workflowId: 'w', runId: 'r' };
const minute = 60_000;

/** A drawn number decides what an activity answers, or whether it fails. */
function answerTo(command: Command, draw: number, state: EngineState): EngineEvent {
  const { id } = command;
  if (draw % 7 === 0) return { type: 'failed', id, error: errors[draw % errors.length] as CommandError };
  return { type: 'answered', id, result: resultOf(command, draw, state) };
}

const plain = { failureType: null, message: 'no', nonRetryable: false };
const errors: readonly CommandError[] = [
  { ...plain, type: 'lost' },
  { ...plain, type: 'notPickedUp' },
  { ...plain, type: 'canceled' },
  { ...plain, type: 'failed', failureType: 'polytomic.Unavailable' },
];

function resultOf(command: Command, draw: number, { settings }: EngineState): unknown {
  switch (command.type) {
    case 'list':
      return listOf(['a', 'b', 'c', 'd', 'e']);
    case 'setup':
      return settings.setup;
    case 'start':
      return command.request.items.map(({ syncId }, at) => outcomeOf(`run-${command.id}-${syncId}`, draw + at));
    case 'wait':
    case 'read':
      return {
        settled: command.request.executions
          .filter((_run, at) => (draw + at) % 3 !== 0)
          .map(({ syncId, executionId }, at) => ({
            state: 'ended',
            execution: endOf(syncId, executionId, (draw + at) % 4 === 1 ? partly : {}),
          })),
        upNext: command.request.upNext
          .filter((_sync, at) => (draw + at) % 5 !== 0)
          .map(({ syncId }, at) => snapshotOf(syncId, (draw + at) % 4 === 0 ? { running: runOfOthers } : {})),
      };
    case 'cancel':
      return command.request.items.map(({ syncId, executionId }) => ({
        ...{ executionId, requested: true, confirmed: true, problem: null },
        execution: executionId === null ? null : endOf(syncId, executionId, { status: 'canceled', ending: 'canceled' }),
      }));
    case 'compare':
      return command.request.items.map((_run, at) => pastRecordsOf(draw + at));
    case 'create':
    case 'search':
    case 'catchUp':
    case 'notify':
      return null;
  }
}

function pastRecordsOf(draw: number): PastRecords {
  const failure = { type: 'polytomic.Unavailable', message: 'no', nonRetryable: draw % 2 === 0 } as const;
  return draw % 3 === 0 ? { type: 'unread', failure } : { type: 'read', records: Array<number>(draw % 11).fill(draw) };
}

const partly = {
  ...({ ending: 'partial', status: 'completed', failedSchemas: ['one'] } as const),
  schemaCounts: { total: 2, failed: 1, canceled: 0 },
} as Parameters<typeof endOf>[2];

const runOfOthers = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };

function outcomeOf(executionId: string, draw: number): StartOutcome {
  const failure = { type: 'polytomic.Unavailable', message: 'no', nonRetryable: false } as const;
  const posted = { failure, at: began };
  switch (draw % 6) {
    case 0:
      return { type: 'noResponse', ...posted };
    case 1:
      return { type: 'throttled', ...posted };
    case 2:
      return { type: 'conflict', explanation: null, ...posted };
    case 3:
      return { type: 'absent' };
    default:
      return { type: 'started', executionId, status: 'running', createdAt: null, adopted: false };
  }
}

const limits = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 4 }),
  startsPerMinute: fc.option(fc.integer({ min: 1, max: 20 })),
  failurePolicy: fc.constantFrom('continue' as const, 'stopStarting' as const, 'cancelRest' as const),
  timeoutPerSyncMs: fc.option(fc.integer({ min: 1_000, max: 30 * minute })),
});
const ratio = fc.constantFrom({}, { minRecordsRatio: 0.5 });
const wishes = fc.constantFrom('none', 'none', 'none', 'pause', 'resume', 'cancel', 'one at once');
const moves = fc.array(fc.record({ draw: fc.nat(1_000), waitMs: fc.nat(20_000), wish: wishes }), { maxLength: 120 });

/** Plays the moves; calls back after each step. */
function play(
  state: EngineState,
  drawn: readonly { draw: number; waitMs: number; wish: string }[],
  look: (wakeAt: number | null) => void,
): { isDone: boolean; now: number } {
  let now = began;
  const open: Command[] = [];
  for (const { draw, waitMs, wish } of drawn) {
    const taken = step(state, now, identity);
    open.push(...taken.commands);
    if (taken.isDone) return { isDone: true, now };
    look(taken.wakeAt);
    if (wish === 'pause') state.wishes.paused = true;
    if (wish === 'resume') state.wishes.paused = false;
    if (wish === 'one at once') state.wishes.maxConcurrent = 1;
    if (wish === 'cancel') applyEvent(state, { type: 'cancelRequested' }, now);
    const [command] = open.splice(draw % Math.max(1, open.length), 1);
    if (command) applyEvent(state, answerTo(command, draw, state), now);
    else now = Math.max(now, taken.wakeAt ?? now);
    now += waitMs;
  }
  return { isDone: false, now };
}

describe('the engine', () => {
  it('has something under way or a wake time whenever jobs are left and nothing is paused', () => {
    fc.assert(
      fc.property(
        limits,
        moves,
        fc.integer({ min: 0, max: 2 }),
        ratio,
        (drawnLimits, drawn, retryFailedSchemas, some) => {
          const state = fanOutState(drawnLimits, { retryFailedSchemas, ...some });
          play(state, drawn, (wakeAt) => {
            const isMoving = Object.keys(state.pending).length > 0 || wakeAt !== null;
            if (!state.wishes.paused || jobsOf(state).length > 0) expect(isMoving).toBe(true);
            // The engine would notice by itself, log it, and look again after a minute.
            expect(state.log.filter(({ message }) => message.includes('a defect'))).toEqual([]);
            state.log = [];
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never runs more syncs at once than it may', () => {
    fc.assert(
      fc.property(limits, moves, (drawnLimits, drawn) => {
        const state = fanOutState(drawnLimits);
        const taken = (): number => jobsOf(state).filter((job) => !isParked(job)).length;
        play(state, drawn, () => expect(taken()).toBeLessThanOrEqual(drawnLimits.maxConcurrent));
      }),
      { numRuns: 100 },
    );
  });

  it('comes to its end once everything goes well again', () => {
    const calm = Array.from({ length: 400 }, (_one, at) => ({ draw: 6 * at + 4, waitMs: 1, wish: 'resume' }));
    fc.assert(
      fc.property(limits, moves, ratio, (drawnLimits, drawn, some) => {
        const state = fanOutState(drawnLimits, some);
        const { isDone } = play(state, [...drawn, ...calm, ...calm, ...calm], () => undefined);
        expect(isDone).toBe(true);
        const counted = Object.values(state.counts).reduce((sum, count) => sum + count, 0);
        expect([0, 5]).toContain(counted);
      }),
      { numRuns: 50 },
    );
  });
});
