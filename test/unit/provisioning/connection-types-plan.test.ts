/** A connection of each type that Polytomic has, exported and planned through the real activities. Needs CONNECTION_TYPES_FILE. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Fields } from '../../../src/contracts/provision-spec';
import { readConnectionFields } from '../../../src/provisioning/connection-type-schemas';
import { createEmulator, type ConnectionTypeDump } from '../../../src/testing';
import { exportAndPlan } from './support/planner';

const file = process.env.CONNECTION_TYPES_FILE;
const dump = file
  ? (JSON.parse(readFileSync(file, 'utf8')) as ConnectionTypeDump)
  : ({ types: [], schemas: {} } as ConnectionTypeDump);

const hidden = 'must-never-be-shown';
const hiddenNumber = 987_654_321;

interface Schema {
  type?: string;
  enum?: (string | { value: string })[];
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  readOnly?: boolean;
  readonly?: boolean;
}

/** A value for every field that may be set. */
function filled(schema: Schema, secret: ReadonlySet<string>, path: readonly string[] = []): unknown {
  if (secret.has(path.join('.'))) return schema.type === 'integer' ? hiddenNumber : hidden;
  const [choice] = schema.enum ?? [];
  if (choice !== undefined) return typeof choice === 'string' ? choice : choice.value;
  if (schema.properties) {
    const settable = Object.entries(schema.properties).filter(([, field]) => !field.readOnly && !field.readonly);
    const given = settable.map(([name, field]) => [name, filled(field, secret, [...path, name])] as const);
    // Some require what no field describes, or what only consent gives.
    const named = (schema.required ?? []).filter((name) => name !== '');
    const required = named.map((name) => [name, name.endsWith('_token') ? hidden : 'shown'] as const);
    return Object.fromEntries([...required, ...given]);
  }
  if (schema.type === 'array') return schema.items ? [filled(schema.items, secret, path)] : [];
  if (schema.type === 'object') return {};
  if (schema.type === 'boolean') return true;
  return schema.type === 'integer' || schema.type === 'number' ? 1 : 'shown';
}

(file ? describe : describe.skip)('an organization with a connection of each type', () => {
  it('is exported as a spec whose plan is empty, reads only, and shows no secret', async () => {
    const emulator = createEmulator({ clock: 'manual', connectionTypes: dump, seed: {} });
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const refused: unknown[] = [];
    for (const { id: type } of dump.types) {
      const schema = dump.schemas[type] as Schema;
      const configuration = filled(schema, new Set(readConnectionFields(type, schema).secret)) as Fields;
      const body = JSON.stringify({ name: `Of type ${type}`, type, configuration });
      const { status, body: answer } = await emulator.handle({
        method: 'POST',
        url: '/api/connections',
        headers,
        body,
      });
      if (status >= 300) refused.push([type, answer]);
    }
    expect(refused).toEqual([]);
    emulator.clearRequests();
    const { exported, plan } = await exportAndPlan(emulator);
    const made = plan.changes.filter(({ name }) => name.startsWith('Of type '));
    expect(made).toHaveLength(226);
    expect(plan.changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    const shown = Object.entries(exported.spec.connections ?? {}).filter(([, one]) =>
      new RegExp(`${hidden}|${hiddenNumber}`).test(JSON.stringify(one)),
    );
    expect(shown).toEqual([]);
    expect(JSON.stringify(plan)).not.toContain(hidden);
    expect(emulator.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
