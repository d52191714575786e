/** Wakes a loop at a time; one timer at most. */
import { CancellationScope, sleep } from '@temporalio/workflow';
import type { UnderWay } from './under-way';

/** The next time at which something is due that no activity will tell. */
export class Alarm {
  #set: { at: number; scope: CancellationScope } | null = null;

  constructor(readonly underWay: UnderWay) {}

  /** Rings at the earliest of these times (milliseconds since the epoch), and at no other. */
  setFor(times: readonly number[], now: number): void {
    const at = times.length === 0 ? null : Math.max(now, Math.min(...times));
    if (at === (this.#set?.at ?? null)) return;
    this.#set?.scope.cancel();
    this.#set = null;
    if (at === null) return;
    const set = { at, scope: new CancellationScope() };
    this.#set = set;
    this.underWay.begin(
      () => set.scope.run(() => sleep(Math.max(1, at - now), { summary: 'Next starts' })),
      () => {
        if (this.#set === set) this.#set = null;
      },
    );
  }
}
