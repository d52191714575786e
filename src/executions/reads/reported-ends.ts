/** Ends that sources told of, remembered for whoever waits for them later: each source tells of an end once. */

/** So many are remembered. */
const maxRemembered = 5_000;

/** Ids in the order of their reports, and Polytomic's time of each, milliseconds since the epoch. */
export class ReportedEnds {
  /**
   * Polytomic's time of the newest report that is no longer remembered: of what was last alive before it, the silence of
   * sources says nothing.
   */
  forgottenUpTo = -Infinity;
  /** So far, each as often as it was told. */
  reports = 0;
  /** Those of runs and syncs that are waited for, or are still remembered. */
  awaitedReports = 0;
  private readonly reportedAt = new Map<string, number>();

  /** It is said to have ended. */
  record(executionId: string, serverNow: number, isAwaited: boolean): void {
    this.reports += 1;
    if (isAwaited) this.awaitedReports += 1;
    if (!this.reportedAt.has(executionId)) this.reportedAt.set(executionId, serverNow);
    const [oldest] = this.reportedAt;
    if (this.reportedAt.size <= maxRemembered || oldest === undefined) return;
    this.reportedAt.delete(oldest[0]);
    this.forgottenUpTo = Math.max(this.forgottenUpTo, oldest[1]);
  }

  /** Whether it is said to have ended. */
  has(executionId: string): boolean {
    return this.reportedAt.has(executionId);
  }
}
