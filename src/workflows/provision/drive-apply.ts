/** The loop of an apply: steps, commands, events, until it has ended. Knows nothing of Temporal. */
import { applyEvent, type ApplyEvent } from '../../rules/provision/apply-event';
import type { ApplyState } from '../../rules/provision/apply-state';
import { stepApply, type ApplyCommand } from '../../rules/provision/apply-step';

/** A command under way. */
export interface CarriedOut {
  /** Its events; none of these promises rejects. */
  events: Promise<ApplyEvent>[];
  /** Asks it to end early; its events are waited for all the same. */
  abandon(): void;
}

/** What the loop needs of the world. */
export interface DriveIo {
  now(): number;
  carryOut(state: ApplyState, command: ApplyCommand): CarriedOut;
  /** Resolves once `isReady`, or at that time; null: never by itself. */
  until(isReady: () => boolean, at: number | null): Promise<void>;
  /** Calls back once, when the caller cancels. */
  onCancel(listener: () => void): void;
  onState(state: ApplyState): void;
  /** Whether the history takes little more. */
  isFull(): boolean;
}

/** Drives an apply from a state to its end, undoing included; past `deadline` it is stopped as a failure is. */
export async function driveApply(io: DriveIo, begin: ApplyState, deadline: number): Promise<ApplyState> {
  const inbox: ApplyEvent[] = [];
  const waits = new Set<CarriedOut>();
  let state = begin;
  let [isLate, isFull] = [false, false];
  io.onCancel(() => inbox.push({ type: 'stop', why: 'cancelled' }));
  for (;;) {
    for (const event of inbox.splice(0)) state = applyEvent(state, event, io.now());
    if (!isLate && io.now() >= deadline) {
      isLate = true;
      state = applyEvent(state, { type: 'stop', why: 'late' }, io.now());
    }
    if (!isFull && io.isFull()) {
      isFull = true;
      state = applyEvent(state, { type: 'stop', why: 'full' }, io.now());
    }
    const step = stepApply(state, io.now());
    state = step.state;
    for (const command of step.commands) begun(io.carryOut(state, command), command);
    if (state.stopping !== null) for (const wait of waits) wait.abandon();
    io.onState(state);
    if (state.phase === 'ended') return state;
    const times = [step.wakeAt, isLate ? null : deadline].filter((at): at is number => at !== null);
    await io.until(() => inbox.length > 0, times.length === 0 ? null : Math.min(...times));
  }

  /** Writes are never abandoned; waits and runs are. */
  function begun(carried: CarriedOut, { type }: ApplyCommand): void {
    if (type === 'await' || type === 'run') waits.add(carried);
    for (const event of carried.events) {
      void event.then((happened) => {
        waits.delete(carried);
        inbox.push(happened);
      });
    }
  }
}
