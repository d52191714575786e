/** Campaigns in processes of their own, as jest's sandbox makes the simulation three times slower. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Campaign } from './campaign';
import { addStrikes, type StageName } from './strikes';

/** A campaign as a process prints it. */
type Written = Omit<Campaign, 'strikes'> & { strikes: [string, [StageName, number][]][] };

/** Plays seeds from `first` on, in so many processes at once. Rejects where one of them fails or warns. */
export async function runInProcesses(first: number, count: number, processes: number): Promise<Campaign> {
  const share = Math.ceil(count / processes);
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, at) => runPart(first + at * share, Math.min(share, count - at * share))),
  );
  return parts.reduce(sumOf);
}

async function runPart(first: number, count: number): Promise<Campaign> {
  const script = join(__dirname, 'campaign-main.ts');
  const args = ['--import', 'tsx', script, String(first), String(count)];
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
