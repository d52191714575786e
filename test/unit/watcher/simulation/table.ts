/** The hours of waiting whose cost is promised, with the bounds that are promised. */
import type { Measured, Scenario } from './scenarios';

/** At most so many requests in all; latencies in seconds. */
export interface Promised {
  requests: number;
  p50: number;
  p99: number;
  megabytes?: number;
  /** Requests of a wait, times its mean latency in seconds; 1,800 for whoever polls at a fixed interval. */
  requestSeconds?: number;
}

/** A scenario with its bounds. `runs`: how many simulated hours are averaged. */
export interface PromisedScenario extends Scenario {
  runs: number;
  promised: Promised;
}

const tenMinutes = 600;

/** Waits of an hour each, all begun together; durations vary by 15 %. */
export const promisedScenarios: PromisedScenario[] = [
  {
    name: '1 model, ten past runs known',
    waits: 1,
    kind: 'model',
    history: 10,
    runs: 300,
    // At most three reads before its earliest likely end: one run in fifty ends earlier, and is seen later.
    promised: { requests: 95, p50: 7, p99: 100, requestSeconds: 750 },
  },
  {
    name: '1 model, nothing known',
    waits: 1,
    kind: 'model',
    history: 0,
    runs: 100,
    promised: { requests: 160, p50: 31, p99: 63 },
  },
  {
    name: "200 bulk of an organization's 250",
    waits: 200,
    kind: 'bulk',
    history: 10,
    organization: 250,
    runs: 5,
    // Six hundred of them are safety reads: each run is read itself, whatever sources say of it.
    promised: { requests: 1_500, p50: 6, p99: 12, requestSeconds: 26 },
  },
  {
    name: '200 model, events arriving',
    waits: 200,
    kind: 'model',
    history: 10,
    runs: 5,
    promised: { requests: 2_000, p50: 6, p99: 12, requestSeconds: 40 },
  },
  {
    name: '200 model, a tenth of the events lost',
    waits: 200,
    kind: 'model',
    history: 10,
    eventsLost: 0.1,
    runs: 5,
    promised: { requests: 2_000, p50: 6, p99: tenMinutes },
  },
  {
    name: '1,000 bulk',
    waits: 1_000,
    kind: 'bulk',
    history: 10,
    runs: 3,
    promised: { requests: 2_200, p50: 6, p99: 12 },
  },
  {
    name: '1,000 model',
    waits: 1_000,
    kind: 'model',
    history: 10,
    runs: 3,
    promised: { requests: 2_800, p50: 6, p99: 12 },
  },
  {
    name: '10,000 bulk, shards of one process',
    waits: 10_000,
    kind: 'bulk',
    history: 10,
    runs: 1,
    // The events of an hour fill several pages a window, and sources take at most a third of the budget.
    promised: { requests: 11_800, p50: 10, p99: 60, megabytes: 200 },
  },
];

/** The names of the promises that were not kept. */
export function broken({ promised }: PromisedScenario, measured: Measured): string[] {
  const names = Object.keys(promised) as (keyof Promised)[];
  return names
    .filter((name) => measured[name] > (promised[name] ?? Infinity))
    .map((name) => `${name}: ${measured[name].toFixed(1)}, promised ${promised[name]}`);
}
