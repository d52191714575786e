/** The loop: takes steps, runs what they command, and waits for what happens next. Knows nothing of Temporal. */
import { applyEvent } from './apply';
import type { Command, CommandError, EngineEvent, LogLine } from './commands';
import { mayLeave, step, type Identity, type Step } from './step';
import type { EngineState } from './state';

/** An activity under way. */
export interface Running {
  result: Promise<unknown>;
  /** Asks it to end; its result is waited for all the same. */
  abandon: () => void;
}

/** What the loop needs of the world. */
export interface Io {
  readonly identity: Identity;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What stays the same as long as nothing new has come from Temporal. */
  task(): number;
  run(command: Command): Running;
  toError(error: unknown): CommandError;
  /** Calls back at a time; answers what disarms it. */
  armTimer(at: number, onFired: () => void): () => void;
  /** Resolves once `isReady`, which is asked again whenever something has happened. */
  until(isReady: () => boolean): Promise<void>;
  /** Calls back once, when the caller cancels. */
  onCancel(listener: () => void): void;
  /** Whether the workflow should continue as new; false where it cannot. */
  shouldLeave(state: EngineState): boolean;
  log(line: LogLine): void;
  /** Called after each step. */
  onStep(state: EngineState): void;
}

/** A handle on a running loop. */
export interface Drive {
  /** Resolves with `done`, or with `leave` once the state may be carried to a new run. */
  readonly end: Promise<'done' | 'leave'>;
  /** Something was asked for from outside, by an update: a step is taken. */
  wake(): void;
}

/** Starts and creates end by themselves within this time: no timer is armed for anything later while only these go on. */
const longestTryMs = 10 * 60_000;

/**
 * An update that comes with the task in which a workflow continues as new fails where Temporal refuses that end because
 * something else has come meanwhile. It is put off to a task without one, for at most this time.
 */
const longestPutOffMs = 1_000;

/** Drives the engine from a state to its end. */
export function drive(state: EngineState, io: Io): Drive {
  const inbox: EngineEvent[] = [];
  const running = new Map<string, Running>();
  const abandoned = new Set<string>();
  let isAwake = true;
  let timer: { at: number; disarm: () => void } | null = null;
  /** A timer that fired says that its time has come, whatever the clock says. */
  let reached = 0;
  let updatedIn: number | null = null;
  let leavesFrom: number | null = null;

  const wake = (): void => {
    isAwake = true;
    updatedIn = io.task();
  };
  io.onCancel(() => inbox.push({ type: 'cancelRequested' }));

  const begin = (command: Command): void => {
    const { id } = command;
    const one = io.run(command);
    running.set(id, one);
    one.result.then(
      (result) => inbox.push({ type: 'answered', id, result }),
      (error: unknown) => inbox.push({ type: 'failed', id, error: io.toError(error) }),
    );
  };

  const setTimer = (wakeAt: number | null): void => {
    if (wakeAt === null || (timer && timer.at <= wakeAt)) return;
    if (isTryingOnly(state) && wakeAt > io.now() + longestTryMs) return;
    timer?.disarm();
    const armed = { at: wakeAt, disarm: (): void => undefined };
    armed.disarm = io.armTimer(wakeAt, () => {
      if (timer !== armed) return;
      timer = null;
      reached = Math.max(reached, wakeAt);
      isAwake = true;
    });
    timer = armed;
  };

  const carryOut = ({ commands, abandon }: Step): void => {
    for (const command of commands) begin(command);
    for (const id of abandon) {
      if (abandoned.has(id)) continue;
      abandoned.add(id);
      running.get(id)?.abandon();
    }
  };

  const loop = async (): Promise<'done' | 'leave'> => {
    for (;;) {
      const now = Math.max(io.now(), reached);
      for (const event of inbox.splice(0)) {
        if ('id' in event) running.delete(event.id);
        applyEvent(state, event, now);
      }
      state.isLeaving ||= io.shouldLeave(state);
      const next = step(state, now, io.identity);
      for (const line of state.log.splice(0)) io.log(line);
      carryOut(next);
      io.onStep(state);
      const isLeaving = state.isLeaving && mayLeave(state);
      if (isLeaving) leavesFrom ??= now;
      const isPutOff = leavesFrom !== null && updatedIn === io.task() && now < leavesFrom + longestPutOffMs;
      if (next.isDone || (isLeaving && !isPutOff)) {
        timer?.disarm();
        return next.isDone ? 'done' : 'leave';
      }
      setTimer(isLeaving ? now + 1 : next.wakeAt);
      await io.until(() => isAwake || inbox.length > 0);
      isAwake = false;
    }
  };

  return { end: loop(), wake };
}

function isTryingOnly({ pending }: EngineState): boolean {
  const all = Object.values(pending);
  return all.length > 0 && all.every(({ type }) => type === 'start' || type === 'create');
}
