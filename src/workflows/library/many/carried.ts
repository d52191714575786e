/** What a fan-out that continues as new carries along. */
import type { PreparedRuns } from '../../../contracts/composite-activities';
import type { PaceState } from '../../../rules/pace';
import type { NotifierState } from '../notifier';
import type { FanOutSourceState } from './fan-out-source';
import type { ActiveJob } from './job';
import type { TallyState } from './tally';

/** Everything that the next run of the workflow needs. */
export interface Carried {
  /** Version of this form. */
  v: 1;
  /** Name of the loop among all that wait: the next run's waits end those that this one left. */
  name: string;
  /** When the first run began, and when time is up; workflow time, milliseconds since the epoch. */
  began: number;
  deadlineAt: number | null;
  prepared: PreparedRuns;
  active: ActiveJob[];
  tally: TallyState;
  told: NotifierState;
  source: FanOutSourceState;
  pace: PaceState;
  paused: boolean;
  maxConcurrent: number;
}

/** In several payloads, none of which is large: the jobs that have their turn may be a thousand. */
export type CarriedArguments = [
  state: Omit<Carried, 'source' | 'active'>,
  source: FanOutSourceState,
  ...active: ActiveJob[][],
];

/** Characters of JSON in one payload. */
const mostCharacters = 150_000;

/** The arguments of the next run after its input. The filter is in the input, where a list of ids may be long. */
export function toArguments({ source, active, ...state }: Carried): CarriedArguments {
  const { prepared } = state;
  const { fanOut } = prepared;
  const light = fanOut ? { ...prepared, fanOut: { ...fanOut, filter: {} } } : prepared;
  return [{ ...state, prepared: light }, source, ...inParts(active)];
}

/** @throws Error when another version of this code wrote them, which no release does within a major version */
export function fromArguments(input: unknown, [state, source, ...parts]: Partial<CarriedArguments>): Carried | null {
  if (!state) return null;
  if (state.v !== 1 || !source) throw new Error('the state that was carried along cannot be understood');
  const { prepared } = state;
  const { filter = {} } = input as { filter?: NonNullable<PreparedRuns['fanOut']>['filter'] };
  const whole = prepared.fanOut ? { ...prepared, fanOut: { ...prepared.fanOut, filter } } : prepared;
  const active = parts.flatMap((part) => part ?? []);
  for (const { turn } of active) if (turn.stage.type === 'running') turn.stage.awaited = false;
  return { ...state, prepared: whole, source, active };
}

function inParts(jobs: readonly ActiveJob[]): ActiveJob[][] {
  const parts: ActiveJob[][] = [];
  let left = 0;
  for (const job of jobs) {
    const length = JSON.stringify(job).length;
    if (length > left || parts.length === 0) {
      parts.push([]);
      left = mostCharacters;
    }
    parts.at(-1)?.push(job);
    left -= length;
  }
  return parts;
}
