/** `notify`: posts a notification to a URL that the operator configured. */
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
import { shorten } from '../rules/quoted';
import { organizationOf } from './allowed';
import type { ActivityDependencies, NotifyTargetConfig } from './dependencies';
import { nextRetryDelay } from './next-retry-delay';
import { signatureHeaders } from './sign-post';
import { stableKey, workflowKey } from './stable-key';

/** People wait for the message, and receivers of webhooks answer at once or not at all. */
const timeoutMs = 10_000;

/**
 * Makes the activity: one POST of the notification as JSON, with an `Idempotency-Key` that is the same for each try, so that a
 * receiver can drop what it got twice. Every 2xx is a success; 408, 429, 5xx and a broken connection are tried again; any
 * other answer is final, redirects included, as they would carry the notification to somewhere else. Sends no credential
 * of Polytomic's, and no failure holds the URL.
 *
 * A notification may come from anyone who can schedule an activity: what it holds has the known shape, and its links lead to
 * Polytomic. @throws InvalidInputError where a link leads elsewhere
 */
export function createNotify(deps: ActivityDependencies): CompositeActivities['notify'] {
  return async ({ target, key, notification }) => {
    requireOwnLinks(deps, notification);
    await postToTarget(deps, { target, key, body: notification });
  };
}

function requireOwnLinks(
  deps: ActivityDependencies,
  { organization, failed, late, recovered }: NotifyRequest['notification'],
): void {
  const { origin } = new URL(organizationOf(deps, organization, 'notify').client.url);
  const issues = Object.entries({ failed, late, recovered }).flatMap(([list, syncs]) =>
    syncs.flatMap(({ url }, index) =>
      url === undefined || new URL(url).origin === origin
        ? []
        : [{ field: `notification.${list}[${index}].url`, message: `expected a page of ${origin}` }],
    ),
  );
  if (issues.length > 0) throw new InvalidInputError('notify', issues);
}

/** A notification as a receiver gets it. Slack reads `text` alone, and takes three characters of it for its own marks. */
type Body = { readonly text: string } & object;

/** One post. */
interface Post {
  target: string;
  body: Body;
  /** Tells it from the others of the workflow, whichever activity sends it. Default: each activity sends one. */
  key?: string;
  /** Tells several of one activity apart. */
  about?: string;
}

/** Posts a notification to a target. @throws ApplicationFailure */
export async function postToTarget(
  deps: ActivityDependencies,
  { target: name, body: given, key, about = '' }: Post,
): Promise<void> {
  const target = targetOf(deps, name);
  const url = await urlOf(name, target);
  const { info } = Context.current();
  const id = `${key === undefined ? stableKey(info) : workflowKey(info, key)}${about}`;
  const body = JSON.stringify({ ...given, text: escapeForSlack(given.text) });
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'temporal-polytomic',
    'Idempotency-Key': id,
    ...signatureHeaders({ secrets: target.signingSecrets, id, body, now: systemClock.now() }),
  };
  const init = { method: 'POST', headers, body };
  const answer = await exchange({
    fetch: deps.fetch,
    url,
    init,
    timeoutMs,
    clock: systemClock,
    maxAnswerBytes: 0,
    withoutBody: true,
  }).catch((error: unknown) => {
    throw error instanceof ExchangeFailed ? failure('Network', name, error.message) : error;
  });
  if (answer.status < 200 || answer.status >= 300) throw refusal(name, answer);
}

/** As Slack asks for: no text can call people or hide where a link leads. */
function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

type UrlTarget = Extract<NotifyTargetConfig, { activity: null }>;

function targetOf({ notify }: ActivityDependencies, name: NotifyRequest['target']): UrlTarget {
  const target = notify.get(name);
  if (target?.activity === null) return target;
  const message = `no target "${shorten(name)}" with a URL is configured on this worker`;
  throw new InvalidInputError('notify', [{ field: 'target', message }]);
}

/** Tried again where a function could not answer it just now. */
async function urlOf(name: string, target: UrlTarget): Promise<string> {
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
