/** The client's rows and the emulator's contract are written apart; here they must say the same, version by version. */
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { mapOperations, type AnyOperation } from '../../../src/polytomic/operation';
import { operations } from '../../../src/polytomic/operations';
import type { ObjectShape } from '../../../src/polytomic/shapes';
import { formAt, hasOperation, unknownField } from '../../../src/polytomic/operation-versions';
import { apiVersions, type ApiVersion } from '../../../src/polytomic/versions';
import { type ContractOperation } from '../../../src/testing/http/contract-types';
import { contract } from '../../../src/testing/http/contract';

/** An operation in one version, as either side describes it. A field's value says whether it is required. */
interface Described {
  readonly call: string;
  readonly query: Record<string, boolean>;
  readonly body: Record<string, boolean>;
}

type Table = Record<string, Described>;

const rows: [string, AnyOperation][] = [];
mapOperations(operations, (name, row) => rows.push([name, row]));

const isRequired = (field: z.ZodType): boolean => !field.safeParse(undefined).success;

/** A row also takes a token where a version's text promises paging that its contract does not have. */
function isDeclared(row: AnyOperation, version: ApiVersion, name: string): boolean {
  const inProse = row.proseUntil !== undefined && version <= row.proseUntil;
  return !unknownField(row, version, name) && !(inProse && ['page_token', 'limit'].includes(name));
}

function fieldsOfRow(row: AnyOperation, version: ApiVersion, shape?: ObjectShape): Record<string, boolean> {
  const shaped = (shape?.().shape ?? {}) as Record<string, z.ZodType>;
  const fields = Object.entries(shaped).filter(([name]) => isDeclared(row, version, name));
  return Object.fromEntries(fields.map(([name, field]) => [name, isRequired(field)]));
}

function fieldsOfContract(fields: ContractOperation['query'], version: ApiVersion): Record<string, boolean> {
  const entries = Object.entries(fields ?? {}).flatMap(([name, field]) => {
    const { type, versions, inProse }: Exclude<typeof field, string> =
      typeof field === 'string' ? { type: field } : field;
    const there = (versions?.includes(version) ?? true) && !inProse?.includes(version);
    return !there ? [] : [[name, type.endsWith('!')] as const];
  });
  return Object.fromEntries(entries);
}

function fromRows(version: ApiVersion): Table {
  const there = rows.filter(([, row]) => hasOperation(row, version));
  const described = there.map(([name, row]): [string, Described] => {
    const { method, body } = formAt(row, version);
    const call = `${method} ${row.path}`;
    return [name, { call, query: fieldsOfRow(row, version, row.query), body: fieldsOfRow(row, version, body) }];
  });
  return Object.fromEntries(described);
}

function fromContract(version: ApiVersion): Table {
  const there = contract.operations.filter(({ versions, legacy }) => versions.includes(version) && legacy !== true);
  const described = there.map((operation): [string, Described] => {
    const query = fieldsOfContract(operation.query, version);
    const body = fieldsOfContract(operation.body, version);
    return [operation.id, { call: `${operation.method} ${operation.path}`, query, body }];
  });
  return Object.fromEntries(described);
}

describe('rows and contract', () => {
  it('know the same versions', () => {
    expect([...apiVersions]).toEqual(contract.versions);
  });

  it('name the same operations', () => {
    // The client does not speak what only older versions have.
    const spoken = contract.operations.filter(({ legacy }) => legacy !== true);
    const names = [...new Set(spoken.map(({ id }) => id))].sort();
    expect(rows.map(([name]) => name).sort()).toEqual(names);
  });

  it.each(apiVersions)('agree on verb, path, query and body of every operation of version %s', (version) => {
    expect(fromRows(version)).toEqual(fromContract(version));
  });

  it('would notice a missing operation, field or requirement on either side', () => {
    const table = fromContract('2025-09-18');
    const { 'modelSync.start': start, ...others } = table;
    expect(start?.body).toHaveProperty('resync', false);
    expect(table['modelSync.create']?.body).toHaveProperty('name', true);
    expect(fromRows('2025-09-18')).not.toEqual(others);
  });
});
