/** The cache of a connection's schemas as time passes: refreshes that begin and end, and what is laid over the fields. */
import { ApiFailure } from '../http/api-failure';
import { toTimestamp } from './clock';
import type { Source, SourceSchema } from './source';
import type { Fields } from './fields';

/** Lets a refresh that has ended take effect. */
function settle(source: Source, now: number): void {
  const { refreshing, found } = source;
  if (refreshing === undefined || now < refreshing.endsAt) return;
  source.cached = found;
  source.status = 'fresh';
  source.lastFinishedAt = refreshing.endsAt;
  source.refreshing = undefined;
}

/** Begins a refresh and returns when it ends. One that is asked for during another is that other one. */
export function refresh(source: Source, { now, ms }: { now: number; ms: number }): number {
  settle(source, now);
  if (source.refreshing === undefined) {
    source.refreshing = { startedAt: now, endsAt: now + ms };
    source.lastStartedAt = now;
  }
  return source.refreshing.endsAt;
}

/** Begins the first refresh of a connection that has become healthy, unless it had one. */
export function inspectNew(source: Source, { status, now, ms }: { status: unknown; now: number; ms: number }): void {
  if (status === 'healthy' && source.lastStartedAt === undefined) refresh(source, { now, ms });
}

/** What operations that need schemas answer before the first refresh has ended, and where nothing was found. */
export const inspectionFailures = {
  inProgress: new ApiFailure(422, 'cache refresh in progress'),
  noSchemas: new ApiFailure(400, 'the connection did not provide any schemas'),
} as const;

/** Throws what the API answers while the cache holds no schema: these refusals pass with time, as no other 400 and 422 do. */
export function requireSchemas(source: Source, now: number): void {
  settle(source, now);
  if (source.cached.length > 0) return;
  throw source.refreshing === undefined ? inspectionFailures.noSchemas : inspectionFailures.inProgress;
}

/** The cache's state as the API answers it. Before the first refresh it has no status, for none is documented. */
export function cacheStatusOf(source: Source, now: number): Fields {
  settle(source, now);
  const status = source.refreshing === undefined ? source.status : 'refreshing';
  return {
    ...(status === undefined ? {} : { cache_status: status }),
    last_refresh_started: toNullable(source.lastStartedAt),
    last_refresh_finished: toNullable(source.lastFinishedAt),
  };
}

const toNullable = (at: number | undefined): string | null => (at === undefined ? null : toTimestamp(at));

/** The cached schema of that id, or undefined. During the first refresh a schema is read from the system itself. */
export function cachedSchema(source: Source, { id, now }: { id: string; now: number }): SourceSchema | undefined {
  settle(source, now);
  const isFirst = source.refreshing !== undefined && source.lastFinishedAt === undefined;
  return (isFirst ? source.found : source.cached).find((schema) => schema.id === id);
}

/** A schema's fields as the API answers them: its own, then users', each with its place in the primary key. */
export function fieldsOf(source: Source, { schema, now }: { schema: SourceSchema; now: number }): Fields[] {
  const { id, fields } = schema;
  const added = [...(source.userFields.get(id)?.values() ?? [])].filter(({ from }) => from <= now);
  const overrides = source.keyOverrides.get(id);
  return [...fields, ...added.map(({ field }) => field)].map((field) => {
    const override = overrides?.get(String(field.id));
    const isKey = override ?? field.source_primary_key;
    return { ...field, is_primary_key: isKey, ...(override === undefined ? {} : { primary_key_override: override }) };
  });
}
