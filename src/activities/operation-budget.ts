/** Holds the operation activities of an organization to what its operator allows a minute in this process. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';
import type { Organization } from './dependencies';
import { nextRetryDelay } from './next-retry-delay';

const minuteMs = 60_000;

/** Where no time is asked for, all of a minute's operations may come at once. */
export class OperationBudget {
  /** When the one after the next would be on time, were they spread evenly (the generic cell rate algorithm). */
  readonly #dueAt = new Map<string, number>();

  constructor(readonly now: () => number = Date.now) {}

  /** @throws ApplicationFailure `polytomic.RateLimited` that says when to try again */
  spend({ name, operationsPerMinute }: Organization): void {
    if (operationsPerMinute === undefined) return;
    const now = this.now();
    const everyMs = minuteMs / operationsPerMinute;
    const dueAt = Math.max(this.#dueAt.get(name) ?? 0, now) + everyMs;
    const waitMs = dueAt - now - minuteMs;
    if (waitMs > 0) throw tooMany(name, operationsPerMinute, waitMs);
    this.#dueAt.set(name, dueAt);
  }
}

function tooMany(name: string, operationsPerMinute: number, waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.RateLimited,
    message: `This worker performs ${operationsPerMinute} operations a minute for organization "${name}"`,
    ...nextRetryDelay(waitMs),
  });
}
