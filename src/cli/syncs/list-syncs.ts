/** Lists syncs by our workflow, as terminals hold no key of Polytomic. */
import { randomUUID } from 'node:crypto';
import type { LastRun, ListPolytomicSyncsInput, PolytomicSyncs } from '../../contracts/inspection';
import type { SyncKind } from '../../contracts/sync-kind';
import type { Temporal } from '../connect';
import type { NamedSync } from './resolve-syncs';

/** Which syncs are asked for. */
export interface ListRequest extends Pick<ListPolytomicSyncsInput, 'filter' | 'organization'> {
  /** Default: both. */
  readonly kinds?: readonly SyncKind[];
}

/** Some syncs, and how many there are. */
export interface FoundSyncs {
  syncs: NamedSync[];
  total: number;
}

/** All of them, over as many workflows as their number takes. @throws WorkflowFailedError */
export async function listAllSyncs(temporal: Temporal, request: ListRequest): Promise<NamedSync[]> {
  return (await listFirstSyncs(temporal, request, Infinity)).syncs;
}

/** At least so many of them where there are as many: each workflow reads Polytomic's whole list. @throws WorkflowFailedError */
export async function listFirstSyncs(
  temporal: Temporal,
  { kinds = ['model', 'bulk'], ...request }: ListRequest,
  count: number,
): Promise<FoundSyncs> {
  const lists = await Promise.all(kinds.map((kind) => listKind(temporal, { ...request, kind }, count)));
  return { syncs: lists.flatMap(({ syncs }) => syncs), total: lists.reduce((sum, { total }) => sum + total, 0) };
}

async function listKind(temporal: Temporal, input: ListPolytomicSyncsInput, count: number): Promise<FoundSyncs> {
  const syncs: NamedSync[] = [];
  for (let after = ''; ;) {
    const page: PolytomicSyncs = await runListing(temporal, { ...input, ...(after !== '' && { after }) });
    syncs.push(...toNamed(page));
    if (page.nextAfter === null || syncs.length >= count) return { syncs, total: page.total };
    after = page.nextAfter;
  }
}

/** Syncs by their ids. */
export interface IdsRequest {
  readonly kind: SyncKind;
  readonly ids: readonly string[];
  readonly organization: string | undefined;
}

/** Those of the ids that no sync has; none where Polytomic's list cannot be proved complete. @throws WorkflowFailedError */
export async function findMissingSyncs(temporal: Temporal, { kind, ids, organization }: IdsRequest): Promise<string[]> {
  const filter = { active: null, ids: [...ids] };
  const { missing, complete } = await runListing(temporal, {
    kind,
    filter,
    ...(organization !== undefined && { organization }),
  });
  return complete ? missing : [];
}

const maxLastRuns = 200;

/** The newest run of each sync, in the order given; null where there was none or the sync is gone. */
export async function readLastRuns(
  temporal: Temporal,
  syncs: readonly NamedSync[],
  organization: string | undefined,
): Promise<(LastRun | null)[]> {
  const found = new Map<string, LastRun | null>();
  for (const kind of ['model', 'bulk'] as const) {
    const ids = syncs.filter((sync) => sync.kind === kind).map(({ syncId }) => syncId);
    for (let at = 0; at < ids.length; at += maxLastRuns) {
      const filter = { ids: ids.slice(at, at + maxLastRuns) };
      const page = await runListing(temporal, {
        kind,
        filter,
        lastRuns: true,
        ...(organization !== undefined && { organization }),
      });
      page.ids.forEach((syncId, row) => found.set(`${kind} ${syncId}`, page.lastRuns?.[row] ?? null));
    }
  }
  return syncs.map(({ kind, syncId }) => found.get(`${kind} ${syncId}`) ?? null);
}

function toNamed({ kind, ids, names, active }: PolytomicSyncs): NamedSync[] {
  return ids.map((syncId, at) => ({ kind, syncId, name: names[at] ?? '', active: active[at] ?? true }));
}

function runListing({ client, taskQueue }: Temporal, input: ListPolytomicSyncsInput): Promise<PolytomicSyncs> {
  return client.workflow.execute<(input: ListPolytomicSyncsInput) => Promise<PolytomicSyncs>>('listPolytomicSyncs', {
    args: [input],
    taskQueue,
    workflowId: `list-polytomic-syncs-${randomUUID()}`,
    staticSummary: `List ${input.kind} syncs for a terminal`,
  });
}
