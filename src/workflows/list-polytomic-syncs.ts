/** The workflow `listPolytomicSyncs`. */
import type { ListPolytomicSyncsInput, PolytomicSyncs } from '../contracts/inspection';
import { inspection, unwrapActivityFailure } from './inspection';

/**
 * Lists the syncs of an organization, and on request the newest run of each, for callers that hold no key of Polytomic.
 * Only reads.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`.
 */
export async function listPolytomicSyncs(input: ListPolytomicSyncsInput): Promise<PolytomicSyncs> {
  return unwrapActivityFailure(async () => {
    const { organization = 'default', kind, filter, after, lastRuns } = inspection.fieldsOf(input);
    const request = { organization, kind, filter: { active: null, ...filter }, ...(after && { after }) };
    const listed = await inspection.listSyncs(request);
    if (!lastRuns) return { kind, ...listed };
    const runs = await inspection.readLastRuns({ organization, kind, syncIds: listed.ids });
    return { kind, ...listed, lastRuns: runs };
  });
}
