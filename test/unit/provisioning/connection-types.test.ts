/** Each connection type there is: exported, its plan is empty and no secret of it is shown. Needs CONNECTION_TYPES_FILE. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { LiveObject } from '../../../src/contracts/provision-plan';
import type { Fields } from '../../../src/contracts/provision-spec';
import type { PolytomicClient } from '../../../src/polytomic/client';
import { ConnectionTypeSchemas, readConnectionFields } from '../../../src/provisioning/connection-type-schemas';
import { exportBody } from '../../../src/provisioning/export-body';
import { toObjects } from '../../../src/rules/provision/to-objects';
import { compareObject } from '../../../src/rules/provision/plan-object';

const file = process.env.CONNECTION_TYPES_FILE;
const { schemas } = file
  ? (JSON.parse(readFileSync(file, 'utf8')) as { schemas: Record<string, unknown> })
  : { schemas: { none: {} } };

const shown = 'shown-in-clear';
const hidden = 'must-never-be-shown';

/** A configuration with every field that the schema describes. */
function filled(schema: unknown, secret: ReadonlySet<string>, path: string[] = []): unknown {
  const { properties, items, type } = schema as { properties?: Fields; items?: unknown; type?: unknown };
  if (secret.has(path.join('.'))) return hidden;
  if (properties)
    return Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, filled(inner, secret, [...path, name])]),
    );
  if (items) return [filled(items, secret, path)];
  if (type === 'boolean') return true;
  return type === 'integer' || type === 'number' ? 1 : shown;
}

(file ? describe : describe.skip)('exporting each connection type', () => {
  it.each(Object.keys(schemas))('%s', async (type) => {
    const client = {
      connections: { getConnectionTypeSchema: async () => schemas[type] },
    } as unknown as PolytomicClient;
    const { secret, readOnly } = readConnectionFields(type, schemas[type]);
    const configuration = filled(schemas[type], new Set(secret)) as Fields;
    const live: LiveObject = {
      id: 'id',
      name: 'C',
      type,
      body: { name: 'C', configuration },
      active: null,
      errorHandling: null,
      problems: [],
    };
    const { body, secrets } = await exportBody(
      client,
      { kind: 'connections', key: 'c', live },
      { types: new ConnectionTypeSchemas(client), holdsSecret: () => false },
    );
    expect(JSON.stringify(body)).not.toContain(hidden);
    expect(new Set(secrets.map(({ path }) => path.replace(/\.\d+(?=\.|$)/g, '')))).toEqual(
      new Set(
        secret
          .filter((path) => !secret.some((other) => path.startsWith(`${other}.`)))
          // What only the server writes is not exported at all.
          .filter((path) => !readOnly.includes(path))
          .map((path) => `configuration.${path}`),
      ),
    );
    const [object] = toObjects({ connections: { c: { id: 'id', ...body } } });
    if (!object) throw new Error('nothing was exported');
    const compared = compareObject(
      { object, desired: object.body, secretPaths: secret.map((path) => `configuration.${path}`) },
      live,
    );
    expect(compared.changes).toEqual([]);
  });
});
