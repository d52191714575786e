/** Campaigns in processes of their own, as jest's sandbox makes the simulation three times slower. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFolder, bundleSimulation } from './bundle';
import type { Campaign } from './campaign';
import { addStrikes, type StageName } from './strikes';

/** A campaign as a process prints it. */
type Written = Omit<Campaign, 'strikes'> & { strikes: [string, [StageName, number][]][] };

/** Plays seeds, in so many processes at once. Rejects where one of them fails or warns. */
export async function runInProcesses(seeds: readonly number[], processes: number): Promise<Campaign> {
  mkdirSync(bundleFolder, { recursive: true });
  const folder = mkdtempSync(join(bundleFolder, 'campaign-'));
  try {
    const script = join(folder, 'campaign.cjs');
    await bundleSimulation('campaign-main.ts', script);
    const parts = Array.from({ length: processes }, (_, part) => seeds.filter((_, at) => at % processes === part));
    return (await Promise.all(parts.map((part) => runPart(script, part)))).reduce(sumOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runPart(script: string, seeds: readonly number[]): Promise<Campaign> {
  const args = [script, ...seeds.map(String)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  if (stderr !== '') throw new Error(stderr);
  const { strikes, ...campaign } = JSON.parse(stdout) as Written;
  return { ...campaign, strikes: new Map(strikes.map(([fault, byStage]) => [fault, new Map(byStage)])) };
}

function sumOf(one: Campaign, other: Campaign): Campaign {
  addStrikes(one.strikes, other.strikes);
  return {
    seeds: one.seeds + other.seeds,
    failed: [...one.failed, ...other.failed],
    unknowable: one.unknowable + other.unknowable,
    strikes: one.strikes,
    runs: one.runs + other.runs,
    attempts: one.attempts + other.attempts,
    continued: one.continued + other.continued,
  };
}
