/** Hours of waiting, simulated: what they cost in requests, and how late ends are seen. */
import type { UsualDuration } from '../../../../src/contracts/composite-activities';
import type { SyncKind } from '../../../../src/contracts/sync-kind';
import { ExecutionWatcher } from '../../../../src/executions/watcher/execution-watcher';
import { SimulatedClock } from './simulated-clock';
import { SimulatedPolytomic, type SimulatedRun } from './simulated-polytomic';
import { seeded, toItem } from './watched';

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
  /** Requests in the fullest minute, without one read for each end in it. */
  mostLooksAMinute: number;
}

/** Runs a scenario from the start of all its syncs until the last end was seen. */
export async function simulate(scenario: Scenario): Promise<Measured> {
  const random = seeded(scenario.seed ?? 1);
  const clock = new SimulatedClock();
  const polytomic = new SimulatedPolytomic(clock, () => 50 + 100 * random());
  const { events = true, batch = true } = scenario.sources ?? {};
  const watcher = new ExecutionWatcher({
    read: polytomic.read,
    ...(events && { readEvents: polytomic.readEvents }),
    ...(batch && { readBatchStatus: polytomic.readBatchStatus }),
    requestsPerMinute: scenario.requestsPerMinute ?? 30,
    clock,
    random,
  });
  const runs = start(scenario, polytomic, random);
  const size = scenario.chunk ?? 200;
  const chunks = Array.from({ length: Math.ceil(runs.length / size) }, (_, index) =>
    runs.slice(index * size, (index + 1) * size),
  );
  await clock.run(Promise.all(chunks.map((chunk, index) => awaitAll(watcher, chunk, `chunk-${index}`))));
  watcher.close();
  return measure(
    polytomic,
    runs.map(({ run }) => run),
  );
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
async function awaitAll(watcher: ExecutionWatcher, chunk: Started[], waiter: string): Promise<void> {
  const pending = new Map(chunk.map(({ run, usual }) => [run.executionId, { ...toItem(run), usual }]));
  const signal = new AbortController().signal;
  while (pending.size > 0) {
    const items = [...pending.values()];
    const { settled } = await watcher.watch({ waiter, items, lingerMs: 30_000, deadlineAt: null, signal });
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

function measure({ requests, detectedAt }: SimulatedPolytomic, runs: SimulatedRun[]): Measured {
  const late = runs
    .map(({ executionId, endsAt }) => (detectedAt.get(executionId)! - endsAt) / 1000)
    .sort((a, b) => a - b);
  const at = (share: number): number => late[Math.min(late.length - 1, Math.floor(share * late.length))]!;
  const count = (what: string): number => requests.filter((request) => request.what === what).length;
  return {
    requests: requests.length,
    reads: count('read'),
    batches: count('batch'),
    eventPages: count('events'),
    megabytes: requests.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    mean: late.reduce((sum, one) => sum + one, 0) / late.length,
    mostLooksAMinute: mostLooks(
      requests.map((request) => request.at),
      [...detectedAt.values()],
    ),
  };
}

/** The fullest sliding minute. */
function mostLooks(requests: number[], ends: number[]): number {
  const sorted = ends.toSorted((a, b) => a - b);
  const within = (times: number[], from: number): number =>
    times.filter((time) => time >= from && time < from + 60_000).length;
  const step = Math.max(1, Math.floor(requests.length / 200));
  return Math.max(
    ...requests.filter((_, index) => index % step === 0).map((from) => within(requests, from) - within(sorted, from)),
  );
}
