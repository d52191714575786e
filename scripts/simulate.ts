/**
 * The simulation: `npm run simulate -- --seeds 2000 [--first 1]` plays seeds and reports; `--seed N` replays one, shrunk, with
 * what happened. Exits 1 where a promise was broken.
 */
import { parseArgs } from 'node:util';
import { playAndJudge, runCampaign, shrink } from '../test/simulation/campaign';
import { scenarioOf } from '../test/simulation/scenario';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    'stop-at': { type: 'string', default: '20' },
    whole: { type: 'boolean', default: false },
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
  const found = await runCampaign(Number(values.first), Number(values.seeds), Number(values['stop-at']));
  const seconds = (performance.now() - began) / 1_000;
  for (const [name, times] of [...found.struck].toSorted()) console.log(`${String(times).padStart(7)} ${name}`);
  for (const { seed, broken } of found.failed) console.log(`seed ${seed}: ${broken.join('; ')}`);
  console.log(
    `${found.seeds} seeds in ${seconds.toFixed(0)} s: ${found.failed.length} failed, ${found.unknowable} unknowable, ` +
      `${found.attempts} attempts of activities, ${found.continued} continued as new`,
  );
  process.exitCode = found.failed.length > 0 ? 1 : 0;
}

void (values.seed === undefined ? campaign() : replay(Number(values.seed)));
