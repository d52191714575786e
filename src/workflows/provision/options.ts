/** What the inline functions take besides their input, and where a run stands. */
import type { ProvisionApproval, ProvisionPlan, ProvisionProgress } from '../../contracts/provision';
import type { ActivityPlacement } from '../placement';

/**
 * Options of `provision` and `deprovision`. `taskQueue` and `priority` hold for first runs of syncs and for an undo too; the
 * worker of that queue has to run our workflows, as one of them keeps the record of the set.
 */
export interface ProvisionOptions extends ActivityPlacement {
  /** Told of each change; runs in workflow code, so it must be deterministic. */
  onProgress?: (progress: ProvisionProgress) => void;
  /**
   * Resolves once somebody agreed to this very plan. Needed inline wherever `approve` is not `never`, as the inline
   * functions register no update; the workflows have one.
   */
  awaitApproval?: (plan: ProvisionPlan) => Promise<ProvisionApproval>;
}

/** Keeps the progress and reports each change. */
export class ProvisionTracker {
  #current: ProvisionProgress = {
    phase: 'planning',
    since: new Date().toISOString(),
    set: null,
    counts: { total: 0, done: 0, working: 0, failed: 0 },
    working: [],
    needsConsent: [],
    planHash: null,
  };

  constructor(readonly options: ProvisionOptions) {
    options.onProgress?.(this.#current);
  }

  /** Changes some of it; a new phase begins now. */
  update(change: Partial<ProvisionProgress>): void {
    const isNew = change.phase !== undefined && change.phase !== this.#current.phase;
    this.#current = { ...this.#current, ...change, ...(isNew && { since: new Date().toISOString() }) };
    this.options.onProgress?.(this.#current);
  }
}
