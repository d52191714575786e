/** Updates and queries of the workflows. Wishes stand in plain data, so that they work before the engine does. */
import { setHandler } from '@temporalio/workflow';
import type { Duration } from '../contracts/duration';
import type { FanOutProgress } from '../contracts/fan-out-progress';
import { longestTimeoutMs, toMilliseconds } from '../rules/duration';
import { normalizeId } from '../rules/ids';
import type { Drive } from './engine/drive';
import { endUnadmitted } from './engine/ends';
import { checkJobId, checkMarks, checkSkip, takeJobs } from './engine/queue';
import type { EngineState, Wishes } from './engine/state';
import {
  changeTimeoutUpdate,
  fanOutProgressQuery,
  pauseUpdate,
  resumeUpdate,
  setConcurrencyUpdate,
  skipUpdate,
} from './handles';
import { refuseInvalid } from './refuse-invalid';

/** Syncs at the same time, at most: more make waits and payloads too large for one workflow. */
const maxConcurrent = 1_000;

/** Registers the handler of `changeTimeout`. */
export function handleChangeTimeout(
  wishes: Wishes,
  { wake, isOver }: { wake: () => void; isOver: () => boolean },
): void {
  setHandler(
    changeTimeoutUpdate,
    (timeout) => {
      wishes.timeoutAt = Date.now() + (toMilliseconds(timeout) ?? 0);
      wake();
      return new Date(wishes.timeoutAt).toISOString();
    },
    {
      validator: (timeout: Duration) =>
        refuseInvalid('timeout', () => {
          checkTimeout(timeout);
          if (isOver()) throw new Error('changeTimeout: too late, the time is up and the run is being settled');
        }),
      description: 'Sets a new timeout, counted from now: "2 hours", "PT2H" or milliseconds.',
    },
  );
}

function checkTimeout(timeout: unknown): void {
  const isShort = typeof timeout !== 'string' || timeout.length <= 100;
  const ms = isShort ? toMilliseconds(timeout) : undefined;
  if (ms !== undefined && ms > 0 && ms <= longestTimeoutMs) return;
  throw new Error(
    'changeTimeout: expected a duration above zero and up to ten years, such as "2 hours", "PT2H" or milliseconds',
  );
}

/** What connects the handlers with the engine once it runs. */
export interface Controls {
  connect(state: EngineState, running: Drive): void;
}

/** Registers all handlers of a fan-out or pipeline, before anything is awaited. */
export function handleControls(wishes: Wishes, progress: () => FanOutProgress): Controls {
  let engine: { state: EngineState; running: Drive } | null = null;
  const wake = (): void => engine?.running.wake();
  setHandler(fanOutProgressQuery, progress, { description: 'Where the syncs stand.' });
  setHandler(
    pauseUpdate,
    () => {
      setPaused(wishes, engine?.state, true);
      wake();
      return { paused: true as const };
    },
    { description: 'Starts nothing more until `resume`; what runs may end.' },
  );
  setHandler(
    resumeUpdate,
    () => {
      setPaused(wishes, engine?.state, false);
      wake();
      return { paused: false as const };
    },
    { description: 'Goes on after `pause`.' },
  );
  setHandler(
    skipUpdate,
    (given) => {
      const id = normalizeId(given);
      skip(wishes, engine?.state, id);
      wake();
      return { skipped: id };
    },
    {
      validator: (given: unknown) => {
        const id = typeof given === 'string' ? normalizeId(given) : given;
        refuseInvalid('id', () => (engine ? checkSkip(engine.state, id) : checkEarlySkip(wishes, id)));
      },
      description: 'Takes out a sync (in a pipeline: a step) that has not started, by its id.',
    },
  );
  setHandler(
    setConcurrencyUpdate,
    (count) => {
      wishes.maxConcurrent = count;
      wake();
      return { maxConcurrent: count };
    },
    {
      validator: (count) => refuseInvalid('maxConcurrent', () => checkConcurrency(count)),
      description: 'Changes how many syncs run at the same time.',
    },
  );
  handleChangeTimeout(wishes, { wake, isOver: () => isTimeUp(engine?.state) });
  return { connect: (state, running) => (engine = { state, running }) };
}

function isTimeUp(state: EngineState | undefined): boolean {
  return state?.closing?.reason === 'timeout' || state?.closing?.reason === 'cancel';
}

function setPaused(wishes: Wishes, state: EngineState | undefined, paused: boolean): void {
  if (wishes.paused === paused) return;
  wishes.paused = paused;
  const name = state?.phase.name;
  if (state && (name === 'running' || name === 'paused')) {
    state.phase = { name: paused ? 'paused' : 'running', since: Date.now() };
  }
}

/** It counts as `skipped`; in a pipeline, so do the steps that wait for it. */
function skip(wishes: Wishes, state: EngineState | undefined, id: string): void {
  const now = Date.now();
  const [job] = state ? takeJobs(state, [id], now) : [];
  if (!state || !job) wishes.skips.push(id);
  else endUnadmitted(state, job, { outcome: 'skipped', reason: 'skipped on request' }, now);
}

/** Before the input was read nobody knows which ids there are: the id is kept until they are. */
function checkEarlySkip(wishes: Wishes, id: unknown): void {
  checkJobId(id);
  checkMarks(wishes.skips);
}

function checkConcurrency(count: unknown): void {
  if (Number.isInteger(count) && Number(count) >= 1 && Number(count) <= maxConcurrent) return;
  throw new Error(`setConcurrency: expected a whole number from 1 to ${maxConcurrent}`);
}
