import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/testing/http/contract';
import { typeOf, type FieldTable } from '../../../src/testing/http/contract-types';
import { emulate, send } from './support/emulator-client';

const plain: Readonly<Record<string, unknown>> = {
  any: 'x',
  string: 'x',
  boolean: true,
  number: 1,
  integer: 1,
  object: {},
  'date-time': '2026-01-01T00:00:00Z',
};

/** Some value of a type. */
function valueOf(written: string): unknown {
  const type = written.replace(/[!?]$/, '');
  if (type.endsWith('[]')) return [];
  if (type.startsWith('Record<')) return {};
  return plain[type] ?? contract.enums[type]?.[0] ?? requiredOf(contract.types[type] ?? {});
}

const requiredOf = (fields: FieldTable): Record<string, unknown> => {
  const required = Object.entries(fields).filter(([, field]) => typeOf(field).endsWith('!'));
  return Object.fromEntries(required.map(([name, field]) => [name, valueOf(typeOf(field))]));
};

const inVersion = (fields: FieldTable, version: string): FieldTable =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, field]) => typeof field === 'string' || field.versions?.includes(version) !== false,
    ),
  );

describe('every operation of the contract', () => {
  it('is answered, in each of its versions, by something that knows what it is for', async () => {
    const emulator = await emulate();
    const answered = new Set<string>();
    for (const { id, method, path, versions, query = {}, body } of contract.operations) {
      for (const version of versions) {
        const asked = new URLSearchParams(requiredOf(inVersion(query, version)) as Record<string, string>);
        const call = `${method} ${path.replace(/\{\w+\}/g, 'x')}?${asked.toString()}`;
        const sent = { version, body: body && requiredOf(inVersion(body, version)) };
        let answer = await send(emulator, call, sent);
        if (answer.status === 403) {
          answer = await send(emulator, call, { ...sent, authorization: `Bearer ${emulator.partnerKey}` });
        }
        expect({ id, version, refused: answer.status >= 500 && answer.body.message }).toEqual({
          id,
          version,
          refused: false,
        });
        answered.add(id);
      }
    }
    // 142 that the official SDKs have, and three that only 2024-02-08 has.
    expect(answered.size).toBe(145);
  });
});
