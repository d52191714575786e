/** Plays many seeds, counts what struck, and shrinks what fails. */
import { createHash } from 'node:crypto';
import { judge, type Verdict } from './judge';
import { playScenario, type Story } from './run-scenario';
import { scenarioOf, type Scenario } from './scenario';
import { apiFaults, worldFaults } from './api-faults';
import { optionStrikes } from './option-strikes';
import { addStrikes, type StageName, type StrikeCounts } from './strikes';

/** A seed whose story broke a promise. */
export interface Failed {
  seed: number;
  broken: string[];
}

/** What a campaign came to. */
export interface Campaign {
  seeds: number;
  failed: Failed[];
  unknowable: number;
  /** How often each fault struck, and in which stages, over all seeds. */
  strikes: StrikeCounts;
  runs: number;
  attempts: number;
  continued: number;
}

/** So many seeds from `first` on. */
export const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);

/** Plays seeds. @param stopAt failures after which it stops */
export async function runCampaign(seeds: readonly number[], stopAt = Infinity): Promise<Campaign> {
  const campaign: Campaign = {
    seeds: 0,
    failed: [],
    unknowable: 0,
    strikes: new Map(),
    runs: 0,
    attempts: 0,
    continued: 0,
  };
  for (const seed of seeds) {
    if (campaign.failed.length >= stopAt) break;
    const { verdict, story } = await playAndJudge(scenarioOf(seed));
    campaign.seeds += 1;
    campaign.unknowable += verdict.unknowable;
    if (verdict.broken.length > 0) campaign.failed.push({ seed, broken: verdict.broken });
    if (!story) continue;
    campaign.attempts += story.temporal.attempts;
    campaign.continued += story.temporal.continued;
    campaign.runs += story.executions.filter(({ startedBy }) => startedBy === 'api').length;
    addStrikes(campaign.strikes, story.strikes.counts);
  }
  return campaign;
}

/** Faults that never struck in a stage in which they must be shown to do no harm. */
export function neverStruck(strikes: StrikeCounts): string[] {
  const wanted: [string, readonly StageName[]][] = [
    ...apiFaults.map((fault): [string, readonly StageName[]] => [fault.name, fault.in]),
    ...Object.entries(worldFaults),
    ...Object.entries(optionStrikes),
  ];
  return wanted.flatMap(([name, stages]) =>
    stages.flatMap((stage) => (strikes.get(name)?.get(stage) ? [] : [`${name}, while ${stage}`])),
  );
}

/** A digest of everything that a story came to: two plays of one seed must not differ in it. */
export function digestOf(story: Story): string {
  const { end, endedAt, executions, requests, temporal, log } = story;
  return createHash('sha256')
    .update(JSON.stringify([end, endedAt, executions, requests, temporal, log]))
    .digest('hex');
}

/** Plays and judges one scenario; an error of the engine itself counts as a broken promise. */
export async function playAndJudge(scenario: Scenario): Promise<{ verdict: Verdict; story: Story | null }> {
  try {
    const story = await playScenario(scenario);
    return { verdict: judge(story), story };
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
    return { verdict: { broken: [`the engine threw: ${told}`], unknowable: 0 }, story: null };
  }
}

/** The smallest scenario that still breaks a promise: incidents and peculiarities go while it does. */
export async function shrink(scenario: Scenario): Promise<Scenario> {
  let smallest = scenario;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const simpler of simplerThan(smallest)) {
      if ((await playAndJudge(simpler)).verdict.broken.length === 0) continue;
      smallest = simpler;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* simplerThan(scenario: Scenario): Generator<Scenario> {
  for (const incident of scenario.incidents) {
    yield { ...scenario, incidents: scenario.incidents.filter((other) => other !== incident) };
  }
  const { behaviour, extra } = scenario;
  for (const moment of extra?.moments ?? []) {
    const moments = extra?.moments.filter((other) => other !== moment) ?? [];
    yield { ...scenario, extra: { ingestion: null, ...extra, moments } };
  }
  for (const name of ['unread', 'busy'] as const) {
    for (const one of scenario.obstacles?.[name] ?? []) {
      const left = scenario.obstacles?.[name].filter((other) => other !== one) ?? [];
      yield { ...scenario, obstacles: { unread: [], busy: [], ...scenario.obstacles, [name]: left } };
    }
  }
  if (scenario.stalls) yield { ...scenario, stalls: undefined };
  if (scenario.temporalAheadMs !== undefined) yield { ...scenario, temporalAheadMs: undefined };
  if (scenario.historyLimit !== null) yield { ...scenario, historyLimit: null };
  if (behaviour.listLagMs > 0) yield { ...scenario, behaviour: { ...behaviour, listLagMs: 0 } };
  if (behaviour.readsUnlike) yield { ...scenario, behaviour: { ...behaviour, readsUnlike: false } };
  if (behaviour.clockSkewsMs.length > 1) yield { ...scenario, behaviour: { ...behaviour, clockSkewsMs: [0] } };
  if (scenario.workers.length > 1) yield { ...scenario, workers: scenario.workers.slice(1) };
  if (scenario.workers.some(({ clockOffsetMs }) => clockOffsetMs !== 0)) {
    yield { ...scenario, workers: scenario.workers.map(() => ({ clockOffsetMs: 0 })) };
  }
}
