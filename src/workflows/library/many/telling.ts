/** Tells people, once each, of jobs that failed, are late, or succeeded after all. */
import { log } from '@temporalio/workflow';
import type { NotifiedSync } from '../../../contracts/notification';
import type { StepResult } from '../../../contracts/fan-out-result';
import { isSuccess } from '../../../rules/run-outcome';
import type { Notifier } from '../notifier';
import { executionOf, type ActiveJob, type Job } from './job';

/** To the log of the workflow, and to the targets that the input names. */
export class Telling {
  constructor(readonly notifier: Notifier) {}

  /** The job's turn lasts longer than `warnAfter` allows. */
  late(job: ActiveJob): void {
    const sync = syncOf(job, executionOf(job));
    log.warn('A sync runs later than usual', { ...sync });
    this.notifier.late(sync);
  }

  /** A job ended. */
  ended(job: Job, result: StepResult): void {
    const { outcome, reason, url } = result;
    const why = reason ?? result.errors[0];
    const sync = { ...syncOf(job, result.executionId), outcome, ...(why && { reason: why }), ...(url && { url }) };
    if (!isSuccess(outcome)) this.notifier.failed(sync);
    else if (outcome !== 'skipped') this.notifier.recovered(sync);
  }
}

function syncOf({ kind, syncId, name, stepId }: Job, executionId: string | null): NotifiedSync {
  return { kind, syncId, name, executionId, ...(stepId === undefined ? {} : { stepId }) };
}
