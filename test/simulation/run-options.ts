/**
 * What some seeds draw besides: attempts, stalled runs, limits, comparisons with past runs, ingestions, and how runs must go
 * for these to matter. Drawn last and from a stream of its own, so that every other choice of a seed stays what it is.
 */
import type { EmulatorHandles, ExecutionScript, ScriptStep, Seed } from '../../src/testing';
import { Random } from './random';
import type { Incident, Scenario } from './scenario';
import { startOfTime } from './sim-time';

/** Something that happens when the engine comes to this for the first time. */
export interface Moment {
  when: MomentName;
  name: string;
  what: Incident['what'];
}

/** `stalled`: a stalled run is to be cancelled. `again`: another attempt is planned. `comparing`: past runs are to be read. */
export type MomentName = 'stalled' | 'again' | 'comparing';

/** What the input does not say of these options. */
export interface Extra {
  moments: Moment[];
  /** How the ingestion of the sync stands from the beginning, and from a time after it (milliseconds) on. */
  ingestion: { first: IngestionSeed; from: number; then: IngestionSeed } | null;
}

/** How an ingestion stands. */
export type IngestionSeed = NonNullable<Parameters<EmulatorHandles['setIngestion']>[1]>;

const minute = 60_000;

/** Seeds with these last digits. */
const lastDigits: readonly number[] = [0, 6, 7, 8];

/** Of these the documents tell what happens in them; those that tests name have other last digits. */
const toldSeeds: readonly number[] = [5656, 5877, 13540];

/** The story with what its seed draws besides; most seeds draw nothing. */
export function withRunOptions(scenario: Scenario): Scenario {
  const { seed, workflow } = scenario;
  if (!lastDigits.includes(seed % 10) || toldSeeds.includes(seed)) return scenario;
  const random = new Random(seed ^ 0x2545f491);
  const isOfIngestion = workflow === 'awaitSync' && scenario.input.kind === 'bulk' && random.chance(0.6);
  return isOfIngestion ? withIngestion(random, scenario) : withOptionsOfRuns(random, scenario);
}

function withIngestion(random: Random, scenario: Scenario): Scenario {
  const withinMs = random.pick([30_000, 5 * minute]);
  const catchesUp: IngestionSeed = {
    lagMs: random.chance(0.1) ? null : random.spread(minute, 5 * 60 * minute),
    catchesUpInMs: random.spread(minute, 3 * 60 * minute),
    status: random.pick(['ok', 'ok', 'warning', 'frobnicating']),
  };
  const broken: IngestionSeed = random.pick([
    { ...catchesUp, lagMs: 0, isRunning: false },
    { ...catchesUp, lagMs: 0, status: 'error' },
    { ...catchesUp, lagMs: 0, enabled: random.chance(0.3) },
  ]);
  const from = random.chance(0.5) ? random.spread(minute, 60 * minute) : 0;
  const first = from > 0 ? broken : catchesUp;
  const seeds = (scenario.polytomic.bulkSyncs ?? []).map((sync) => ({ ...sync, ingestion: first }));
  return {
    ...scenario,
    input: { ...scenario.input, caughtUpWithin: withinMs },
    polytomic: { ...scenario.polytomic, bulkSyncs: seeds },
    extra: { moments: [], ingestion: { first, from, then: catchesUp } },
  };
}

function withOptionsOfRuns(random: Random, scenario: Scenario): Scenario {
  const isAwait = scenario.workflow === 'awaitSync';
  const asked = {
    stall: random.chance(0.4),
    ratio: random.chance(0.4),
    limits: random.chance(0.4),
    retry: !isAwait && random.chance(0.6),
  };
  const stalledMinutes = random.int(15, 25);
  const input = {
    ...scenario.input,
    ...(asked.stall && { stalledAfter: `${stalledMinutes} minutes` }),
    // Runs that never end are read for as long as the whole may take.
    ...(asked.stall &&
      /day|3 hours/.test(String(scenario.input.timeout)) && { timeout: random.pick(['3 hours', '7 hours']) }),
    ...(asked.stall && !isAwait && { onStalled: random.pick(['report', 'cancel', 'restart', 'restart']) }),
    ...(asked.ratio && { minRecordsRatio: random.pick([0.2, 0.5, 0.95]) }),
    ...(asked.limits && limitsOf(random)),
    ...(asked.retry && retryOf(random, scenario)),
    ...(random.chance(0.15) && { liveCounts: `${random.int(30, 300)} seconds` }),
    ...(random.chance(0.15) && { warnAfter: random.pick(['10 seconds', '20 minutes', { timesMedian: 1.5 }]) }),
    ...(random.chance(0.15) && { errorText: 'omit' }),
    ...(!isAwait && random.chance(0.15) && { checkConnections: true }),
  };
  const { polytomic, longestMs } = scriptsOf(random, scenario, { ...asked, stalledMs: stalledMinutes * minute });
  return {
    ...scenario,
    input,
    polytomic,
    durationMs: Math.max(scenario.durationMs, longestMs),
    extra: { moments: momentsOf(random, asked), ingestion: null },
  };
}

