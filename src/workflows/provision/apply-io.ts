/** Carries out the commands of an apply through activities and the engine of runs. */
import { isCancellation, uuid4, type ActivityOptions } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { AppliedItem, ApplyItem, PreparedProvision } from '../../contracts/provision-activities';
import type { ProvisionKind, ProvisionObject } from '../../contracts/provision-spec';
import type { SyncRunResult } from '../../contracts/run-result';
import type { ApplyEvent } from '../../rules/provision/apply-event';
import { typeOf } from '../../rules/provision/to-objects';
import { knownIds, type ApplyEntry, type ApplyState } from '../../rules/provision/apply-state';
import type { ApplyCommand } from '../../rules/provision/apply-step';
import { awaitSync, runBulkSync, runModelSync } from '../inline';
import { placedActivities, type ActivitySource } from './activities';
import { batchesOf } from './batches';
import { deleteObjects } from './delete-io';
import { failureOf, summaryOf, unknownFailure } from './io-failures';
import { reportConsent } from './report-consent';
import { tell } from './tell';

/** What the commands of one apply have in common. */
export interface ApplyIo {
  prepared: PreparedProvision;
  objects: ReadonlyMap<string, ProvisionObject>;
  token: string;
  /** Polytomic's clock before the first write. */
  serverTime: string;
  /** How activities are scheduled, keys are drawn, and syncs are run. */
  side: ApplySide;
}

/** The first run of a sync: one to be started, or, by its id, one that exists. */
export interface FirstRun {
  organization: string;
  syncId: string;
  onFailure: 'return';
  executionId?: string;
}

/** The side of Temporal; a simulation has another one. */
export interface ApplySide {
  activity: ActivitySource;
  drawKey(): string;
  run(kind: ProvisionKind, input: FirstRun): Promise<SyncRunResult>;
  /** Reports connections that need consent to targets that are activities; nobody waits for it. */
  reportConsent(prepared: PreparedProvision, connections: readonly { address: string; name: string }[]): void;
}

/** Temporal itself; first runs are placed as the activities are. */
export const temporalSide = (placement: ActivityOptions): ApplySide => ({
  activity: placedActivities(placement),
  drawKey: uuid4,
  run: (kind, { executionId, ...input }) => {
    const isModel = kind === 'modelSyncs';
    if (executionId !== undefined)
      return awaitSync({ kind: isModel ? 'model' : 'bulk', executionId, ...input }, placement);
    return isModel ? runModelSync(input, placement) : runBulkSync(input, placement);
  },
  reportConsent: (prepared, connections) =>
    reportConsent(prepared, connections, (to, about) => tell(to, about, placement)),
});

/** How long a connection's schemas and the like are waited for, and a person's consent. */
const settleLimitMs = 30 * 60_000;
const consentLimitMs = 24 * 3_600_000;
/** One activity's payload. */
const applyLimits = { maxItems: 50, maxBytes: 1_000_000 };

/** One event for each part of a command; never rejects. */
export function carryOut(io: ApplyIo, state: ApplyState, command: ApplyCommand): Promise<ApplyEvent>[] {
  switch (command.type) {
    case 'apply':
      return batchesOf(
        command.addresses.map((address) => toItem(io, state, address)),
        applyLimits,
      ).map((items) => applyItems(io, items));
    case 'await':
      return [awaitAddresses(io, state, command.addresses)];
    case 'activate':
      return [activateAddresses(io, state, command)];
    case 'run':
      return [runSyncAt(io, state, command.address)];
    case 'delete':
      return [deleteAddresses(io, state, command)];
  }
}

const entryAt = (state: ApplyState, address: string): ApplyEntry => {
  const entry = state.entries[address];
  if (!entry) throw new TypeError(`nothing is known of ${address}`);
  return entry;
};

function toItem({ objects, serverTime, side }: ApplyIo, state: ApplyState, address: string): ApplyItem {
  const entry = entryAt(state, address);
  const object = objects.get(address);
  if (!object) throw new TypeError(`the spec has no ${address}`);
  const { kind, name, id, replaces, recorded, origin, seen, rotates, note, unanswered } = entry;
  const [activates, runs] = [entry.activate === true, entry.run === 'waiting'];
  const intent =
    id === null
      ? {
          kind,
          name,
          type: typeOf(object),
          at: serverTime,
          namesakes: [...entry.namesakes, ...(replaces === null ? [] : [replaces])],
        }
      : null;
  const ids = knownIds(state);
  return {
    object,
    ...{ id, replaces, recorded, origin, seen, rotates, activates, runs, note, unanswered, intent },
    ids: Object.fromEntries(object.after.flatMap((name) => (ids[name] === undefined ? [] : [[name, ids[name]]]))),
    key: keyOf(entry, side),
  };
}

/** Drawn once for each object and kept, so that a try after a lost one brings the same keys. */
function keyOf(entry: ApplyEntry, side: ApplySide): string {
  entry.key ??= side.drawKey();
  return entry.key;
}

