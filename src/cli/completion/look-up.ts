/** Names for completion, from Temporal; a person waits with a finger on the key, so it gives up soon. */
import type { RootOptions } from '../root-options';
import { Session, type ProgramContext } from '../session';
import { listSchedules } from '../schedules/read-schedules';
import { listAllSyncs } from '../syncs/list-syncs';
import { followedTypes, runWorkflowTypes, typesQuery, visibilityQuery } from '../workflow-types';
import type { Completion, Lookup } from './complete';

const maxCompletions = 100;

/** None where Temporal or its workers do not answer: completion must never print an error. */
export async function lookUp(lookup: Lookup, options: RootOptions, context: ProgramContext): Promise<Completion[]> {
  const session = new Session({ ...options, clientConnectTimeout: 5_000 }, context);
  try {
    return await Promise.race([find(session, lookup), timeout(10_000)]);
  } catch {
    return [];
  } finally {
    await session.close();
  }
}

function timeout(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('too late')), ms).unref();
  });
}

async function find(session: Session, lookup: Lookup): Promise<Completion[]> {
  const temporal = await session.temporal();
  const { client } = temporal;
  if (lookup === 'schedules') {
    const found = await listSchedules(client.schedule);
    return found.map(({ scheduleId, title }) => ({ value: scheduleId, description: title }));
  }
  if (lookup === 'workflows' || lookup === 'open workflows') {
    const query = lookup === 'workflows' ? typesQuery(runWorkflowTypes) : visibilityQuery('Running', followedTypes);
    const found: Completion[] = [];
    for await (const { workflowId, type, status } of client.workflow.list({ query })) {
      found.push({ value: workflowId, description: `${type}, ${status.name.toLowerCase()}` });
      if (found.length >= maxCompletions) break;
    }
    return found;
  }
  const kinds = { 'model syncs': ['model'], 'bulk syncs': ['bulk'], syncs: ['model', 'bulk'] } as const;
  const syncs = await listAllSyncs(temporal, { kinds: kinds[lookup] });
  return syncs.map(({ name, syncId, kind }) => ({ value: name || syncId, description: `${kind} sync` }));
}
