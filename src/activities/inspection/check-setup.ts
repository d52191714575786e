/** `checkSetup`: what a worker has, may do, and whether Polytomic accepts its keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { AllowedStep, InspectionActivities, OrganizationSetup } from '../../contracts/inspection';
import { isPolytomicError } from '../../polytomic/errors';
import { organizationOf } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { toItemFailure } from '../failure';

/** One slow organization must not hide what is known of the others. */
const patienceMs = 10_000;

/** Operations that stand for a step; both kinds name theirs alike. */
const operationsOf: Readonly<Record<AllowedStep, readonly string[]>> = {
  list: ['modelSync.list', 'bulkSync.list'],
  run: ['modelSync.start', 'bulkSync.start', 'modelSync.executions.get', 'bulkSync.executions.get'],
  cancel: ['modelSync.executions.cancel', 'bulkSync.executions.cancel'],
  create: ['modelSync.create', 'bulkSync.create'],
  provision: ['connections.create', 'modelSync.update', 'bulkSync.update'],
};

/** Makes the activity; it never fails for what Polytomic answers, which is its result. */
export function createCheckSetup(deps: ActivityDependencies): InspectionActivities['checkSetup'] {
  return async ({ organization }) => {
    const asked =
      organization === undefined
        ? [...deps.organizations.values()]
        : [organizationOf(deps, organization, 'checkSetup')];
    return {
      version: packageVersion(),
      node: process.version,
      now: new Date().toISOString(),
      waitTaskQueue: deps.setup.waitTaskQueue,
      organizations: await Promise.all(asked.map(checkOrganization)),
    };
  };
}

async function checkOrganization(organization: Organization): Promise<OrganizationSetup> {
  const { name, client } = organization;
  const allowed = Object.fromEntries(
    Object.entries(operationsOf).map(([step, names]) => [step, names.every((one) => organization.allows(one))]),
  ) as OrganizationSetup['allowed'];
  return { name, url: client.url, apiVersion: client.apiVersion, allowed, ...(await readIdentity(organization)) };
}

type Identified = Pick<OrganizationSetup, 'identity' | 'failure' | 'clockAheadMs'>;

async function readIdentity({ client }: Organization): Promise<Identified> {
  let serverTime = NaN;
  const onAnswer = ({ date }: { date?: string }): void => void (serverTime = Date.parse(date ?? ''));
  const clockAheadMs = (): number | null => (Number.isNaN(serverTime) ? null : client.clock.now() - serverTime);
  try {
    const signal = AbortSignal.any([Context.current().cancellationSignal, AbortSignal.timeout(patienceMs)]);
    const { organization_id, organization_name, credential } = await client.identity.get({}, { signal, onAnswer });
    const organization = { organizationId: organization_id ?? null, organizationName: organization_name ?? null };
    const identity = { ...organization, mode: credential?.mode ?? null };
    return { identity, failure: null, clockAheadMs: clockAheadMs() };
  } catch (error) {
    // Versions up to 2023-04-25 cannot say whose key it is; the first real request will tell.
    if (isPolytomicError(error, 'NotSupported')) {
      return {
        identity: { organizationId: null, organizationName: null, mode: null },
        failure: null,
        clockAheadMs: null,
      };
    }
    return { identity: null, failure: toItemFailure(error), clockAheadMs: clockAheadMs() };
  }
}

/** The manifest lies three folders up from the sources and from the build alike. */
function packageVersion(): string {
  const text = readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
