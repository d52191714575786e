/** Creates one object once: an intent in the record, a key, and after an unknown outcome a look-up. */
import { failureTypes } from '../../contracts/failure-types';
import type { OpenIntent } from '../../contracts/provision-record';
import type { OnceOutcome } from '../../contracts/starts';
import { classifyPost } from '../../executions/error-classes';
import { isNotReady } from '../../executions/not-ready';
import { postIdempotently, refuseEarly, type ItemAttempt } from '../../executions/post-idempotently';
import { readServerTime } from '../../executions/server-time';
import { resourceKinds } from '../../provisioning/kinds';
import { readOrNull } from '../../provisioning/read-or-null';
import type { WrittenObject } from '../../provisioning/resource-kind';
import type { PolytomicClient } from '../../polytomic/client';
import { newAttempt, toOncePost, type AttemptContext, type AttemptState } from '../../rules/attempt-state';
import { createdSince, isNamesake } from '../../rules/provision/created-since';
import { isFields } from '../../rules/provision/values';
import { noteOutcome } from '../../rules/start-attempt';
import { claimsOf } from './claims';
import { createBodyOf, ownedBy, type Application, type Pending } from './application';
import type { ApplyNote } from './note';
import { changeAsHolder } from './set-activities';

/** A create that will not succeed. */
export class CreateRefused extends Error {
  override readonly name = 'CreateRefused';

  constructor(readonly failure: Pending['failure']) {
    super(failure.message);
  }
}

/** Undefined once the object's id is in the note, and in the record. */
export async function createObject(application: Application): Promise<Pending | undefined> {
  const { note, context, item } = application;
  const intent = await registerIntent(application);
  if (note.id !== null) return undefined;
  if (note.job) return followJob(application, { intent, job: note.job });
  const now = context.now();
  const create = note.create ?? newAttempt(1, { now, serverTime: intent.at });
  note.create = create;
  if (item.unanswered) noteLost(create, { intent, now });
  if (create.notBefore > now) return pending(create, now);
  return tryCreate(application, { intent, create });
}

/** Before the first POST; the record answers with an object that an earlier try made known, if there is one. */
async function registerIntent({ context, item, note }: Application): Promise<OpenIntent> {
  const { token, ...ref } = context.ref;
  const { address } = item.object;
  if (!item.intent) throw new TypeError('a create needs an intent');
  const message = { type: 'intend', token, intents: { [address]: item.intent } } as const;
  const { record } = await changeAsHolder(context.records, ref, message);
  const owned = record.objects[address];
  const isNew = owned?.origin === 'created' && owned.id !== item.recorded;
  if (owned && isNew && item.unanswered) Object.assign(note, { id: owned.id, created: true, wrote: true });
  return record.intents[address] ?? item.intent;
}

/** The attempt before this one said nothing: its try may have taken effect since the intent was made. */
function noteLost(create: AttemptState, { intent, now }: { intent: OpenIntent; now: number }): void {
  const failure = { type: failureTypes.Network, message: 'the worker was lost', nonRetryable: false };
  noteOutcome(create, { type: 'noResponse', failure, at: Date.parse(intent.at) }, contextOf(create, now));
}

type Outcome =
  | OnceOutcome
  | Created
  | ({ type: 'notReady' } & Omit<Extract<OnceOutcome, { type: 'throttled' }>, 'type'>)
  | ({ type: 'conflict' } & Omit<Extract<OnceOutcome, { type: 'throttled' }>, 'type'>);
interface Created {
  type: 'created';
  written: WrittenObject;
}

/** One try: a look where an earlier one may have taken effect, then at most one post. */
async function tryCreate(
  application: Application,
  { intent, create }: { intent: OpenIntent; create: AttemptState },
): Promise<Pending | undefined> {
  const { context, item } = application;
  const post = toOncePost(create, item.key, context.now());
  const attempt: ItemAttempt = { ...context.attempt, onPost: () => undefined };
  const early = refuseEarly(attempt, post);
  const outcome = early ?? (await postOnce(application, { attempt, post, intent }));
  if (outcome.type === 'created') return created(application, outcome);
  const decision = noteOutcome(create, outcome, contextOf(create, context.now()));
  if (decision.type === 'retry')
    return { ...pending(create, context.now()), ...('failure' in outcome && { failure: outcome.failure }) };
  if (decision.type === 'failed') throw new CreateRefused(decision.failure);
  throw new TypeError(`a create came to "${decision.type}"`);
}

async function postOnce(
  application: Application,
  { attempt, post, intent }: { attempt: ItemAttempt; post: ReturnType<typeof toOncePost>; intent: OpenIntent },
): Promise<Outcome> {
  const { context, item } = application;
  const kind = resourceKinds[item.object.kind];
  const { client } = context.organization;
  const body = createBodyOf(application);
  return postIdempotently<Outcome>(attempt, {
    item: post,
    look: (signal) => findCreated(application, intent, signal),
    post: async (key) => ({ type: 'created', written: await kind.create(client, body, key) }),
    readForTime: (signal) => readServerTime(client, { signal }),
    async explain(error, posted) {
      if (classifyPost(error) === 'conflict') return { type: 'conflict', ...posted };
      return isNotReady(error) ? { type: 'notReady', ...posted } : undefined;
    },
  });
}

