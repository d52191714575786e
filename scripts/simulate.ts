/**
 * The simulation: `npm run simulate -- --seeds 2000 [--first 1]` plays seeds and reports; `--seed N` replays one, shrunk, with
 * what happened; `--control` plays the naive loop under the same faults. Exits 1 where a promise was broken.
 */
import { parseArgs } from 'node:util';
import { neverStruck, playAndJudge, runCampaign, seedsFrom, shrink } from '../test/simulation/campaign';
import { playNaively } from '../test/simulation/naive-loop';
import { scenarioOf } from '../test/simulation/scenario';
import { strikeTable } from '../test/simulation/strikes';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    'stop-at': { type: 'string', default: '20' },
    whole: { type: 'boolean', default: false },
    control: { type: 'boolean', default: false },
  },
});

async function replay(seed: number): Promise<void> {
  const scenario = scenarioOf(seed);
  const { verdict } = await playAndJudge(scenario);
  const smallest = verdict.broken.length > 0 && !values.whole ? await shrink(scenario) : scenario;
  const { verdict: shrunk, story } = await playAndJudge(smallest);
  console.log(JSON.stringify({ ...smallest, polytomic: undefined, syncs: undefined }));
  for (const { at, method, path, status, operation, replayed } of story?.requests ?? []) {
    if (method === 'GET' && story && story.requests.length > 200) continue;
    const ms = at - (story?.beganAt ?? 0);
    console.log(`${String(ms).padStart(9)} ${method} ${operation ?? path} ${status}${replayed ? ' replayed' : ''}`);
  }
  for (const run of story?.executions ?? []) {
    const since = (time?: number): number | undefined => time && time - (story?.beganAt ?? 0);
    console.log(
      run.startedBy,
      run.id,
      run.status,
      since(run.createdAt),
      since(run.completedAt),
      since(run.cancelRequestedAt),
    );
  }
  for (const line of story?.log ?? []) console.log(line.message, JSON.stringify(line.attributes));
  console.log('end', (story?.endedAt ?? 0) - (story?.beganAt ?? 0), JSON.stringify(story?.end)?.slice(0, 1_500));
  console.log(shrunk.broken.length > 0 ? `BROKEN: ${shrunk.broken.join('; ')}` : 'every promise held');
  process.exitCode = shrunk.broken.length > 0 ? 1 : 0;
}

async function campaign(): Promise<void> {
  const began = performance.now();
  const found = await runCampaign(seedsFrom(Number(values.first), Number(values.seeds)), Number(values['stop-at']));
  const seconds = (performance.now() - began) / 1_000;
  console.log(strikeTable(found.strikes));
  const missing = neverStruck(found.strikes);
  if (missing.length > 0) console.log(`Never struck: ${missing.join('; ')}`);
  for (const { seed, broken } of found.failed) console.log(`seed ${seed}: ${broken.join('; ')}`);
  console.log(
    `${found.seeds} seeds in ${seconds.toFixed(0)} s: ${found.failed.length} failed, ${found.unknowable} unknowable, ` +
      `${found.attempts} attempts of activities, ${found.continued} continued as new`,
  );
  process.exitCode = found.failed.length > 0 ? 1 : 0;
}

/** The naive loop under the same faults, and ours, over the stories in which both can be compared. */
async function control(): Promise<void> {
  const naive = { wanted: 0, extra: 0, lost: 0, wrong: 0 };
  const ours = { wanted: 0, broken: 0, runs: 0 };
  const [first, count] = [Number(values.first), Number(values.seeds)];
  for (let seed = first; seed < first + count; seed++) {
    const scenario = scenarioOf(seed);
    const { workflow, incidents } = scenario;
    // The naive loop has no options of runs.
    if (scenario.extra || !workflow.startsWith('run') || workflow === 'runSyncPipeline' || incidents.length === 0)
      continue;
    const outcome = await playNaively(scenario);
    for (const name of ['wanted', 'extra', 'lost', 'wrong'] as const) naive[name] += outcome[name];
    const { verdict, story } = await playAndJudge(scenario);
    ours.wanted += scenario.syncs.length;
    ours.broken += verdict.broken.length;
    ours.runs += story?.executions.filter(({ startedBy }) => startedBy === 'api').length ?? 0;
  }
  console.log(
    `naive loop: ${naive.wanted} syncs to run; ${naive.extra} runs too many, ${naive.lost} lost, ${naive.wrong} wrong`,
  );
  console.log(`this package: ${ours.wanted} syncs to run, ${ours.runs} runs; ${ours.broken} promises broken`);
}

const play = values.control ? control : campaign;
void (values.seed === undefined ? play() : replay(Number(values.seed)));