async function applyItems({ prepared, token, side }: ApplyIo, items: ApplyItem[]): Promise<ApplyEvent> {
  const addresses = items.map(({ object }) => object.address);
  const { organization, set, notify } = prepared;
  try {
    const results = await side.activity(
      'applyObjects',
      summaryOf('Apply', addresses),
    )({ organization, set, token, items, notify });
    const asked = items.filter((_item, at) => needsConsent(results[at]));
    side.reportConsent(
      prepared,
      asked.map(({ object }) => object),
    );
    return { type: 'applied', addresses, results };
  } catch (error) {
    const failure = failureOf(error);
    return failure?.nonRetryable
      ? { type: 'refused', addresses, failure }
      : { type: 'applied', addresses, results: null };
  }
}

const needsConsent = (result: AppliedItem | undefined): boolean => result?.state === 'done' && result.needsConsent;

async function awaitAddresses(
  { prepared, token, side }: ApplyIo,
  state: ApplyState,
  addresses: string[],
): Promise<ApplyEvent> {
  const { organization, set, notify, setup } = prepared;
  const entries = addresses.map((address) => entryAt(state, address));
  const since = Math.min(...entries.map(({ settlingSince }) => settlingSince ?? Date.now()));
  const items = entries.map(({ address, kind, name, id, needsSchemas, needsConsent, origin }) => ({
    address,
    kind,
    name,
    id: id ?? '',
    schemas: needsSchemas,
    mayAsk: origin === 'created' && !needsConsent,
  }));
  try {
    const wait = side.activity('awaitObjects', summaryOf('Wait for', addresses), { setup });
    const results = await wait({
      ...{ organization, set, token, items, notify },
      deadline: since + settleLimitMs,
      consentDeadline: since + consentLimitMs,
    });
    side.reportConsent(
      prepared,
      items.filter(({ address }) => results[address]?.state === 'needsConsent'),
    );
    return { type: 'awaited', addresses, results, failure: null };
  } catch (error) {
    return {
      type: 'awaited',
      addresses,
      results: null,
      failure: isCancellation(error) ? null : (failureOf(error) ?? unknownFailure(error)),
    };
  }
}

async function activateAddresses(
  { prepared: { organization, set }, token, side }: ApplyIo,
  state: ApplyState,
  { addresses, readOnly }: Extract<ApplyCommand, { type: 'activate' }>,
): Promise<ApplyEvent> {
  const items = addresses.map((address) => {
    const { kind, id, activate, isChecked, activationTries } = entryAt(state, address);
    const known = isChecked && activationTries === 0 && { isChecked };
    return { address, kind, id: id ?? '', active: activate ?? true, key: side.drawKey(), ...known };
  });
  try {
    const verb = readOnly ? 'Check' : 'Activate';
    const activate = side.activity('activateSyncs', summaryOf(verb, addresses));
    const results = await activate({ organization, set, token, items, ...(readOnly && { readOnly }) });
    return { type: 'activated', addresses, results, failure: null };
  } catch (error) {
    return { type: 'activated', addresses, results: null, failure: failureOf(error) };
  }
}

async function runSyncAt({ prepared, side }: ApplyIo, state: ApplyState, address: string): Promise<ApplyEvent> {
  const { kind, id, firstRun } = entryAt(state, address);
  const { organization } = prepared;
  const input: FirstRun = { organization, syncId: id ?? '', onFailure: 'return', ...known(firstRun) };
  try {
    const { executionId, outcome, reason, errors } = await side.run(kind, input);
    const isGood = outcome === 'completed' || outcome === 'completedWithErrors';
    const message = `the first run of ${address} ended as ${outcome}${(reason ?? errors[0]) ? `: ${reason ?? errors[0]}` : ''}`;
    return {
      type: 'ran',
      address,
      result: { executionId, outcome },
      failure: isGood ? null : { type: failureTypes.SyncFailed, message, nonRetryable: false },
    };
  } catch (error) {
    if (isCancellation(error))
      return { type: 'ran', address, result: { executionId: null, outcome: 'canceled' }, failure: null };
    return { type: 'ran', address, result: null, failure: failureOf(error) ?? unknownFailure(error) };
  }
}

const known = (executionId: string | null): Pick<FirstRun, 'executionId'> =>
  executionId === null ? {} : { executionId };

async function deleteAddresses(
  { prepared, token, side }: ApplyIo,
  state: ApplyState,
  { keys, why }: Extract<ApplyCommand, { type: 'delete' }>,
): Promise<ApplyEvent> {
  const all = why === 'apply' ? state.undo : state.deletions;
  const wanted = new Set(keys);
  return deleteObjects(prepared, {
    activity: side.activity,
    token,
    why,
    all,
    maxConcurrent: state.maxConcurrent,
    deletions: all.filter(({ key }) => wanted.has(key)),
  });
}
