/** Tells the targets of a single run how it goes: late, failed, or recovered after all. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { PreparedRuns } from '../../contracts/composite-activities';
import type { NotifiedSync } from '../../contracts/notification';
import type { SyncRunResult } from '../../contracts/run-result';
import { isSuccess } from '../../rules/run-outcome';
import { Notifier } from './notifier';

type Sync = Pick<NotifiedSync, 'kind' | 'syncId' | 'name' | 'executionId'>;

/** With no targets it does nothing. */
export class RunTelling {
  readonly #notifier: Notifier;

  constructor({ notify: targets = [], organization, options: { errorText } }: PreparedRuns) {
    this.#notifier = new Notifier({ targets, organization, errorText });
  }

  /** The run lasts longer than `warnAfter` allows. Sent without waiting for it. */
  late(sync: Sync): void {
    this.#notifier.late(sync);
    this.#notifier.flush();
  }

  /** The run ended; resolves once everybody was told, or could not be. */
  async ended({ kind, syncId, name, executionId, outcome, url, ...result }: SyncRunResult): Promise<void> {
    const reason = result.reason ?? result.errors[0];
    const sync = { kind, syncId, name, executionId, outcome, ...(reason && { reason }), ...(url && { url }) };
    if (!isSuccess(outcome)) this.#notifier.failed(sync);
    else if (outcome !== 'skipped') this.#notifier.recovered(sync);
    await this.#notifier.finish();
  }

  /** It came to no result: it could not be started, say. Resolves as `ended` does. */
  async broke(sync: Sync, error: unknown): Promise<void> {
    const { type, message } = error instanceof ApplicationFailure ? error : { type: null, message: String(error) };
    this.#notifier.failed({ ...sync, reason: `${type ? `${type}: ` : ''}${message}` });
    await this.#notifier.finish();
  }
}
