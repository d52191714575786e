/** Prints what fan-outs cost, and ours as a ratio of the pool's. */
import type { Machine } from '../machine';
import { printTable, toText, type Column } from '../table';
import type { FanOutCost } from './cost';
import { perSync, requestRatio } from './promises';

/** What one run of a part found. */
export interface PartResults {
  command: string;
  at: string;
  machine: Machine;
  costs: FanOutCost[];
}

/** Parts that were not measured are absent. */
export interface FanOutResults {
  compared?: PartResults;
  growth?: PartResults;
}

const columns: readonly Column<FanOutCost>[] = [
  ['side', ({ side }) => side],
  ['syncs', ({ syncs }) => toText(syncs)],
  ['at once', ({ concurrency }) => toText(concurrency)],
  ['run s', ({ seconds }) => toText(seconds)],
  ['wall s', ({ wallSeconds }) => toText(wallSeconds)],
  ['peak', ({ peak }) => toText(peak)],
  ['requests a sync', (cost) => toText(perSync(cost).requests)],
  ['shared looks', ({ sharedLooks }) => toText(sharedLooks)],
  ['others of the unavoidable', (cost) => toText(requestRatio(cost))],
  ['CPU ms a sync', (cost) => toText(perSync(cost).cpuMs)],
  ['peak RSS MiB', ({ peakRssMib }) => toText(peakRssMib)],
  ["idle worker's CPU ms", ({ idleWorker, syncs }) => toText(idleWorker && (idleWorker.cpuSeconds * 1000) / syncs)],
  ["idle worker's RSS MiB", ({ idleWorker }) => toText(idleWorker && idleWorker.peakRssMib)],
  ['events a sync', (cost) => ofTemporal(cost, perSync(cost).events)],
  ['actions a sync', (cost) => ofTemporal(cost, perSync(cost).actions)],
  ['runs', (cost) => toText(cost.temporal?.runs ?? null)],
  ['largest payload KiB', (cost) => toText(cost.temporal && cost.temporal.largestPayloadBytes / 1024)],
];

const ofTemporal = ({ temporal }: FanOutCost, value: number): string => toText(temporal && value);

/** Prints the parts that were measured. */
export function report({ compared, growth }: FanOutResults): void {
  if (compared) {
    reportPart('Ours beside a promise pool on the official SDK that polls every 5 s', compared);
    const [ours, pool] = compared.costs;
    if (ours && pool) console.log(ratios(ours, pool));
  }
  if (growth) reportPart('Ours alone, more and more syncs', growth);
}

function reportPart(title: string, { command, machine, costs }: PartResults): void {
  const { cores, cpu, memoryGib, node, load } = machine;
  console.log(`\n${command} on ${cores} cores (${cpu}), ${memoryGib} GiB, node ${node}, load ${toText(load)}`);
  printTable(title, columns, costs);
}

function ratios(ours: FanOutCost, pool: FanOutCost): string {
  const ratio = (figure: (cost: FanOutCost) => number): string => toText(figure(ours) / figure(pool));
  return (
    `Ours takes ${ratio(({ wallSeconds }) => wallSeconds)} × the wall time, ${ratio(({ requests }) => requests)} × the ` +
    `requests, ${ratio(({ cpuSeconds }) => cpuSeconds)} × the CPU and ${ratio(({ peakRssMib }) => peakRssMib)} × the ` +
    'memory of the pool'
  );
}
