/** `prepareRuns`: from a workflow's input to what is true of its sync, if it names one, before anything is started. */
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { PreparedRuns, RunWorkflowName, SingleRunName } from '../contracts/prepared-runs';
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import { failureTypes } from '../contracts/failure-types';
import { adapterFor } from '../executions/adapter-for';
import { readSnapshot } from '../executions/snapshot';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { parseRunInput, type ParsedCreate, type ParsedRun } from '../inputs/parse-run-input';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { operations } from '../polytomic/operations';
import type { RunIdentity } from '../rules/run-result';
import { organizationOf, requireConnections, requireSteps, type RunStep } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { prepareFanOut, type ManySyncsName } from './prepare-fan-out';
import { notifyTargets } from './notify-targets';
import { readOrRefusal, withResultOf } from './refused-read';
import { attemptWithin, expired, timeoutPassed } from './timeout-passed';

/** More names would not fit into an answer. */
const maxNamesakes = 1_000;

/** Makes the activity. It throws at once for a wrong input, an unknown organization, and steps that are not allowed. */
export function createPrepareRuns(deps: ActivityDependencies): CompositeActivities['prepareRuns'] {
  return async ({ workflow, input }) => {
    if (isManySyncs(workflow)) {
      const prepared = prepareFanOut(deps, workflow, input);
      return { ...prepared, expired: timeoutPassed(prepared.options.timeoutMs) };
    }
    const parsed = parseRunInput(workflow, input);
    const organization = organizationOf(deps, parsed.organization, workflow);
    return withResultOf(identityOf(parsed), async () => prepareRun(deps, organization, { workflow, parsed }));
  };
}

/** @throws InvalidInputError NotAllowedError before anything is read */
async function prepareRun(
  deps: ActivityDependencies,
  organization: Organization,
  { workflow, parsed }: { workflow: SingleRunName; parsed: ParsedRun },
): Promise<PreparedRuns> {
  requireSteps(organization, parsed.kind, stepsOf(parsed));
  if (parsed.options.checkConnections) requireConnections(organization, parsed.kind);
  const wrong = parsed.create && (await findWrongCreate(organization.client, workflow, parsed));
  if (wrong && parsed.create?.adopt === 'never') throw wrong;
  const frame = {
    kind: parsed.kind,
    organization: parsed.organization,
    options: parsed.options,
    create: parsed.create && { sync: parsed.create.sync, namesakes: [] },
    setup: deps.setup,
    ...(parsed.notify.length > 0 ? { notify: notifyTargets(deps, parsed.notify, workflow) } : {}),
    syncIds: parsed.syncId === null ? [] : [parsed.syncId],
  };
  const terms = { ...parsed.options, clock: organization.client.clock };
  const told = await readOrRefusal(attemptWithin(terms, (signal) => readWhatIs(organization, parsed, signal)));
  if ('refusal' in told) return { ...frame, syncs: [], serverTime: '', expired: false, refusal: told.refusal };
  const found = told.read;
  if (!found) return { ...frame, syncs: [], serverTime: '', ...expired() };
  if (wrong && found.syncs.length === 0) throw wrong;
  return { ...frame, ...found, expired: false };
}

function identityOf({ kind, organization, syncId, create }: ParsedRun): RunIdentity {
  const name = create?.sync.name;
  return { kind, organization, syncId: syncId ?? '', name: typeof name === 'string' ? name : null, attached: false };
}

/**
 * What is wrong with the create request, field by field as they stand in the workflow's input; null where nothing is. A
 * sync that is adopted by its name needs no more of it than the name.
 * @throws Error for a secret that cannot be had, before anything is begun: later activities would ask other workers.
 */
async function findWrongCreate(
  client: PolytomicClient,
  workflow: SingleRunName,
  { kind, create }: Pick<ParsedRun, 'kind' | 'create'>,
): Promise<InvalidInputError | null> {
  try {
    await client.secretsOf(operations[`${kind}Sync`].create, create?.sync);
    return null;
  } catch (error) {
    if (!isPolytomicError(error) || !error.issues) throw error;
    const issues = error.issues.map(({ field, message }) => ({ field: `sync.${field}`, message }));
    return new InvalidInputError(workflow, issues);
  }
}

function isManySyncs(workflow: RunWorkflowName): workflow is ManySyncsName {
  return workflow === 'runAllModelSyncs' || workflow === 'runAllBulkSyncs' || workflow === 'runSyncPipeline';
}

function stepsOf({ create, options }: ParsedRun): RunStep[] {
  return [
    'read',
    'start',
    ...(create ? (['list', 'create'] as const) : []),
    ...(options.ifInactive === 'activate' ? (['activate'] as const) : []),
  ];
}

type Found = Pick<PreparedRuns, 'syncs' | 'serverTime'> & Partial<PreparedRuns>;

async function readWhatIs(organization: Organization, parsed: ParsedRun, signal: AbortSignal): Promise<Found> {
  const { kind, syncId, create } = parsed;
  if (create) return readNamesakes(organization, parsed, { create, signal });
  const { client } = organization;
  return withSync(await readSnapshot(adapterFor(kind, client), syncId ?? '', { signal, client }));
}

/** All syncs that bear the name, so that what is created later is told from them. */
async function readNamesakes(
  organization: Organization,
  parsed: ParsedRun,
  { create, signal }: { create: ParsedCreate; signal: AbortSignal },
): Promise<Found> {
  const { client } = organization;
  const adapter = adapterFor(parsed.kind, client);
  const name = String(create.sync.name);
  const namesakes = await adapter.findByName(name, { signal });
  const [found, ...others] = namesakes;
  if (create.adopt === 'never' || !found) {
    const ids = namesakes.slice(0, maxNamesakes).map(({ syncId }) => syncId);
    const serverTime = new Date(client.serverClock.now()).toISOString();
    return { create: { sync: create.sync, namesakes: ids }, syncs: [], serverTime };
  }
  if (others.length > 0) throw ambiguous(`${namesakes.length} syncs are named "${name}"`);
  const snapshot = await readSnapshot(adapter, found.syncId, { signal, client });
  const activates = create.sync.active !== false;
  if (activates && !snapshot.active) requireSteps(organization, parsed.kind, ['activate']);
  return {
    ...withSync(snapshot),
    syncIds: [found.syncId],
    create: null,
    ...(activates && { options: { ...parsed.options, ifInactive: 'activate' } }),
  };
}

const withSync = (snapshot: SyncSnapshot): Found => ({ syncs: [snapshot], serverTime: snapshot.serverTime });

function ambiguous(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.Ambiguous, message, nonRetryable: true });
}
