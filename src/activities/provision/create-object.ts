/** Creates one object once: an intent in the record, a key, and after an unknown outcome a look-up. */
import { failureTypes } from '../../contracts/failure-types';
import type { OpenIntent } from '../../contracts/provision-record';
import { postOnce, restOfWait, withWakeAt } from '../../executions/post-once';
import { nextKey, resumeNote } from '../../executions/try-note';
import { askForConsent } from '../../provisioning/connections';
import { resourceKinds } from '../../provisioning/kinds';
import type { WrittenObject } from '../../provisioning/resource-kind';
import { createdSince, type NamesakeFacts } from '../../rules/provision/created-since';
import { withoutVersions } from '../../rules/provision/values';
import { createBodyOf, ownedBy, type Application, type Pending } from './application';
import { isNotReady } from './not-ready';
import { changeAsHolder } from './set-activities';

/** Several new objects bear the name after a create without a clear answer: nobody can tell which of them is ours. */
class SeveralCreated extends Error {
  override readonly name = 'SeveralCreated';
}

/** Undefined once the object's id is in the note, and in the record. */
export async function createObject(application: Application): Promise<Pending | undefined> {
  const { note, context, item } = application;
  if (note.job) return followJob(application, note.job);
  const intent = await registerIntent(application);
  if (note.id !== null) return undefined;
  const create = resumeNote(note.create, { unansweredTry: item.unanswered, now: context.now() });
  const early = restOfWait(create, context.now());
  if (early) return { delayMs: early.delayMs, failure: early.cause };
  return post(application, { intent, create });
}

/** Before the first POST; the record answers with an object that an earlier try made known, if there is one. */
async function registerIntent({ context, item, note }: Application): Promise<OpenIntent> {
  const { token, ...ref } = context.ref;
  const { address } = item.object;
  if (!item.intent) throw new TypeError('a create needs an intent');
  const { record } = await changeAsHolder(context.records, ref, {
    type: 'intend',
    token,
    intents: { [address]: item.intent },
  });
  const owned = record.objects[address];
  const isNew = owned?.origin === 'created' && owned.id !== item.recorded;
  if (owned && isNew && item.unanswered) Object.assign(note, { id: owned.id, created: true, wrote: true });
  return record.intents[address] ?? item.intent;
}

async function post(
  application: Application,
  { intent, create }: { intent: OpenIntent; create: NonNullable<Application['note']['create']> },
): Promise<Pending | undefined> {
  const { note, context, item } = application;
  const kind = resourceKinds[item.object.kind];
  const { client } = context.organization;
  const body = await context.deps.resolveSecrets(withoutVersions(createBodyOf(application)));
  const onNote = (next: typeof create): void => void (note.create = next);
  try {
    const step = await postOnce<WrittenObject, never>(
      {
        keys: item.keys,
        post: (key) => kind.create(client, body, key),
        findOurs: () => findCreated(application, intent),
        pick: onlyOne,
        findForeign: async () => undefined,
        now: () => context.now(),
        onNote,
      },
      create,
    );
    if (step.state === 'done') return created(application, step.value, step.found);
    if (step.state === 'again') {
      note.create = withWakeAt(step, context.now()).note;
      return { delayMs: step.delayMs, failure: step.cause };
    }
    if (step.state === 'failed') return afterRefusal(application, step.failure);
    throw new TypeError('nothing blocks a create');
  } catch (error) {
    if (!(error instanceof SeveralCreated)) throw error;
    throw new CreateRefused({ type: failureTypes.Ambiguous, message: error.message, nonRetryable: true });
  }
}

/** A create that will not succeed. */
export class CreateRefused extends Error {
  override readonly name = 'CreateRefused';

  constructor(readonly failure: Pending['failure']) {
    super(failure.message);
  }
}

/** The first outcome of a key is recorded, errors too: what passes needs another key. */
function afterRefusal({ note, context }: Application, failure: Pending['failure']): Pending {
  if (!note.create || !isNotReady(failure)) throw new CreateRefused(failure);
  note.create = nextKey(note.create, context.now());
  return { delayMs: notReadyDelayMs, failure: { ...failure, nonRetryable: false } };
}

const notReadyDelayMs = 5_000;

async function created(application: Application, written: WrittenObject, found: boolean): Promise<Pending | undefined> {
  const { note } = application;
  note.wrote = true;
  if (written.job && written.id === null) {
    note.job = written.job;
    return followJob(application, written.job);
  }
  if (written.id === null)
    throw new CreateRefused({
      type: failureTypes.UnexpectedResponse,
      message: 'answered without an id',
      nonRetryable: true,
    });
  await makeKnown(application, written.id);
  if (written.consentLink)
    note.consent = (await application.context.deliverLink(application.item, written.consentLink))
      ? 'delivered'
      : 'undelivered';
  else if (found && application.item.object.kind === 'connections') await recoverLink(application, written.id);
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
  if (status === 'failed')
    throw new CreateRefused({ type: failureTypes.Rejected, message: error ?? 'the job failed', nonRetryable: true });
  const id = typeof result === 'object' && result !== null ? (result as { id?: unknown }).id : undefined;
  if (status !== 'done' || typeof id !== 'string') {
    return {
      delayMs: jobDelayMs,
      failure: { type: failureTypes.Unavailable, message: 'the job is still running', nonRetryable: false },
    };
  }
  await makeKnown(application, id);
  return undefined;
}

/** All objects of the name that were not there before the first POST. */
async function findCreated({ context, item }: Application, intent: OpenIntent): Promise<WrittenObject[]> {
  const kind = resourceKinds[item.object.kind];
  const found: NamesakeFacts[] = [];
  const type = item.object.kind === 'connections' ? item.object.body.type : null;
  for await (const page of kind.find(context.organization.client)) {
    found.push(
      ...page.filter(
        (object) => object.name === item.object.name && (type === null || object.type === null || object.type === type),
      ),
    );
  }
  return createdSince(intent, found).map(({ id }) => ({ id, consentLink: null, job: null }));
}

function onlyOne(found: readonly WrittenObject[]): WrittenObject | undefined {
  if (found.length > 1) {
    const ids = found
      .map(({ id }) => id)
      .slice(0, 10)
      .join(', ');
    throw new SeveralCreated(
      `${found.length} objects of that name were created just now (${ids}); nobody can tell which is ours`,
    );
  }
  return found[0];
}
