/** Run with seeds as arguments: plays them, and prints the campaign as JSON. */
import { runCampaign } from './campaign';

async function main(seeds: readonly number[]): Promise<void> {
  const { strikes, ...campaign } = await runCampaign(seeds);
  const written = [...strikes].map(([fault, byStage]) => [fault, [...byStage]]);
  console.log(JSON.stringify({ ...campaign, strikes: written }));
}

void main(process.argv.slice(2).map(Number));
