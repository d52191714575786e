/** `exportObjects`: a live organization as a spec whose plan is empty. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import type { ProvisionActivities } from '../../contracts/provision-activities';
import type { ExportResult } from '../../contracts/provision';
import { provisionKinds, type Fields, type ProvisionKind } from '../../contracts/provision-spec';
import { parseInput } from '../../inputs/parse-input';
import { defaultOrganization } from '../../inputs/parse-run-input';
import { exportPolytomicInput } from '../../inputs/provision-inputs';
import { ConnectionTypeSchemas } from '../../provisioning/connection-type-schemas';
import { exportBody } from '../../provisioning/export-body';
import { resourceKinds } from '../../provisioning/kinds';
import { keyFor, withReferences } from '../../rules/provision/export';
import { createNameTest } from '../../rules/glob';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';
import { largestPayloadBytes } from '../result-guard';
import { requireOperations } from './require-operations';
import { secretFinder } from './withhold';

const parallelReads = 10;

/** Makes the activity. What does not fit into one answer is refused with the way out. */
export function createExportObjects(deps: ActivityDependencies): ProvisionActivities['exportObjects'] {
  return async ({ input }) => {
    const {
      organization: name = defaultOrganization,
      kinds = provisionKinds,
      names = ['*'],
      set,
    } = parseInput('exportPolytomic', exportPolytomicInput(), input ?? {});
    const organization = organizationOf(deps, name, 'exportPolytomic');
    const { client } = organization;
    const context = Context.current();
    const types = new ConnectionTypeSchemas(client, { signal: context.cancellationSignal });
    const holdsSecret = await secretFinder(organization);
    const addresses = new Map<string, string>();
    const found: { kind: ProvisionKind; key: string; id: string }[] = [];
    const incomplete: ProvisionKind[] = [];
    const isNamed = createNameTest(names);
    for (const kind of provisionKinds.filter((one) => kinds.includes(one))) {
      requireOperations(organization, resourceKinds[kind].operations.read);
      const taken = new Set<string>();
      const listed = [];
      let isListed = true;
      for await (const page of resourceKinds[kind].find(client, { signal: context.cancellationSignal })) {
        context.heartbeat(null);
        isListed = page.complete;
        listed.push(...page.objects.filter((object) => isNamed(object.name)));
      }
      if (!isListed) incomplete.push(kind);
      // By id, so that the keys of namesakes do not depend on which was changed last.
      for (const { id, name: own } of listed.sort((one, other) => (one.id < other.id ? -1 : 1))) {
        const key = keyFor(own, id, taken);
        taken.add(key);
        addresses.set(id, `${kind}.${key}`);
        found.push({ kind, key, id });
      }
    }
    const result: ExportResult = {
      ...{ organization: name, spec: { ...(set !== undefined && { name: set }) }, secrets: [] },
      ...(incomplete.length > 0 && { incomplete }),
    };
    const bodies = await inParallel(found, parallelReads, async ({ kind, key, id }) => {
      context.heartbeat(null);
      const live = await resourceKinds[kind].read(client, id, {
        errorHandling: true,
        signal: context.cancellationSignal,
      });
      return live && exportBody(client, { kind, key, live }, { types, holdsSecret });
    });
    found.forEach(({ kind, key, id }, index) => {
      const exported = bodies[index];
      if (!exported) return;
      const object = { id, ...(withReferences(exported.body, addresses, id) as Fields) };
      (result.spec[kind] ??= {})[key] = object;
      result.secrets.push(...exported.secrets.map(({ env, path }) => ({ env, address: `${kind}.${key}`, path })));
    });
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes <= largestPayloadBytes) return result;
    throw ApplicationFailure.create({
      type: failureTypes.PayloadTooLarge,
      nonRetryable: true,
      message: `The export has ${bytes} bytes, more than the ${largestPayloadBytes} that may enter a history; export by kinds and names`,
    });
  };
}
