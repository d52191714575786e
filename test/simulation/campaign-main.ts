/** `node --import tsx test/simulation/campaign-main.ts FIRST COUNT`: plays so many seeds, and prints the campaign as JSON. */
import { runCampaign } from './campaign';

async function main(first: number, count: number): Promise<void> {
  const { strikes, ...campaign } = await runCampaign(first, count);
  const written = [...strikes].map(([fault, byStage]) => [fault, [...byStage]]);
  console.log(JSON.stringify({ ...campaign, strikes: written }));
}

void main(Number(process.argv[2]), Number(process.argv[3]));
