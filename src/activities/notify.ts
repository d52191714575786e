/** `notify`: posts a notification to a URL that the worker's owner configured. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { NotifyRequest } from '../contracts/notification';
import { failureRuleOf } from '../executions/error-classes';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { systemClock } from '../polytomic/clock';
import { codeOfStatus, type PolytomicErrorCode } from '../polytomic/errors';
import { exchange, ExchangeFailed, type Exchanged } from '../polytomic/exchange';
import { retryAfterMs } from '../polytomic/retry-after';
import type { ActivityDependencies } from './dependencies';
import { nextRetryDelay } from './next-retry-delay';
import { stableKey } from './stable-key';

/** People wait for the message, and receivers of webhooks answer at once or not at all. */
const timeoutMs = 10_000;

/**
 * Makes the activity: one POST of the notification as JSON, with an `Idempotency-Key` that is the same for each try, so that a
 * receiver can drop what it got twice. Every 2xx is a success; 408, 429, 5xx and a broken connection are tried again; any
 * other answer is final, redirects included, as they would carry the notification to somewhere else. Sends no credential
 * of Polytomic's, and no failure holds the URL.
 */
export function createNotify(deps: ActivityDependencies): CompositeActivities['notify'] {
  return async ({ target, notification }) => {
    const url = await urlOf(deps, target);
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'temporal-polytomic',
      'Idempotency-Key': stableKey(Context.current().info),
    };
    const init = { method: 'POST', headers, body: JSON.stringify(notification) };
    const answer = await exchange({
      fetch: deps.fetch,
      url,
      init,
      timeoutMs,
      clock: systemClock,
      maxAnswerBytes: 0,
      withoutBody: true,
    }).catch((error: unknown) => {
      throw error instanceof ExchangeFailed ? failure('Network', target, error.message) : error;
    });
    if (answer.status < 200 || answer.status >= 300) throw refusal(target, answer);
  };
}

/** Tried again where a function could not answer it just now. */
async function urlOf({ notify }: ActivityDependencies, name: NotifyRequest['target']): Promise<string> {
  const target = notify.get(name);
  if (!target || target.activity !== null) {
    const message = `no target "${name}" with a URL is configured on this worker`;
    throw new InvalidInputError('notify', [{ field: 'target', message }]);
  }
  try {
    return await target.url();
  } catch (error) {
    throw failure('Unavailable', name, error instanceof Error ? error.message : 'its URL could not be had');
  }
}

function refusal(target: string, { status, header }: Exchanged): ApplicationFailure {
  if (status < 400) return failure('Rejected', target, `answered ${status}; redirects are not followed`);
  // What a refusal of Polytomic's means for a credential or an object is of no use here.
  const code = codeOfStatus(status);
  const passing = code === 'RateLimited' || code === 'Unavailable';
  return failure(passing ? code : 'Rejected', target, `answered ${status}`, retryAfterMs(header, systemClock.now()));
}

function failure(code: PolytomicErrorCode, target: string, reason: string, delayMs?: number): ApplicationFailure {
  const { type, nonRetryable } = failureRuleOf({ code });
  return ApplicationFailure.create({
    type,
    nonRetryable,
    message: `Target "${target}": ${reason}`,
    ...nextRetryDelay(delayMs),
  });
}
