/** What a try of an activity leaves for the next one, and when it cannot be trusted to be complete. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from '@jest/globals';
import { StepNotes } from '../../../src/activities/step-notes';

type Notes = StepNotes<string, string>;

/** Notes of the given attempt, and what it heartbeats. */
function attempt(number: number, heartbeatDetails?: unknown): { notes: Notes; heartbeats: unknown[] } {
  const environment = new MockActivityEnvironment({ attempt: number, heartbeatDetails });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  return { notes: new StepNotes(environment.context), heartbeats };
}

describe('the notes of a try', () => {
  it('are empty, and nothing went unanswered, at the first one', () => {
    const { notes } = attempt(1);
    expect(notes.of(0)).toBeUndefined();
    expect(notes.unansweredTry).toBe(false);
  });

  it('are all there for the next one when it came to its own end', () => {
    const first = attempt(1);
    first.notes.keep(0, { note: 'waiting' });
    first.notes.keep(1, { done: 'started' });
    first.notes.sendLast();
    const { notes } = attempt(2, first.heartbeats.at(-1));
    expect([notes.of(0), notes.of(1)]).toEqual([{ note: 'waiting' }, { done: 'started' }]);
    expect(notes.unansweredTry).toBe(false);
  });

  it('may miss something when it was killed after a heartbeat in its midst', () => {
    const first = attempt(1);
    first.notes.keep(0, { note: 'waiting' });
    first.notes.send();
    const { notes } = attempt(2, first.heartbeats.at(-1));
    expect(notes.of(0)).toEqual({ note: 'waiting' });
    expect(notes.unansweredTry).toBe(true);
  });

  it('may miss something when it was killed before any heartbeat', () => {
    const first = attempt(1);
    first.notes.sendLast();
    expect(attempt(3, first.heartbeats.at(-1)).notes.unansweredTry).toBe(true);
    expect(attempt(2).notes.unansweredTry).toBe(true);
  });

  it('are ignored where they cannot be understood, which makes the next one careful', () => {
    const { notes } = attempt(2, { v: 7, items: [] });
    expect(notes.of(0)).toBeUndefined();
    expect(notes.unansweredTry).toBe(true);
  });
});
