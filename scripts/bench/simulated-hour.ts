/** Waits of an hour each, simulated on the emulator: the real clients, over HTTP, and nobody's patience. */
import { createClientReads, createClientWatcher } from '../../src/executions/watcher/client-watcher';
import { createClient } from '../../src/polytomic/client';
import { createCatalogue, type CatalogueOptions, type Job } from './catalogue';
import { countLooks, toMeasured, type Measured } from './measured';
import { usage, usageWithoutGarbage } from './memory-use';
import { createSdkClient, pollUntilEnded } from './poll-until-ended';
import { loops, loopSides, type LoopSide } from './sides';
import { createStage, latencies, startRuns, type Stage } from './simulated-stage';

const hourMs = 3_600_000;
/**
 * Few waits are measured in several hours, so that their percentiles say something. Loops share nothing, so however many
 * there are, so many are run, and their requests multiplied.
 */
const leastWaits = 30;
/** What a worker may spend by default. */
const requestsPerMinute = 30;

interface Hour {
  requests: number;
  latenciesMs: number[];
  cpuMs: number;
  waitHours: number;
  kibPerWait: number | null;
}

/** All sides with each number of waits. */
export async function simulateHours(numbers: readonly number[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  const looped = new Map<LoopSide, Hour>();
  for (const side of loopSides) looped.set(side, await poll(createCatalogue(catalogue(leastWaits, 1)), loops[side]));
  for (const waits of numbers) {
    measured.push(await simulateOurs(waits));
    for (const [side, hour] of looped) measured.push(scaled(side, hour, waits));
    tellSimulated(waits);
  }
  return measured;
}

const tellSimulated = (waits: number): void => console.error(`simulated: ${waits} waits`);

const catalogue = (waits: number, seed: number): CatalogueOptions => ({ waits, medianMs: hourMs, sigma: 0.15, seed });

async function simulateOurs(waits: number): Promise<Measured> {
  const hours: Hour[] = [];
  for (let seed = 1; seed <= Math.ceil(leastWaits / waits); seed++) {
    hours.push(await awaitOurs(createCatalogue(catalogue(waits, seed))));
  }
  const sum = (figure: (hour: Hour) => number): number => hours.reduce((total, hour) => total + figure(hour), 0);
  const requests = sum((hour) => hour.requests) / hours.length;
  const latenciesMs = hours.flatMap((hour) => hour.latenciesMs);
  return {
    ...toMeasured({ side: 'ours', waits, requests, latenciesMs }),
    cpuMsPerWaitHour: sum(({ cpuMs }) => cpuMs) / sum(({ waitHours }) => waitHours),
    kibPerWait: waits < leastWaits ? null : (hours[0]?.kibPerWait ?? null),
  };
}

function scaled(side: LoopSide, { requests, latenciesMs, cpuMs, waitHours }: Hour, waits: number): Measured {
  const seen = { side, waits, requests: (requests / leastWaits) * waits, latenciesMs };
  return { ...toMeasured(seen), cpuMsPerWaitHour: cpuMs / waitHours };
}

async function awaitOurs(jobs: Job[]): Promise<Hour> {
  const stage = await createStage();
  const { emulator, clock } = stage;
  const items = startRuns(emulator, jobs);
  const { url, apiKey } = emulator;
  const client = createClient({ url, apiKey, clock });
  const watcher = createClientWatcher(client, createClientReads({ client, requestsPerMinute }));
  stage.isBusy = () => watcher.stats.inFlight > 0;
  const seenAt = new Map<string, number>();
  const before = usageWithoutGarbage();
  const waits = items.map(async (item) => {
    const { signal } = new AbortController();
    await watcher.watch({ waitId: item.executionId, items: [item], lingerMs: 0, waitForMs: null, signal });
    seenAt.set(item.executionId, clock.now());
  });
  const { cpuMs, heapBytes } = usageWithoutGarbage();
  await clock.run(Promise.all(waits));
  watcher.close();
  return end(stage, { jobs, seenAt, cpuMs, kibPerWait: (heapBytes - before.heapBytes) / 1024 / jobs.length });
}

async function poll(jobs: Job[], intervalMs: number): Promise<Hour> {
  const stage = await createStage();
  const { emulator, clock } = stage;
  let inFlight = 0;
  stage.isBusy = () => inFlight > 0;
  const tracked = async <T>(request: Promise<T>): Promise<T> => {
    inFlight += 1;
    return request.finally(() => (inFlight -= 1));
  };
  const items = startRuns(emulator, jobs);
  const client = createSdkClient(emulator.url, emulator.apiKey);
  const sleep = (ms: number): Promise<void> => clock.sleep(ms);
  const seenAt = new Map<string, number>();
  const { cpuMs } = usage();
  const waits = items.map(async (item) => {
    await pollUntilEnded(item, { client, intervalMs, sleep, tracked });
    seenAt.set(item.executionId, clock.now());
  });
  await clock.run(Promise.all(waits));
  return end(stage, { jobs, seenAt, cpuMs, kibPerWait: null });
}

interface Ended extends Pick<Hour, 'cpuMs' | 'kibPerWait'> {
  jobs: readonly Job[];
  seenAt: ReadonlyMap<string, number>;
}

async function end({ emulator }: Stage, { jobs, seenAt, cpuMs, kibPerWait }: Ended): Promise<Hour> {
  const hour = {
    requests: countLooks(emulator.requests()),
    latenciesMs: latencies(emulator, seenAt),
    cpuMs: usage().cpuMs - cpuMs,
    waitHours: jobs.reduce((total, { durationMs }) => total + durationMs, 0) / hourMs,
    kibPerWait,
  };
  await emulator.close();
  return hour;
}
