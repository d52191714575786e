/** Models as objects of a set. */
import type { Fields } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { operations } from '../polytomic/operations';
import { pages } from '../polytomic/pages';
import type { ObjectShape } from '../polytomic/shapes';
import { pickWritable } from '../polytomic/writable';
import { isFields } from '../rules/provision/values';
import { fieldsOf, listOf, mergeBody } from './merge';
import { readOrNull } from './read-or-null';
import type { ObjectUpdate, ResourceKind, WrittenObject } from './resource-kind';

type CreateInput = Parameters<PolytomicClient['models']['create']>[0];
type UpdateInput = Parameters<PolytomicClient['models']['update']>[0];

/** Models. What may be long work answers a job, which then says the id. */
export const modelKind: ResourceKind = {
  kind: 'models',
  operations: {
    read: ['models.list', 'models.get', 'jobs.get'],
    write: ['models.create', 'models.update'],
    delete: ['models.delete'],
  },
  body: operations.models.create.body as ObjectShape,
  async *find(client, options) {
    for await (const { items, complete } of pages(client.models.list, {}, options)) {
      const objects = items.flatMap(({ id, name, connection_id, enricher, created_at }) =>
        id
          ? [
              {
                id,
                name: name ?? '',
                type: null,
                createdAt: created_at ?? null,
                uses: texts([connection_id, enricher?.connection_id]),
              },
            ]
          : [],
      );
      yield { objects, complete };
    }
  },
  async create(client, body, key) {
    return toWritten(await client.models.create(body as CreateInput, { idempotencyKey: key }));
  },
  read: (client, id, options) =>
    readOrNull(async () => {
      const wire = await client.models.get({ id }, options);
      return { id, name: wire.name ?? '', type: null, body: wire, active: null, errorHandling: null, problems: [] };
    }),
  async update(client, { live, desired }: ObjectUpdate) {
    const merged = mergeBody(toRequest(live.body), desired, ['relations', 'enricher']);
    const input = { ...pickWritable(operations.models.update.body as ObjectShape, merged), id: live.id };
    return toWritten(await client.models.update(input as unknown as UpdateInput));
  },
  async delete(client, id) {
    await client.models.delete({ id });
  },
  settle: async () => ({ state: 'ready' }),
};

/** Fields and labels are read as objects, and written by their names. */
function toRequest({ fields, labels, ...body }: Fields): Fields {
  const isAdded = (field: unknown): boolean => isFields(field) && field.user_added === true;
  const nameOf = (item: unknown): unknown => (isFields(item) ? (item.name ?? item.label ?? item.id) : item);
  const added = listOf(fields).filter(isAdded).map(fieldsOf);
  return {
    ...body,
    fields: listOf(fields)
      .filter((field) => !isAdded(field))
      .map(nameOf),
    labels: listOf(labels).map(nameOf),
    ...(added.length > 0 && {
      additional_fields: added.map(({ name, label, type, example }) => ({ name, label: label ?? name, type, example })),
    }),
    organization_id: undefined,
  };
}

interface WireWritten {
  id?: string | null;
  job?: { job_id?: string | null; type?: string | null } | null;
}

function toWritten({ id, job }: WireWritten): WrittenObject {
  const known = job?.job_id && job.type ? { type: job.type, id: job.job_id } : null;
  return { id: id ?? null, consentLink: null, job: id ? null : known };
}

/** The texts in a list. */
function texts(values: readonly (string | null | undefined)[]): string[] {
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
}
