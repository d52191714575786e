/** Connections as objects of a set. */
import type { Fields } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { operations } from '../polytomic/operations';
import { pages } from '../polytomic/pages';
import { pickWritable } from '../polytomic/writable';
import { apiMask } from '../rules/provision/compare';
import { isFields } from '../rules/provision/values';
import { fieldsOf, mergeDeep, withoutEmptyTexts } from './merge';
import { readOrNull } from './read-or-null';
import type { ObjectUpdate, ReadOptions, ResourceKind, Settled, WrittenObject } from './resource-kind';

type CreateInput = Parameters<PolytomicClient['connections']['create']>[0];
type UpdateInput = Parameters<PolytomicClient['connections']['update']>[0];

/** Connections. */
export const connectionKind: ResourceKind = {
  kind: 'connections',
  operations: {
    read: ['connections.list', 'connections.get', 'connections.getConnectionTypeSchema', 'schemas.getStatus'],
    write: ['connections.create', 'connections.update', 'connections.testConnection'],
    delete: ['connections.delete'],
  },
  body: operations.connections.create.body ?? noBody(),
  async *find(client, options) {
    for await (const { items, complete } of pages(client.connections.list, {}, options)) {
      const objects = items.flatMap(({ id, name, type, created_at }) =>
        id ? [{ id, name: name ?? '', type: type?.id ?? null, createdAt: created_at ?? null, uses: [] }] : [],
      );
      yield { objects, complete };
    }
  },
  async create(client, body, key) {
    return toWritten(await client.connections.create(body as CreateInput, { idempotencyKey: key }));
  },
  read: (client, id, options) =>
    readOrNull(async () => {
      const wire = await client.connections.get({ id }, options);
      return {
        id,
        name: wire.name ?? '',
        type: wire.type?.id ?? null,
        body: wire,
        active: null,
        errorHandling: null,
        problems: wire.status === 'unhealthy' && wire.status_error ? [wire.status_error] : [],
      };
    }),
  update: updateConnection,
  async delete(client, id) {
    await client.connections.delete({ id });
  },
  settle: settleConnection,
};

function noBody(): never {
  throw new TypeError('connections.create has no body');
}

/** Sensitive values that are left out are kept; masks and what only the server writes must not be sent. */
async function updateConnection(
  client: PolytomicClient,
  { live, desired, secretPaths }: ObjectUpdate,
): Promise<WrittenObject> {
  const unsent = new Set(secretPaths.map((path) => path.replace(/^configuration\./, '')));
  const present = Object.fromEntries(
    Object.entries(fieldsOf(live.body.configuration)).filter(
      ([name, value]) => !unsent.has(name) && value !== apiMask && value !== null,
    ),
  );
  const { type: _type, redirect_url: _redirect, ...wanted } = desired;
  const { type: _liveType, ...unchanged } = live.body;
  const body = mergeDeep({ ...unchanged, configuration: withoutMasks(present) }, wanted);
  const picked = pickWritable(operations.connections.update.body ?? noBody(), body);
  const input = { ...withoutEmptyTexts(picked, ['organization_id', 'healthcheck_interval']), id: live.id };
  delete (input as Fields).organization_id;
  return toWritten(await client.connections.update(input as unknown as UpdateInput));
}

function withoutMasks(value: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === apiMask ? [] : [[key, isFields(inner) ? withoutMasks(inner) : inner]],
    ),
  );
}

interface WireWritten {
  id?: string | null;
  auth_url?: string | null;
}

const toWritten = ({ id, auth_url: link }: WireWritten): WrittenObject => ({
  id: id ?? null,
  consentLink: link ? link : null,
  job: null,
});

/**
 * Asks for the owner's consent once more: the first link was lost with its answer. `mayWrite` is awaited right before the
 * write. @throws PolytomicError
 */
export async function askForConsent(
  client: PolytomicClient,
  id: string,
  mayWrite: () => Promise<void>,
): Promise<string | null> {
  const { name, configuration } = await client.connections.get({ id });
  const input = {
    id,
    name: name ?? '',
    configuration: withoutMasks(fieldsOf(configuration)),
    reconnect: true,
    validate: false,
  };
  await mayWrite();
  return toWritten(await client.connections.update(input)).consentLink;
}

/** Statuses of a connection whose owner has not agreed yet; nobody lists them all. */
const unauthorized = /unauthori[sz]ed|pending|consent|authoriz/i;

async function settleConnection(
  client: PolytomicClient,
  id: string,
  { schemas, ...options }: ReadOptions & { schemas: boolean },
): Promise<Settled> {
  const { status, status_error: reason } = await client.connections.get({ id }, options);
  if (status !== null && status !== undefined && status !== 'healthy') {
    if (unauthorized.test(status)) return { state: 'waiting', why: 'needs consent', consent: true };
    return { state: 'failed', reason: `is ${status}${reason ? `: ${reason}` : ''}` };
  }
  return schemas ? settleSchemas(client, id, options) : { state: 'ready' };
}

/** A refresh in progress has begun and has not finished; a connection that has no schemas says so by an error. */
async function settleSchemas(client: PolytomicClient, id: string, options: ReadOptions): Promise<Settled> {
  try {
    const {
      cache_status: status,
      last_refresh_started: begun,
      last_refresh_finished: ended,
    } = await client.schemas.getStatus({ id }, options);
    const isRunning = status === 'refreshing' || (begun && (!ended || Date.parse(ended) < Date.parse(begun)));
    return isRunning ? { state: 'waiting', why: 'its schemas are being read', consent: false } : { state: 'ready' };
  } catch (error) {
    if (isPolytomicError(error, 'Rejected', 'NotFound', 'NotSupported')) return { state: 'ready' };
    throw error;
  }
}