function limitsOf(random: Random): Record<string, unknown> {
  return random.pick([
    { maxErrorRecords: random.int(0, 2) },
    { maxErrorRatio: random.pick([0, 0.1, 0.5]) },
    { maxWarnings: random.int(0, 2) },
    { minRecords: random.pick([1, 11, 500]) },
  ]);
}

function retryOf(random: Random, { input }: Scenario): Record<string, unknown> {
  const isPerAttempt = random.chance(0.25);
  const mayTimeOut = isPerAttempt && input.onTimeout !== 'leaveRunning';
  const outcomes = ['failed', 'partiallyFailed', ...(mayTimeOut ? ['timedOut'] : [])];
  return {
    retry: {
      attempts: random.int(2, 4),
      ...(random.chance(0.8) && { delay: random.pick(['5 seconds', '2 minutes', '20 minutes']) }),
      ...(random.chance(0.3) && { on: random.shuffle(outcomes).slice(0, random.int(1, outcomes.length)) }),
    },
    ...(isPerAttempt && { timeoutPerAttempt: `${random.spread(20, 3_600)} seconds` }),
  };
}

interface Asked {
  stall: boolean;
  ratio: boolean;
  limits: boolean;
  retry: boolean;
}

/** What usual runs have. */
const usualRecords = 1_000;

/** How the first runs of each sync go; the runs after them go as the seed's other choices say. */
function scriptsOf(
  random: Random,
  { polytomic }: Scenario,
  asked: Asked & { stalledMs: number },
): { polytomic: Seed; longestMs: number } {
  let longestMs = 0;
  const script = (durationMs: number): ExecutionScript => {
    const kinds = [
      ...['usual', 'usual'],
      ...(asked.stall ? ['stalls', 'stalls', 'crawls', 'crawls'] : []),
      ...(asked.ratio ? ['few', 'some'] : []),
      ...(asked.limits ? ['few', 'rejects'] : []),
      ...(asked.retry ? ['fails', 'fails', 'fails'] : []),
    ];
    const { steps, ...settings } = scriptOf(random, random.pick(kinds), { durationMs, stalledMs: asked.stalledMs });
    longestMs = Math.max(longestMs, endsAfter(steps));
    return { steps, ...settings };
  };
  const withScripts = <T extends { durationMs?: number }>(sync: T, kind: 'model' | 'bulk') => {
    const { durationMs = minute } = sync;
    const nextScripts = Array.from({ length: random.int(1, 5) }, () => script(durationMs));
    const last = asked.ratio ? { script: script(durationMs) } : {};
    const past = asked.ratio ? { executions: pastRuns(random, kind) } : {};
    return { ...sync, nextScripts, ...last, ...past };
  };
  const modelSyncs = (polytomic.modelSyncs ?? []).map((sync) => withScripts(sync, 'model'));
  const bulkSyncs = (polytomic.bulkSyncs ?? []).map((sync) => withScripts(sync, 'bulk'));
  return { polytomic: { ...polytomic, modelSyncs, bulkSyncs }, longestMs };
}

/** When a run of these steps is over by itself, milliseconds; Infinity: never. */
export function endsAfter(steps: readonly ScriptStep[]): number {
  const last = steps.at(-1);
  return last && last.status !== 'running' ? last.afterMs : Infinity;
}

interface Script {
  steps: ScriptStep[];
  onCancel?: 'confirm' | 'complete' | 'fail' | 'never' | 'ignore';
}

function scriptOf(
  random: Random,
  kind: string,
  { durationMs, stalledMs }: { durationMs: number; stalledMs: number },
): Script {
  const begins: ScriptStep[] = [{ status: 'created', afterMs: 0 }, at(Math.ceil(durationMs / 10), 'running', 0)];
  const ends = (status: string, total: number, bad = {}): Script => ({
    steps: [...begins, at(durationMs, status, total, bad)],
  });
  switch (kind) {
    case 'stalls': {
      const still = at(Math.ceil(durationMs / 5), 'running', random.int(1, 900));
      const end = at(durationMs + random.spread(20 * minute, 180 * minute), 'completed', usualRecords);
      const others = ['confirm', 'complete', 'fail', 'never', 'ignore'] as const;
      const onCancel = random.chance(0.6) ? 'confirm' : random.pick(others);
      return { steps: [...begins, still, ...(random.chance(0.3) ? [] : [end])], onCancel };
    }
    case 'crawls': {
      // It stands still for about as long as makes it a stalled run, then goes on.
      const pauses = Array.from({ length: random.int(2, 5) }, () => stalledMs + random.int(-10_000, 3 * minute));
      let afterMs = Math.ceil(durationMs / 5);
      const steps = pauses.map((pause, index) => at((afterMs += pause) - pause, 'running', 100 * (index + 1)));
      return { steps: [...begins, ...steps, at(afterMs, 'completed', usualRecords)] };
    }
    case 'few':
      return ends('completed', random.int(0, 150));
    case 'some':
      return ends('completed', random.int(150, 999));
    case 'rejects':
      return ends('completed', usualRecords, { errors: random.int(0, 700), warnings: random.int(0, 4) });
    case 'fails':
      return ends('failed', 0);
    default:
      return ends('completed', usualRecords + random.int(0, 50));
  }
}

