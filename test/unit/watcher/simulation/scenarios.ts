/** Hours of waiting, simulated: what they cost in requests, and how late ends are seen. */
import type { UsualDuration } from '../../../../src/contracts/sync-snapshot';
import type { SyncKind } from '../../../../src/contracts/sync-kind';
import type { ExecutionWatcher } from '../../../../src/executions/watcher/execution-watcher';
import { SimulatedClock } from './simulated-clock';
import { SimulatedPolytomic, type SimulatedRun } from './simulated-polytomic';
import { createWatcher, seeded, toItem } from './watched';

const hourMs = 3_600_000;

/** What waits for what. */
export interface Scenario {
  name: string;
  waits: number;
  kind: SyncKind;
  /** Past runs known of each sync; 0: nothing. */
  history: number;
  /** How much durations vary: standard deviation of their logarithm. Default: 0.15. */
  sigma?: number;
  /** Bulk syncs of the organization, if more than wait. */
  organization?: number;
  /** Share of the events that never come. Default: 0. */
  eventsLost?: number;
  /** Sources there are; default: both. */
  sources?: { events?: boolean; batch?: boolean };
  requestsPerMinute?: number;
  /** Executions of one wait. Default: 200. */
  chunk?: number;
  seed?: number;
}

/** What a scenario cost. Latencies are from the end of a run to the answer that showed it, in seconds. */
export interface Measured {
  requests: number;
  reads: number;
  batches: number;
  eventPages: number;
  megabytes: number;
  p50: number;
  p99: number;
  max: number;
  mean: number;
  /** Requests of a wait, times its mean latency. */
  requestSeconds: number;
}

/** Simulates a scenario so many times, with other durations each, and measures all of them together. */
export async function simulate(scenario: Scenario, runs = 1): Promise<Measured> {
  const hours: Hour[] = [];
  for (let run = 0; run < runs; run++) hours.push(await simulateHour(scenario, (scenario.seed ?? 1) + run));
  return measure(hours);
}

interface Hour {
  polytomic: SimulatedPolytomic;
  runs: SimulatedRun[];
}

/** From the start of all syncs until the last end was seen. */
async function simulateHour(scenario: Scenario, seed: number): Promise<Hour> {
  const random = seeded(seed);
  const clock = new SimulatedClock({ random });
  const polytomic = new SimulatedPolytomic(clock, () => 50 + 100 * random());
  const { events = true, batch = true } = scenario.sources ?? {};
  const watcher = createWatcher(polytomic, {
    ...(events && { readEvents: polytomic.readEvents }),
    ...(batch && { readBatchStatus: polytomic.readBatchStatus }),
    requestsPerMinute: scenario.requestsPerMinute ?? 30,
  });
  const started = start(scenario, polytomic, random);
  const size = scenario.chunk ?? 200;
  const count = Math.ceil(started.length / size);
  const chunks = Array.from({ length: count }, (_, index) => started.slice(index * size, (index + 1) * size));
  await clock.run(Promise.all(chunks.map((chunk, index) => awaitAll(watcher, chunk, `chunk-${index}`))));
  watcher.close();
  return { polytomic, runs: started.map(({ run }) => run) };
}

interface Started {
  run: SimulatedRun;
  usual: UsualDuration | null;
}

function start(scenario: Scenario, polytomic: SimulatedPolytomic, random: () => number): Started[] {
  const { waits, kind, history, sigma = 0.15, organization = waits, eventsLost = 0 } = scenario;
  polytomic.idleBulkSyncs = organization - waits;
  const duration = (): number => hourMs * Math.exp(sigma * normal(random));
  const started = Array.from({ length: waits }, (_, index) => {
    const usual = history > 0 ? fit(Array.from({ length: history }, duration)) : null;
    return { run: polytomic.add(`run-${index}`, duration(), kind), usual };
  });
  for (const { run } of started) polytomic.tell(run.executionId, run.createdAt, { ended: false });
  for (const { run } of started.toSorted((one, other) => one.run.endsAt - other.run.endsAt)) {
    if (random() >= eventsLost) polytomic.tell(run.executionId, run.endsAt, { lagMs: 500 * random() });
  }
  return started;
}

/** Waits as the workflows do: what has not settled is waited for again. */
async function awaitAll(watcher: ExecutionWatcher, chunk: Started[], waitId: string): Promise<void> {
  const pending = new Map(chunk.map(({ run, usual }) => [run.executionId, { ...toItem(run), usual }]));
  const signal = new AbortController().signal;
  while (pending.size > 0) {
    const items = [...pending.values()];
    const { settled } = await watcher.watch({ waitId, items, lingerMs: 30_000, waitForMs: null, signal });
    for (const one of settled) pending.delete(one.state === 'ended' ? one.execution.executionId : one.executionId);
  }
}

function fit(durations: number[]): UsualDuration {
  const logs = durations.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  return { medianMs: Math.exp(mean), sigma: Math.sqrt(variance), runs: logs.length };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Requests are the mean of the hours, latencies are of all their ends. */
function measure(hours: Hour[]): Measured {
  const late = hours.flatMap(latencies).sort((a, b) => a - b);
  const at = (share: number): number => late[Math.min(late.length - 1, Math.floor(share * late.length))]!;
  const logged = hours.flatMap(({ polytomic }) => polytomic.requests);
  const count = (what: string): number => logged.filter((request) => request.what === what).length / hours.length;
  const mean = late.reduce((sum, one) => sum + one, 0) / late.length;
  return {
    requests: logged.length / hours.length,
    reads: count('read'),
    batches: count('batch'),
    eventPages: count('events'),
    megabytes: logged.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6 / hours.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    mean,
    requestSeconds: (logged.length / late.length) * mean,
  };
}

const latencies = ({ polytomic, runs }: Hour): number[] =>
  runs.map(({ executionId, endsAt }) => (polytomic.detectedAt.get(executionId)! - endsAt) / 1000);
