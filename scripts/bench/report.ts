/** Prints what was measured, and what it is of the alternative measured beside it. */
import type { Away } from './away';
import type { Burst } from './burst';
import type { LoneWaits } from './lone-waits';
import type { Measured } from './measured';
import type { Weight } from './memory';
import type { ReadCost } from './read-cost';
import type { Machine } from './machine';
import { printTable, toText, type Column } from './table';

/** Everything that one run of the benchmark found; parts that did not run are empty. */
export interface Results {
  command: string;
  at: string;
  machine: Machine;
  simulated: Measured[];
  real: Measured[];
  lone: LoneWaits[];
  burst: Burst[];
  memory: Weight[];
  reads: ReadCost[];
  away: Away[];
}

const costs: readonly Column<Measured>[] = [
  ['side', ({ side }) => side],
  ['waits', ({ waits }) => toText(waits)],
  ['requests', ({ requests }) => toText(Math.round(requests))],
  ['p50 s', ({ p50 }) => toText(p50)],
  ['p99 s', ({ p99 }) => toText(p99)],
  ['requests × s a wait', ({ requestSeconds }) => toText(requestSeconds)],
  ['CPU ms a wait-hour', ({ cpuMsPerWaitHour }) => toText(cpuMsPerWaitHour)],
];

const simulated: readonly Column<Measured>[] = [...costs, ['heap KiB a wait', ({ kibPerWait }) => toText(kibPerWait)]];

const real: readonly Column<Measured>[] = [
  ...costs,
  ['RSS KiB a wait', ({ kibPerWait }) => toText(kibPerWait)],
  ['events a wait', ({ eventsPerWait }) => toText(eventsPerWait)],
  ['actions a wait', ({ actionsPerWait }) => toText(actionsPerWait)],
];

const memory: readonly Column<Weight>[] = [
  ['form', ({ form }) => form],
  ['waits', ({ waits }) => toText(waits)],
  ['RSS KiB a wait', ({ kibPerWait }) => toText(kibPerWait)],
  ['heap KiB a wait', ({ heapKibPerWait }) => toText(heapKibPerWait)],
  ['CPU ms a wait-hour', ({ cpuMsPerWaitHour }) => toText(cpuMsPerWaitHour)],
  ['heartbeats a wait-hour', ({ heartbeatsPerWaitHour }) => toText(heartbeatsPerWaitHour)],
  ['all waiting after s', ({ startSeconds }) => toText(startSeconds)],
];

const reads: readonly Column<ReadCost>[] = [
  ['side', ({ side }) => side],
  ['reads', ({ reads }) => toText(reads)],
  ['CPU s per 1,000 reads', ({ cpuSecondsPer1000 }) => toText(cpuSecondsPer1000)],
];

const lone: readonly Column<LoneWaits>[] = [
  ['side', ({ side }) => side],
  ['runs', ({ runs }) => toText(runs)],
  ['requests an hour', ({ requestsPerHour }) => toText(requestsPerHour)],
  ['mean s', ({ meanSeconds }) => toText(meanSeconds)],
  ['max s', ({ maxSeconds }) => toText(maxSeconds)],
  ['requests × s', ({ requestSeconds }) => toText(requestSeconds)],
];

const burst: readonly Column<Burst>[] = [
  ['side', ({ side }) => side],
  ['ends', ({ ends }) => toText(ends)],
  ['p50 s', ({ p50 }) => toText(p50)],
  ['max s', ({ max }) => toText(max)],
];

const away: readonly Column<Away>[] = [
  ['waits', ({ waits }) => toText(waits)],
  ['minutes away', ({ minutes }) => toText(minutes)],
  ['ended meanwhile', ({ endedMeanwhile }) => toText(endedMeanwhile)],
  ['p50 s', ({ p50 }) => toText(p50)],
  ['max s', ({ max }) => toText(max)],
  ['requests', ({ requests }) => toText(requests)],
];

/** Prints all parts that ran. */
export function report(results: Results): void {
  const { cpu, cores, memoryGib, node, load } = results.machine;
  console.log(`\n${results.command} on ${cores} cores (${cpu}), ${memoryGib} GiB, node ${node}, load ${toText(load)}`);
  reportCosts('Waits of an hour, simulated on the emulator', simulated, results.simulated);
  reportCosts('Real minutes: workflows on a Temporal server, one worker', real, results.real);
  if (results.lone.length > 0) printTable('Lone waits of 20 to 170 s, in real time', lone, results.lone);
  if (results.burst.length > 0) printTable('Ends at once, answers of 2 s, from the hint on', burst, results.burst);
  if (results.memory.length > 0) printTable('Memory of waits that go on', memory, results.memory);
  if (results.reads.length > 0) printTable('CPU time of reads', reads, results.reads);
  if (results.away.length > 0) printTable('All workers killed, then one returns', away, results.away);
  for (const line of [...weightRatios(results.memory), ...actionsOf(results)]) console.log(line);
}

function reportCosts(title: string, columns: readonly Column<Measured>[], rows: readonly Measured[]): void {
  if (rows.length === 0) return;
  printTable(title, columns, rows);
  for (const ours of rows.filter(({ side }) => side === 'ours')) {
    const others = rows.filter(({ side, waits }) => waits === ours.waits && side !== 'ours');
    const ratios = others.map(
      (other) =>
        `${toText(other.requests / ours.requests)} × our requests, ` +
        `${toText(other.requestSeconds / ours.requestSeconds)} × our requests × latency (${other.side})`,
    );
    console.log(`${toText(ours.waits)} waits: ${ratios.join('; ')}`);
  }
}

function weightRatios(weights: readonly Weight[]): string[] {
  const bare = weights.filter(({ form }) => form === 'bare');
  const ours = weights.filter(({ form }) => form === 'ours');
  return ours.map((one, index) => {
    const ratio = one.kibPerWait / bare[index]!.kibPerWait;
    return `${toText(one.waits)} workflows of ours weigh ${toText(ratio)} × as much as bare ones`;
  });
}

/** Heartbeats are known by the memory part, all else by the real one. */
function actionsOf({ real: measured, memory: weights }: Results): string[] {
  const cost = measured.findLast(({ actionsPerWait }) => actionsPerWait !== null)?.actionsPerWait ?? null;
  const weight = weights.find(({ form, heartbeatsPerWaitHour }) => form === 'ours' && heartbeatsPerWaitHour !== null);
  if (cost === null || !weight) return [];
  const beats = weight.heartbeatsPerWaitHour ?? 0;
  return [
    `Billable actions of a one-hour wait: ${toText(cost)} + ${toText(beats)} heartbeats = ${toText(cost + beats)}`,
  ];
}