/** Keys are numbered within one object's create, so that the next number is the next key. */
const contextOf = (create: AttemptState, now: number): AttemptContext => ({
  now,
  scheduledAt: now,
  nextKey: () => create.key + 1,
});

const pending = ({ notBefore }: AttemptState, now: number): Pending => ({
  delayMs: Math.max(1, notBefore - now),
  failure: { type: failureTypes.Unavailable, message: 'waiting before the next try', nonRetryable: false },
});

async function created(application: Application, { written }: Created): Promise<Pending | undefined> {
  const { note, context, item } = application;
  note.wrote = true;
  if (written.job && written.id === null) {
    note.job = { ...written.job, since: context.now() };
    return stillRunning;
  }
  if (written.id === null) {
    throw new CreateRefused(unexpected('answered without an id'));
  }
  await makeKnown(application, written.id);
  if (written.consentLink && (await context.deliverLink(item.object, written.consentLink))) note.consent = 'delivered';
  return undefined;
}

const unexpected = (message: string): Pending['failure'] => ({
  type: failureTypes.UnexpectedResponse,
  message,
  nonRetryable: true,
});

async function makeKnown({ context, item, note }: Application, id: string): Promise<void> {
  note.id = id;
  note.created = true;
  const { token, ...ref } = context.ref;
  const object = { ...ownedBy(item, id), specHash: '', secretVersions: {} };
  await changeAsHolder(context.records, ref, { type: 'own', token, address: item.object.address, object });
}

const jobDelayMs = 2_000;
/** How long a job may take to make an object. */
const jobLimitMs = 30 * 60_000;

async function followJob(
  application: Application,
  { intent, job }: { intent: OpenIntent; job: NonNullable<ApplyNote['job']> },
): Promise<Pending | undefined> {
  const { context, note } = application;
  const followed = await readJob(context.organization.client, job, context.now());
  if (followed === 'running') return stillRunning;
  if (followed.id !== null) {
    await makeKnown(application, followed.id);
    return undefined;
  }
  // Jobs are forgotten in time, and what they made stays.
  const found = await findCreated(application, intent, context.attempt.afterPost);
  if (!found) throw new CreateRefused(unexpected('answered a job that is not known any more, and no object'));
  note.job = null;
  return created(application, found);
}

/** A job goes on. */
export const stillRunning: Pending = {
  delayMs: jobDelayMs,
  failure: { type: failureTypes.Unavailable, message: 'the job is still running', nonRetryable: false },
};

/** One look at a job; `id` null: nothing is known of it any more, or it says none. @throws CreateRefused */
export async function readJob(
  client: PolytomicClient,
  { type, id: jobId, since }: NonNullable<ApplyNote['job']>,
  now: number,
): Promise<'running' | { id: string | null }> {
  const read = await readOrNull(() => client.jobs.get({ type, id: jobId }));
  if (!read) return { id: null };
  const { status, error, result } = read;
  if (status === 'failed') {
    throw new CreateRefused({ type: failureTypes.Rejected, message: error ?? 'the job failed', nonRetryable: true });
  }
  const id = isFields(result) && typeof result.id === 'string' ? result.id : null;
  if (status === 'done') return { id };
  if (now - since >= jobLimitMs) {
    const message = `the job ${type} ${jobId} did not end within ${jobLimitMs / 60_000} minutes`;
    throw new CreateRefused({ type: failureTypes.Unavailable, message, nonRetryable: true });
  }
  return 'running';
}

/**
 * Looks for an object of the name that was not there before the first POST, and that no other set claims; of several, nobody
 * can tell which is ours.
 */
async function findCreated(
  { context }: Application,
  intent: OpenIntent,
  signal: AbortSignal,
): Promise<Created | undefined> {
  const found = [];
  for await (const { objects } of resourceKinds[intent.kind].find(context.organization.client, { signal }))
    found.push(...objects.filter((object) => isNamesake(object, intent)));
  const candidates = createdSince(intent, found);
  const theirs = await claimsOf(context.records, context.ref, new Set(candidates.map(({ id }) => id)));
  const [one, ...others] = candidates.filter(({ id }) => theirs[id] === undefined);
  if (!one) return undefined;
  if (others.length === 0) return { type: 'created', written: { id: one.id, consentLink: null, job: null } };
  const ids = [one, ...others]
    .map(({ id }) => id)
    .slice(0, 10)
    .join(', ');
  const message = `${others.length + 1} objects named "${intent.name}" were created while an answer was lost (${ids})`;
  throw new CreateRefused({ type: failureTypes.Ambiguous, message, nonRetryable: true });
}
