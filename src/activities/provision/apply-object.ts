/** Brings one object about: creates it once, or reads, compares and writes back. Never sleeps; says what comes next. */
import { ApplicationFailure } from '@temporalio/common';
import type { ItemFailure } from '../../contracts/item-failure';
import { failureTypes } from '../../contracts/failure-types';
import type { AppliedItem, ApplyItem } from '../../contracts/provision-activities';
import type { LiveObject } from '../../contracts/provision-plan';
import { mayHaveTakenEffect, pauseMs } from '../../rules/attempt-state';
import { isNotReady } from '../../executions/not-ready';
import { isPolytomicError } from '../../polytomic/errors';
import {
  compareSchemas,
  missingSchema,
  needsSelection,
  writeSchemas,
  type SchemaComparison,
} from '../../provisioning/bulk-schemas';
import { resourceKinds } from '../../provisioning/kinds';
import { compareObject, hashSeen, schemasSeen } from '../../rules/provision/plan-object';
import { resolveRefs } from '../../rules/provision/values';
import { testConnection } from '../../provisioning/try-connection';
import { truncateText } from '../../rules/quoted';
import { toItemFailure } from '../failure';
import { ownedBy, type Application, type ApplyContext, type Pending } from './application';
import { createObject, CreateRefused, readJob, stillRunning } from './create-object';
import { hashText } from './hash';
import { resumeApplyNote, type ApplyNote } from './note';
import { changeAsHolder } from './set-activities';
import { firstRunOf } from './sync-runs';
import { writeErrorHandling } from './write-error-handling';

/** Before a refusal that passes is tried again. */
const notReadyDelayMs = 5_000;

/** One go at an item. Polytomic's trouble is never thrown. */
export async function applyObject(context: ApplyContext, item: ApplyItem): Promise<AppliedItem> {
  const note = resumeApplyNote(item.note, { id: item.id, unanswered: item.unanswered });
  const application: Application = { context, item, note, desired: resolveRefs(item.object.body, item.ids) };
  try {
    const pending = await takeSteps(application);
    return pending ? again(note, pending.failure, pending.delayMs) : await finish(application);
  } catch (error) {
    return afterError(application, error);
  }
}

async function takeSteps(application: Application): Promise<Pending | undefined> {
  const { note, context } = application;
  if (note.id === null) {
    const pending = await createObject(application);
    if (pending) return pending;
  }
  const { id } = note;
  if (id === null) throw new TypeError('an object without an id was taken for created');
  if (note.created) return settleNew(application, id);
  if (note.job) {
    if ((await readJob(context.organization.client, note.job, context.now())) === 'running') return stillRunning;
    note.job = null;
  }
  await updatePresent(application, id);
  context.onProgress();
  // What the job makes of it is compared once it has ended.
  return note.job ? stillRunning : undefined;
}

/** What a create request cannot say; nothing of it can have been changed by others yet. */
async function settleNew({ context, item, note }: Application, id: string): Promise<undefined> {
  const { client } = context.organization;
  const { object } = item;
  const selects = object.schemas !== null && needsSelection(object.schemas);
  if (object.errorHandling) {
    await context.beforeWrite();
    await writeErrorHandling(client, object, id);
  }
  if (object.schemas && selects) {
    const compared = await compareSchemas(client, id, object.schemas);
    refuseMissing(compared);
    note.wrote = true;
    await writeSchemas(client, id, { writes: compared.writes, isNew: true, ...context });
  }
  return undefined;
}

/** What every plan from now on would be blocked for must not pass for done. */
function refuseMissing(compared: SchemaComparison): void {
  const message = missingSchema(compared);
  if (message !== undefined) throw ApplicationFailure.nonRetryable(message, failureTypes.ProvisioningFailed);
}

/** A change that somebody else made since the plan is not overwritten. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

/** The object is gone although it was there when the plan was made. */
export class GoneMeanwhile extends Error {
  override readonly name = 'GoneMeanwhile';
}

