/** Creates one object once: an intent in the record, a key, and after an unknown outcome a look-up. */
import { failureTypes } from '../../contracts/failure-types';
import type { OpenIntent } from '../../contracts/provision-record';
import type { OnceOutcome } from '../../contracts/starts';
import { classifyPost } from '../../executions/error-classes';
import { postIdempotently, refuseEarly, type ItemAttempt } from '../../executions/post-idempotently';
import { readServerTime } from '../../executions/server-time';
import { askForConsent } from '../../provisioning/connections';
import { resourceKinds } from '../../provisioning/kinds';
import type { WrittenObject } from '../../provisioning/resource-kind';
import { newAttempt, toOncePost, type AttemptContext, type AttemptState } from '../../rules/attempt-state';
import { createdSince, type NamesakeFacts } from '../../rules/provision/created-since';
import { noteOutcome } from '../../rules/start-attempt';
import { createBodyOf, ownedBy, type Application, type Pending } from './application';
import { isNotReady } from './not-ready';
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
  if (note.job) return followJob(application, note.job);
  const intent = await registerIntent(application);
  if (note.id !== null) return undefined;
  const now = context.now();
  const create = note.create ?? newAttempt(1, now);
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
  found: boolean;
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
    post: async (key) => ({ type: 'created', written: await kind.create(client, body, key), found: false }),
    readForTime: (signal) => readServerTime(client, { signal }),
    async explain(error, posted) {
      if (classifyPost(error) === 'conflict') return { type: 'conflict', ...posted };
      return isNotReady(posted.failure) ? { type: 'notReady', ...posted } : undefined;
    },
  });
}

/** Keys are numbered within one object's create, so that the next number is the next key. */
const contextOf = (create: AttemptState, now: number): AttemptContext => ({ now, nextKey: () => create.key + 1 });

const pending = ({ notBefore }: AttemptState, now: number): Pending => ({
  delayMs: Math.max(1, notBefore - now),
  failure: { type: failureTypes.Unavailable, message: 'waiting before the next try', nonRetryable: false },
});

async function created(application: Application, { written, found }: Created): Promise<Pending | undefined> {
  const { note, context, item } = application;
  note.wrote = true;
  if (written.job && written.id === null) {
    note.job = written.job;
    return followJob(application, written.job);
  }
  if (written.id === null) {
    throw new CreateRefused({
      type: failureTypes.UnexpectedResponse,
      message: 'answered without an id',
      nonRetryable: true,
    });
  }
  await makeKnown(application, written.id);
  if (written.consentLink) {
    note.consent = (await context.deliverLink(item, written.consentLink)) ? 'delivered' : 'undelivered';
  } else if (found && item.object.kind === 'connections') await recoverLink(application, written.id);
  return undefined;
}

async function makeKnown({ context, item, note }: Application, id: string): Promise<void> {
  note.id = id;
  note.created = true;
  const { token, ...ref } = context.ref;
  const object = { ...ownedBy(item, id), specHash: '', secretVersions: {} };
  await changeAsHolder(context.records, ref, { type: 'own', token, address: item.object.address, object });
}

/** A link is answered once; after a lost answer another one is asked for. */
async function recoverLink({ context, item, note }: Application, id: string): Promise<void> {
  const { client } = context.organization;
  const settled = await resourceKinds.connections.settle(client, id, { schemas: false });
  if (settled.state !== 'waiting' || !settled.consent) return;
  const link = await askForConsent(client, id);
  note.consent = link !== null && (await context.deliverLink(item, link)) ? 'delivered' : 'undelivered';
}

const jobDelayMs = 2_000;

async function followJob(application: Application, job: { type: string; id: string }): Promise<Pending | undefined> {
  const { client } = application.context.organization;
  const { status, error, result } = await client.jobs.get({ type: job.type, id: job.id });
  if (status === 'failed') {
    throw new CreateRefused({ type: failureTypes.Rejected, message: error ?? 'the job failed', nonRetryable: true });
  }
  const id = typeof result === 'object' && result !== null ? (result as { id?: unknown }).id : undefined;
  if (status !== 'done' || typeof id !== 'string') {
    const failure = { type: failureTypes.Unavailable, message: 'the job is still running', nonRetryable: false };
    return { delayMs: jobDelayMs, failure };
  }
  await makeKnown(application, id);
  return undefined;
}

/** Looks for an object of the name that was not there before the first POST; of several, nobody can tell which is ours. */
async function findCreated(
  { context, item }: Application,
  intent: OpenIntent,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const kind = resourceKinds[item.object.kind];
  const { name, body } = item.object;
  const type = item.object.kind === 'connections' ? body.type : null;
  const found: NamesakeFacts[] = [];
  for await (const page of kind.find(context.organization.client, { signal })) {
    found.push(
      ...page.filter(
        (object) => object.name === name && (type === null || object.type === null || object.type === type),
      ),
    );
  }
  const [one, ...others] = createdSince(intent, found);
  if (!one) return undefined;
  if (others.length === 0)
    return { type: 'created', written: { id: one.id, consentLink: null, job: null }, found: true };
  const ids = [one, ...others]
    .map(({ id }) => id)
    .slice(0, 10)
    .join(', ');
  const message = `${others.length + 1} objects named "${name}" were created while an answer was lost (${ids})`;
  throw new CreateRefused({ type: failureTypes.Ambiguous, message, nonRetryable: true });
}
