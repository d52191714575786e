/** Counts how often what goes with options of runs came about, as seen of the engine from outside. */
import type { SyncRunResult } from '../../src/contracts/run-result';
import { isSuccess } from '../../src/rules/run-outcome';
import type { Command, LogLine } from '../../src/workflows/engine/commands';
import { jobsOf, type EngineState } from '../../src/workflows/engine/state';
import type { MomentName } from './run-options';
import type { StageName, Strikes } from './strikes';

/** What must have come about, with the stages in which it must have done so. */
export const optionStrikes: Readonly<Record<string, readonly StageName[]>> = {
  'a sync was to be run again': ['reading a sync'],
  'a stalled run was to be restarted': ['reading a sync'],
  'it was continued as new before an attempt': ['reading a sync'],
  'it was continued as new in a later attempt': ['waiting for ours'],
  'a later attempt succeeded': ['between jobs'],
  'the last attempt failed': ['between jobs'],
  'an attempt ran out of time': ['between jobs'],
  'a run stood still': ['waiting for ours', 'waiting for others', 'waiting for a run attached to'],
  'a stalled run was to be cancelled': ['stopping'],
  'a stalled run was cancelled': ['between jobs'],
  'a stalled run had moved': ['waiting for ours'],
  'the cancel of a stalled run was not taken': ['waiting for ours'],
  'the cancel of a stalled run was not confirmed': ['between jobs'],
  'others cancelled a stalled run': ['stopping'],
  'the cancel of a stalled run was refused': ['stopping'],
  'the read before a cancel was slow': ['stopping'],
  'the user cancelled': ['stopping', 'comparing', 'reading a sync'],
  'a worker was killed': ['comparing', 'reading a sync'],
  'all workers were away': ['stopping'],
  'the server suggested to continue as new': ['reading a sync'],
  'records were compared': ['comparing'],
  'past runs could not be read': ['comparing'],
  'past runs were given up': ['between jobs'],
  'a run had too few records': ['between jobs'],
  'a limit made a completed run a failed one': ['between jobs'],
  'an ingestion was awaited': ['searching'],
  'an ingestion came to work': ['searching'],
  'an ingestion had caught up': ['between jobs'],
};

/** What is seen of one story. */
export class OptionStrikes {
  readonly #stopping = new Map<string, string>();

  /** @param onMoment is told when the engine comes to something, and of which sync */
  constructor(
    readonly strikes: Strikes,
    readonly onMoment: (when: MomentName, syncId: string) => void,
  ) {}

  /** The engine wants to begin this. */
  noteCommand(command: Command): void {
    if (command.type === 'catchUp') this.strikes.noteLasting('an ingestion was awaited');
    if (command.type === 'compare') {
      this.strikes.noteLasting('records were compared');
      this.onMoment('comparing', command.request.items[0]?.syncId ?? '');
    }
    if (command.type !== 'cancel') return;
    const stalled = command.request.items.find(({ onlyIfCounts }) => onlyIfCounts !== undefined);
    if (!stalled) return;
    this.strikes.noteLasting('a stalled run was to be cancelled');
    this.onMoment('stalled', stalled.syncId);
  }

  /** The engine wrote this into the workflow's log at this time. */
  noteLine({ message, attributes }: LogLine, now: number): void {
    if (message === 'A run is stalled') this.strikes.noteLasting('a run stood still');
    if (message !== 'A sync did not succeed and is run again') return;
    const { nextAttemptAt, syncId } = attributes;
    const isAtOnce = Date.parse(String(nextAttemptAt)) <= now;
    this.strikes.noteLasting(isAtOnce ? 'a stalled run was to be restarted' : 'a sync was to be run again');
    this.onMoment('again', String(syncId));
  }

  /** The engine has become this. */
  noteState(state: EngineState): void {
    for (const { id, stage, stalled } of jobsOf(state)) {
      if (stage.type === 'stopping' && stage.resumes) {
        this.#stopping.set(id, stage.executionId ?? '');
      } else if (this.#stopping.has(id)) {
        const isSame = stage.type === 'running' && stage.executionId === this.#stopping.get(id);
        this.#stopping.delete(id);
        if (!isSame) continue;
        const isStill = stalled === stage.executionId;
        this.strikes.noteLasting(isStill ? 'the cancel of a stalled run was not taken' : 'a stalled run had moved');
      }
    }
  }

  /** The workflow continues as new. */
  noteContinued(state: EngineState): void {
    const jobs = jobsOf(state);
    if (jobs.some(({ failedAttempt }) => failedAttempt)) {
      this.strikes.noteLasting('it was continued as new before an attempt');
    }
    if (jobs.some(({ earlier }) => earlier)) this.strikes.noteLasting('it was continued as new in a later attempt');
  }

  /** What the workflow returned of single syncs. */
  noteResults(results: readonly SyncRunResult[]): void {
    for (const { outcome, attempts, reason = '', cancelConfirmed, ingestion } of results) {
      const names = [
        (attempts ?? 1) > 1 && (isSuccess(outcome) ? 'a later attempt succeeded' : 'the last attempt failed'),
        reason === 'timeoutPerAttempt has passed' && 'an attempt ran out of time',
        reason.startsWith('stalled:') && cancelConfirmed === true && 'a stalled run was cancelled',
        reason.startsWith('stalled:') && cancelConfirmed === false && 'the cancel of a stalled run was not confirmed',
        reason.includes('was not checked') && 'past runs were given up',
        /fewer than minRecordsRatio/.test(reason) && 'a run had too few records',
        /more than max|fewer than minRecords /.test(reason) && 'a limit made a completed run a failed one',
        ingestion !== undefined && 'an ingestion had caught up',
      ];
      for (const name of names) if (name) this.strikes.noteLasting(name);
    }
  }
}
