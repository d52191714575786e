/** `findObjects`: what exists under the names that a spec gives, and which of the known ids still do. */
import { Context } from '@temporalio/activity';
import type { FindObjectsRequest, FoundObjects, ProvisionActivities } from '../../contracts/provision-activities';
import { resourceKinds } from '../../provisioning/kinds';
import { isNamesake } from '../../rules/provision/created-since';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';
import { claimsOf } from './claims';
import { requireOperations } from './require-operations';
import type { SetRecords } from './set-records';

const parallelReads = 10;

/** Makes the activity: one walk through the list of the kind serves all its objects. */
export function createFindObjects(deps: ActivityDependencies, records: SetRecords): ProvisionActivities['findObjects'] {
  return async (request) => {
    const organization = organizationOf(deps, request.organization, 'findObjects');
    const kind = resourceKinds[request.kind];
    requireOperations(organization, kind.operations.read.slice(0, 2));
    const context = Context.current();
    let date: string | undefined;
    const options = {
      signal: context.cancellationSignal,
      onAnswer: (meta: { date?: string }) => void (date = meta.date ?? date),
    };
    const found: FoundObjects = { namesakes: {}, existing: [], claims: {}, serverTime: '' };
    let isListed = true;
    const known = new Set<string>();
    for await (const { objects, complete } of kind.find(organization.client, options)) {
      context.heartbeat();
      isListed = complete;
      for (const object of objects) {
        known.add(object.id);
        for (const { address } of request.wanted.filter((wanted) => isNamesake(object, wanted))) {
          (found.namesakes[address] ??= []).push({ id: object.id, createdAt: object.createdAt });
        }
      }
    }
    if (!isListed) found.incomplete = true;
    // A list that is ordered by changes can miss what changes meanwhile: only a read proves that an object is gone.
    const ids = [...new Set(request.wanted.flatMap((wanted) => wanted.ids))];
    const missing = ids.filter((id) => !known.has(id));
    const reads = await inParallel(missing, parallelReads, (id) => kind.read(organization.client, id, options));
    found.existing = [...ids.filter((id) => known.has(id)), ...missing.filter((_id, index) => reads[index] !== null)];
    found.claims = await claimsOf(records, request, claimableIn(request, found));
    const told = Date.parse(date ?? '');
    found.serverTime = new Date(Number.isNaN(told) ? Date.now() : told).toISOString();
    return found;
  };
}

/** Namesakes that are not ours, and what is pinned: nothing else can belong to somebody else. */
function claimableIn({ wanted }: FindObjectsRequest, { namesakes }: FoundObjects): Set<string> {
  const ours = new Set(wanted.filter(({ claims }) => !claims).flatMap(({ ids }) => ids));
  const named = wanted.flatMap(({ address }) => (namesakes[address] ?? []).map(({ id }) => id));
  const pinned = wanted.filter(({ claims }) => claims).flatMap(({ ids }) => ids);
  return new Set([...named.filter((id) => !ours.has(id)), ...pinned]);
}