/** A step that both kinds of sync understand. */
function at(
  afterMs: number,
  status: string,
  total: number,
  { errors = 0, warnings = 0 }: { errors?: number; warnings?: number } = {},
): ScriptStep {
  const counts = { total, insert: total - Math.min(errors, total), error: errors, warnings };
  return { status, afterMs, counts, recordCount: total, errorCount: errors, warningCount: warnings };
}

/** Runs before the story, some of which did not complete, oldest first. */
function pastRuns(random: Random, kind: 'model' | 'bulk'): Record<string, unknown>[] {
  const count = random.int(3, 14);
  return Array.from({ length: count }, (_one, index) => {
    const createdAt = startOfTime - (count - index) * 60 * minute;
    const status = random.chance(0.15) ? 'failed' : 'completed';
    const total = status === 'failed' ? random.int(0, 10) : random.int(900, 1_100);
    const times = {
      created_at: new Date(createdAt).toISOString(),
      started_at: new Date(createdAt + 1_000).toISOString(),
      completed_at: new Date(createdAt + random.spread(minute, 20 * minute)).toISOString(),
    };
    const counts = { delete: 0, error: 0, insert: total, total, update: 0, upserts: 0, warnings: 0 };
    const shape = { is_partial: false, is_resync: false, is_test: false, fetch_mode: 'none' };
    const ofKind =
      kind === 'model'
        ? { counts, errors: [] }
        : { record_count: total, error_count: 0, warning_count: 0, status_message: '', schemas: null, ...shape };
    return { status, type: 'manual', ...times, ...ofKind };
  });
}

const executionReads = ['modelSync.executions.get', 'bulkSync.executions.get'];
const executionCancels = ['modelSync.executions.cancel', 'bulkSync.executions.cancel'];
const executionLists = ['modelSync.executions.list', 'bulkSync.executions.list'];

/** Nobody can time these by chance. */
function momentsOf(random: Random, asked: Asked): Moment[] {
  const moments: Moment[] = [];
  const add = (when: MomentName, possible: readonly [name: string, what: Incident['what']][]): void => {
    const [name, what] = random.pick(possible);
    moments.push({ when, name, what });
  };
  const crash = ['a worker was killed', { type: 'crash' }] as const;
  const cancel = ['the user cancelled', { type: 'cancel' }] as const;
  if (asked.stall && random.chance(0.85)) {
    // Longer than a run that crawls stands still beyond what makes it a stalled one.
    const away = ['all workers were away', { type: 'allAway', forMs: random.int(4, 6) * minute }] as const;
    add('stalled', [
      [...crash],
      [...cancel],
      ['others cancelled a stalled run', { type: 'othersCancel', sync: 0 }],
      [...away],
      [...away],
      [...away],
      [
        'the cancel of a stalled run was refused',
        { type: 'fault', spec: { operation: executionCancels, status: 403, forMs: random.int(2, 40) * minute } },
      ],
      [
        'the read before a cancel was slow',
        {
          type: 'fault',
          spec: { operation: executionReads, delayEffectMs: random.int(5_000, 50_000), times: random.int(1, 3) },
        },
      ],
    ]);
  }
  if (asked.retry && random.chance(0.5)) {
    add('again', [
      [...crash],
      [...cancel],
      ['others started a run', { type: 'othersStart', sync: 0, options: {} }],
      ['the server suggested to continue as new', { type: 'continueAsNew' }],
      ['the server suggested to continue as new', { type: 'continueAsNew' }],
    ]);
  }
  if (asked.ratio && random.chance(0.5)) {
    add('comparing', [
      [...crash],
      [...cancel],
      [
        'past runs could not be read',
        { type: 'fault', spec: { operation: executionLists, status: 503, forMs: random.int(1, 20) * minute } },
      ],
      [
        'past runs could not be read',
        { type: 'fault', spec: { operation: executionLists, status: 403, times: random.int(1, 3) } },
      ],
    ]);
  }
  return moments;
}