async function updatePresent(application: Application, id: string): Promise<void> {
  const { context, item, note, desired } = application;
  const { object } = item;
  const kind = resourceKinds[object.kind];
  const { client } = context.organization;
  const live = await kind.read(client, id, { errorHandling: object.errorHandling !== null });
  if (!live) throw new GoneMeanwhile(`${object.address} (${id}) no longer exists`);
  const secretPaths = await secretPathsOf(application, live);
  const active = item.activates ? true : object.active;
  const comparison = compareObject({ object: { ...object, active }, desired, secretPaths }, live);
  const schemas = object.schemas ? await compareSchemas(client, id, object.schemas) : null;
  if (schemas) refuseMissing(schemas);
  const changes = [...comparison.changes, ...(schemas?.changes ?? [])];
  const isDone = changes.length === 0 && !item.rotates;
  if (isDone) return;
  const now = hashSeen([...comparison.seen, schemasSeen(schemas?.seen ?? null)], hashText);
  const edited = editedSince(item, { paths: comparison.changes.map(({ path }) => path), now });
  // A lost write may have changed some schemas and not others.
  const schemasEdited =
    schemas && schemas.changes.length > 0 && !note.updated ? editedSince(item, { paths: ['schemas'], now }) : [];
  const found = [...edited, ...schemasEdited];
  if (found.length > 0) {
    throw new ChangedMeanwhile(
      `${object.address} (${id}) was changed by someone else since the plan: ${found.slice(0, 5).join(', ')}`,
    );
  }
  await context.beforeWrite();
  const ofBody = comparison.changes.filter(({ path }) => path !== 'active' && !path.startsWith('errorHandling.'));
  note.wrote = true;
  note.updated = true;
  if (ofBody.length > 0 || item.rotates) await sendUpdate(application, live, secretPaths);
  if (object.errorHandling && comparison.changes.some(({ path }) => path.startsWith('errorHandling.'))) {
    await context.beforeWrite();
    await writeErrorHandling(client, object, id);
  }
  if (schemas && schemas.writes.length > 0)
    await writeSchemas(client, id, { writes: schemas.writes, isNew: false, ...context });
}

/**
 * Fields that would be overwritten although they are not as the plan saw them. What differs from the plan and is as the
 * spec says by now was our own write, or needs none.
 */
function editedSince(
  { seen }: ApplyItem,
  { paths, now }: { paths: readonly string[]; now: Readonly<Record<string, string>> },
): string[] {
  return seen === null ? [] : paths.filter((path) => seen[path] !== now[path]);
}

async function sendUpdate(
  { context, item, desired, note }: Application,
  live: LiveObject,
  secretPaths: readonly string[],
): Promise<void> {
  const { organization } = context;
  const kind = resourceKinds[item.object.kind];
  const written = await kind.update(organization.client, { live, desired, secretPaths });
  if (written.consentLink && (await context.deliverLink(item.object, written.consentLink))) note.consent = 'delivered';
  if (written.job) note.job = { ...written.job, since: context.now() };
  if (item.object.kind === 'connections')
    await testConnection(organization.client, { live, desired, unsent: secretPaths });
}

async function secretPathsOf({ context, item }: Application, live: LiveObject): Promise<string[]> {
  if (item.object.kind !== 'connections') return [];
  const { secret, readOnly } = await context.types.fieldsOf(live.type);
  return [...secret, ...readOnly].map((path) => `configuration.${path}`);
}

/** The object is as the spec says: from now on it is ours, with these versions of its secrets. */
async function finish({ context, item, note }: Application): Promise<AppliedItem> {
  const id = note.id ?? '';
  const { token, ...ref } = context.ref;
  await changeAsHolder(context.records, ref, {
    type: 'own',
    token,
    address: item.object.address,
    object: ownedBy(item, id),
  });
  const needsConsent = note.consent !== 'none';
  const { client } = context.organization;
  const firstRun = item.runs && !note.created ? await firstRunOf(client, item.object.kind, id) : null;
  return { state: 'done', id, created: note.created, wrote: note.wrote, needsConsent, firstRun };
}

function afterError({ note, item }: Application, error: unknown): AppliedItem {
  if (error instanceof ChangedMeanwhile || error instanceof GoneMeanwhile) {
    return failed(note, { type: failureTypes.PlanChanged, message: error.message, nonRetryable: true });
  }
  if (error instanceof CreateRefused) return failed(note, prefixed(item, error.failure));
  const failure = toItemFailure(error);
  if (isPolytomicError(error)) {
    note.tries += 1;
    if (isNotReady(error)) return again(note, { ...failure, nonRetryable: false }, notReadyDelayMs);
    if (!failure.nonRetryable) return again(note, failure, error.retryAfterMs ?? pauseMs(note.tries));
  }
  // The record of the set is out of reach for now: what was begun can go on.
  if (error instanceof ApplicationFailure && !failure.nonRetryable) {
    note.tries += 1;
    return again(note, failure, pauseMs(note.tries));
  }
  return failed(note, prefixed(item, failure));
}

const prefixed = ({ object }: ApplyItem, { message, ...rest }: ItemFailure): ItemFailure => ({
  ...rest,
  message: truncateText(`${object.address}: ${message}`, 1024),
});

const again = (note: ApplyNote, failure: ItemFailure, delayMs: number): AppliedItem => ({
  state: 'again',
  note,
  delayMs,
  failure,
  id: note.id,
  mayExist: mayExist(note),
});

const failed = (note: ApplyNote, failure: ItemFailure): AppliedItem => ({
  state: 'failed',
  failure,
  id: note.id,
  created: note.created,
  mayExist: mayExist(note),
});

/** An answer without an id tells of a create as well. */
const mayExist = ({ id, wrote, create }: ApplyNote): boolean =>
  id === null && (wrote || (create !== null && mayHaveTakenEffect(create)));
