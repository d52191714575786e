/** Bulk syncs as objects of a set; their schemas are compared and written on their own. */
import type { PolytomicClient } from '../polytomic/client';
import { operations } from '../polytomic/operations';
import { pages } from '../polytomic/pages';
import type { ObjectShape } from '../polytomic/shapes';
import { pickWritable } from '../polytomic/writable';
import { isNonEmptyText } from '../rules/provision/values';
import { fieldsOf, mergeBody, withoutEmptyTexts } from './merge';
import { readOrNull } from './read-or-null';
import type { ResourceKind } from './resource-kind';

type CreateInput = Parameters<PolytomicClient['bulkSync']['create']>[0];
type UpdateInput = Parameters<PolytomicClient['bulkSync']['update']>[0];

/** Bulk syncs. */
export const bulkSyncKind: ResourceKind = {
  kind: 'bulkSyncs',
  operations: {
    read: [
      'bulkSync.list',
      'bulkSync.get',
      'bulkSync.schemas.list',
      'bulkSync.schemas.get',
      'bulkSync.errorHandling.get',
    ],
    write: [
      'bulkSync.create',
      'bulkSync.update',
      'bulkSync.activate',
      'bulkSync.schemas.patch',
      'bulkSync.errorHandling.update',
    ],
    delete: ['bulkSync.delete', 'bulkSync.executions.list', 'bulkSync.executions.cancel'],
  },
  body: operations.bulkSync.create.body as ObjectShape,
  async *find(client, options) {
    for await (const { items, complete } of pages(client.bulkSync.list, {}, options)) {
      const objects = items.flatMap(
        ({ id, name, source_connection_id: source, destination_connection_id: destination, created_at }) =>
          id
            ? [
                {
                  id,
                  name: name ?? '',
                  type: null,
                  createdAt: created_at ?? null,
                  uses: [source, destination].filter(isNonEmptyText),
                },
              ]
            : [],
      );
      yield { objects, complete };
    }
  },
  async create(client, body, key) {
    const { id } = await client.bulkSync.create({ ...body, active: false } as CreateInput, { idempotencyKey: key });
    return { id: id ?? null, consentLink: null, job: null };
  },
  read: (client, id, { errorHandling = false, ...options } = {}) =>
    readOrNull(async () => {
      const wire = await client.bulkSync.get({ id }, options);
      const settings = errorHandling ? await client.bulkSync.errorHandling.get({ id }, options) : null;
      const { name, active } = wire;
      return {
        id,
        name: name ?? '',
        type: null,
        body: wire,
        active: active ?? null,
        errorHandling: settings,
        problems: [],
      };
    }),
  /** Without `schemas`, which leaves the selection alone. */
  async update(client, { live, desired }) {
    const { organization_id: _organization, ...present } = live.body;
    const keptId = {
      default_schedule: { id: fieldsOf(live.body.default_schedule).id, ...fieldsOf(desired.default_schedule) },
    };
    const merged = mergeBody(present, { ...desired, ...('default_schedule' in desired && keptId) }, [
      'default_schedule',
      'additional_schedules',
    ]);
    const { schemas: _schemas, ...picked } = pickWritable(operations.bulkSync.update.body as ObjectShape, merged);
    const input = {
      ...withoutEmptyTexts(picked, ['organization_id', 'data_cutoff_timestamp']),
      active: live.active === true,
      id: live.id,
    };
    const { id } = await client.bulkSync.update(input as unknown as UpdateInput);
    return { id: id ?? live.id, consentLink: null, job: null };
  },
  async delete(client, id) {
    await client.bulkSync.delete({ id });
  },
  settle: async () => ({ state: 'ready' }),
};
