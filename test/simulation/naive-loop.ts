/**
 * The control: the loop that people write today (start, poll the sync's last execution, up to three tries), in the same
 * world and under the same faults. Its process begins again from the top whenever its worker is killed or stopped.
 */
import { setMaxListeners } from 'node:events';
import type { ExecutionRecord } from '../../src/testing';
import type { Fetch } from '../../src/polytomic/http';
import { Random } from './random';
import type { Scenario } from './scenario';
import { SimTime, type SimProcess } from './sim-time';
import { Strikes } from './strikes';
import { SimPolytomic, simulatedKey } from './world';

/** What the loop came to. */
export interface NaiveOutcome {
  /** Syncs that it was to run once each. */
  wanted: number;
  /** Runs of its own beyond one for each sync. */
  extra: number;
  /** Syncs whose run it lost sight of, gave up, or never started. */
  lost: number;
  /** Syncs that it believed to have run, while no run of its own had completed. */
  wrong: number;
}

const tries = 3;
const pauseMs = 4_000;
const pollMs = 1_000;
const requestTimeoutMs = 60_000;
const longestMs = 2 * 86_400_000;

/** Plays the faults of a scenario against the loop; what the user does is left out. */
export async function playNaively(scenario: Scenario): Promise<NaiveOutcome> {
  const time = new SimTime(Date.UTC(2026, 0, 5));
  const random = new Random(scenario.seed ^ 0x5bd1e995);
  const strikes = new Strikes(
    () => time.now(),
    () => [],
  );
  const { polytomic: seed, behaviour, syncs, incidents } = scenario;
  const polytomic = new SimPolytomic(time, random.fork(), { seed, idSeed: String(scenario.seed), behaviour, strikes });
  const believed = new Map<string, boolean>();
  let isOver = false;
  let process: SimProcess = { isAlive: true, stalledUntil: 0 };
  const begin = (): void => {
    process = { isAlive: true, stalledUntil: 0 };
    const own = process;
    const fetch = polytomic.fetchOf(own);
    void Promise.all(
      syncs.filter(({ id }) => !believed.has(id)).map((sync) => withRetries({ fetch, time }, sync, believed)),
    ).then(() => (isOver ||= own.isAlive));
  };
  const end = (backAfterMs: number): void => {
    if (isOver) return;
    process.isAlive = false;
    // Whoever runs the job again knows nothing of what it had found out.
    believed.clear();
    time.setTimer(backAfterMs, begin);
  };
  for (const { at, name, what } of incidents) {
    time.setTimer(at, () => {
      if (what.type === 'fault') polytomic.inject(name, what.spec);
      if (what.type === 'crash' || what.type === 'stop' || what.type === 'deploy') end(1_000);
      if (what.type === 'allAway') end(what.forMs);
      const sync = 'sync' in what ? syncs[what.sync] : undefined;
      if (what.type === 'othersStart' && sync && !isBusy(polytomic, sync.id)) {
        polytomic.emulator.startRun(sync.id, { type: 'scheduled', options: what.options });
      }
    });
  }
  begin();
  await time.run(() => isOver, time.startAt + longestMs);
  const endedAt = time.now();
  return judgeNaive(syncs, { believed, endedAt, executions: polytomic.emulator.executions() });
}

function isBusy({ emulator }: SimPolytomic, id: string): boolean {
  return emulator.executions().some(({ syncId, completedAt }) => syncId === id && completedAt === undefined);
}

function judgeNaive(
  syncs: Scenario['syncs'],
  { believed, endedAt, executions }: { believed: Map<string, boolean>; endedAt: number; executions: ExecutionRecord[] },
): NaiveOutcome {
  const outcome = { wanted: syncs.length, extra: 0, lost: 0, wrong: 0 };
  for (const { id } of syncs) {
    const own = executions.filter(({ syncId, startedBy }) => syncId === id && startedBy === 'api');
    outcome.extra += Math.max(0, own.length - 1);
    const isGoingOn = own.some(({ completedAt }) => completedAt === undefined || completedAt > endedAt);
    const hasCompleted = own.some(({ status }) => status === 'completed');
    if (believed.get(id) === undefined || isGoingOn || own.length === 0) outcome.lost += 1;
    else if (believed.get(id) !== hasCompleted) outcome.wrong += 1;
  }
  return outcome;
}

interface World {
  fetch: Fetch;
  time: SimTime;
}

async function withRetries(
  world: World,
  sync: Scenario['syncs'][number],
  believed: Map<string, boolean>,
): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      believed.set(sync.id, await runSync(world, sync));
      return;
    } catch {
      if (attempt < tries) await world.time.sleep(pauseMs);
    }
  }
}

/** Whether the run completed, as the loop believes. */
async function runSync(world: World, { id, kind }: Scenario['syncs'][number]): Promise<boolean> {
  const path = kind === 'bulk' ? `/api/bulk/syncs/${id}` : `/api/syncs/${id}`;
  await call(world, 'POST', `${path}/executions`);
  for (;;) {
    await world.time.sleep(pollMs);
    const { current_execution: current, last_execution: last } = await call(world, 'GET', `${path}/status`);
    if (current || !last) continue;
    if (last.status === 'completed' || last.status === 'failed') return last.status === 'completed';
  }
}

interface SyncStatus {
  current_execution?: { status: string } | null;
  last_execution?: { status: string } | null;
}

async function call({ fetch, time }: World, method: string, path: string): Promise<SyncStatus> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const cancel = time.setTimer(requestTimeoutMs, () => controller.abort());
  const headers = {
    authorization: `Bearer ${simulatedKey}`,
    'content-type': 'application/json',
    'x-polytomic-version': '2025-09-18',
  };
  const url = `https://polytomic.invalid${path}`;
  const body = method === 'POST' ? { body: '{}' } : {};
  const { status, body: chunks } = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    signal: controller.signal,
    ...body,
  });
  cancel();
  if (status < 200 || status >= 300) throw new Error(`HTTP ${status}`);
  let text = '';
  for await (const chunk of chunks ?? []) text += String(chunk);
  return (JSON.parse(text) as { data: SyncStatus }).data;
}
