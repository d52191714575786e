/** Counts how often each fault struck, and what the engine was doing at that moment. */
import { mayHaveTakenEffect } from '../../src/rules/attempt-state';
import type { Job } from '../../src/workflows/engine/job';
import { jobsOf, type EngineState } from '../../src/workflows/engine/state';

/** What a job, or the whole workflow, was doing. */
export const stageNames = [
  'preparing',
  'reading a sync',
  'creating',
  'starting',
  'starting again',
  'waiting for ours',
  'waiting for a run attached to',
  'waiting for others',
  'searching',
  'comparing',
  'stopping',
  'between jobs',
] as const;

/** One of {@link stageNames}. */
export type StageName = (typeof stageNames)[number];

/** By fault: how often it struck in each stage. */
export type StrikeCounts = Map<string, Map<StageName, number>>;

/** The strikes of one story. */
export class Strikes {
  readonly counts: StrikeCounts = new Map();
  /** When the last fault struck that is over by itself, milliseconds since the epoch; 0: none did. */
  lastAt = 0;

  /** @param now milliseconds since the epoch; @param stages what the engine is doing */
  constructor(
    readonly now: () => number,
    readonly stages: () => readonly StageName[],
  ) {}

  /** The fault strikes now. */
  note(fault: string): void {
    this.lastAt = this.now();
    this.noteLasting(fault);
  }

  /** As {@link note}, of something that is so all the time. */
  noteLasting(fault: string): void {
    const byStage = this.counts.get(fault) ?? new Map<StageName, number>();
    this.counts.set(fault, byStage);
    for (const stage of this.stages()) byStage.set(stage, (byStage.get(stage) ?? 0) + 1);
  }
}

/** Adds one story's strikes to those of all. */
export function addStrikes(all: StrikeCounts, more: StrikeCounts): void {
  for (const [fault, byStage] of more) {
    const sum = all.get(fault) ?? new Map<StageName, number>();
    all.set(fault, sum);
    for (const [stage, times] of byStage) sum.set(stage, (sum.get(stage) ?? 0) + times);
  }
}

/** What the jobs of a state are doing, each stage once. */
export function stagesOf(state: EngineState | null): StageName[] {
  if (!state) return ['preparing'];
  const names = new Set(jobsOf(state).map(stageOf));
  return names.size > 0 ? [...names] : ['between jobs'];
}

function stageOf({ stage, attempt }: Job): StageName {
  switch (stage.type) {
    case 'needsSnapshot':
      return 'reading a sync';
    case 'creating':
      return 'creating';
    case 'starting':
      return attempt && mayHaveTakenEffect(attempt) ? 'starting again' : 'starting';
    case 'running':
      return waits[stage.ownership];
    case 'searching':
      return 'searching';
    case 'comparing':
      return 'comparing';
    case 'stopping':
      return 'stopping';
  }
}

const waits = {
  own: 'waiting for ours',
  attached: 'waiting for a run attached to',
  other: 'waiting for others',
} as const;

/** A table of fault by stage, as Markdown. */
export function strikeTable(counts: StrikeCounts): string {
  const rows = [...counts].toSorted(([one], [other]) => one.localeCompare(other));
  return [
    `| Fault | ${stageNames.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(stageNames.length)}`,
    ...rows.map(
      ([fault, byStage]) => `| ${fault} | ${stageNames.map((stage) => byStage.get(stage) ?? '').join(' | ')} |`,
    ),
  ].join('\n');
}
