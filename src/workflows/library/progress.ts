/** Keeps what the query `progress` tells, and tells whoever wants to know of each change. */
import type { RunPhase, RunProgress } from '../../contracts/progress';

/** Told of each change of a run's progress; must not throw and must be deterministic, as it runs in workflow code. */
export type ProgressListener = (progress: RunProgress) => void;

/** The progress of one run. */
export class ProgressTracker {
  #current: RunProgress = { phase: 'preparing', syncId: null, since: now(), late: false };

  constructor(readonly listener: ProgressListener | undefined) {}

  get current(): RunProgress {
    return this.#current;
  }

  /** A new phase; what is not told of the execution is forgotten. */
  enter(phase: RunPhase, known: Pick<RunProgress, 'executionId' | 'status'> = {}): void {
    const { syncId } = this.#current;
    this.#tell({ phase, syncId, ...known, since: now(), late: false });
  }

  /** The sync is known now. */
  name(syncId: string): void {
    this.#tell({ ...this.#current, syncId });
  }

  /** The run is late. */
  markLate(): void {
    this.#tell({ ...this.#current, late: true });
  }

  /** The run is over. */
  end(executionId: string | null, status: string | null): void {
    this.enter('ended', { ...(executionId ? { executionId } : {}), ...(status ? { status } : {}) });
  }

  #tell(progress: RunProgress): void {
    this.#current = progress;
    this.listener?.({ ...progress });
  }
}

/** Workflow time: `Date` is deterministic in workflow code. */
function now(): string {
  return new Date().toISOString();
}
