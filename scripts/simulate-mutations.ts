/**
 * `npm run simulate:mutations [-- --only TEXT] [--seeds 4000] [--first 1]`: breaks the product on purpose, one place at a
 * time, and lets a campaign run on each broken copy until a seed notices. Exits 1 where none did, or where a text to
 * replace is not found exactly once. The product's files stay as they are: the copies are bundles in a folder that Git ignores.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFolder, bundleSimulation } from '../test/simulation/bundle';
import { seedsFrom, type runCampaign, type playAndJudge } from '../test/simulation/campaign';
import type { Mutation } from './simulation/mutation';
import { writtenStories } from '../test/simulation/written-stories';
import { mutations, tellingSeeds } from './simulation/mutations';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '4000' },
    first: { type: 'string', default: '1' },
  },
});

const root = join(__dirname, '..');
/** Of this process alone: several may run at the same time. */
const cache = join(bundleFolder, `mutants-${process.pid}`);

interface Campaigns {
  runCampaign: typeof runCampaign;
  playAndJudge: typeof playAndJudge;
}

/** The file's text with the defect in it. @throws where the text to replace is not there exactly once */
function mutate({ name, file, from, to }: Mutation): string {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`"${name}": its text stands ${places} times in src/${file}, expected once`);
  return text.replace(from, () => to);
}

/** The simulation over a product with one defect. */
async function bundle(mutation: Mutation | null, number: number): Promise<Campaigns> {
  const mutated = mutation && join(root, 'src', mutation.file);
  const contents = mutation && mutate(mutation);
  const outfile = join(cache, `mutant-${number}.cjs`);
  await bundleSimulation('campaign.ts', outfile, (path) =>
    contents !== null && path === mutated ? contents : readFileSync(path, 'utf8'),
  );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is made at run time
  return require(outfile) as Campaigns;
}

/** What a story or a seed noticed; null: nothing did. */
async function findBreach({ runCampaign, playAndJudge }: Campaigns): Promise<string | null> {
  for (const [about, scenario] of writtenStories) {
    const { broken } = (await playAndJudge(scenario)).verdict;
    if (broken[0] !== undefined) return `the story "${about}": ${broken[0]}`;
  }
  const seeds = [...tellingSeeds, ...seedsFrom(Number(values.first), Number(values.seeds))];
  const [failed] = (await runCampaign(seeds, 1)).failed;
  return failed ? `seed ${failed.seed}: ${failed.broken[0]}` : null;
}

async function kill(mutation: Mutation, number: number): Promise<boolean> {
  const breach = await findBreach(await bundle(mutation, number));
  console.log(`${mutation.name}: ${breach ? `killed by ${breach.slice(0, 180)}` : `SURVIVED ${values.seeds} seeds`}`);
  return breach !== null;
}

async function main(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const wanted = mutations.filter(({ name }) => name.includes(values.only));
  for (const mutation of mutations) mutate(mutation);
  const { runCampaign } = await bundle(null, 0);
  const healthy = await runCampaign(seedsFrom(Number(values.first), 50), 1);
  if (healthy.failed.length > 0) throw new Error(`without a mutation seed ${healthy.failed[0]?.seed} fails already`);
  let killed = 0;
  for (const [number, mutation] of wanted.entries()) killed += (await kill(mutation, number + 1)) ? 1 : 0;
  rmSync(cache, { recursive: true });
  console.log(`${killed} of ${wanted.length} mutations were noticed`);
  process.exitCode = killed === wanted.length ? 0 : 1;
}

void main();
