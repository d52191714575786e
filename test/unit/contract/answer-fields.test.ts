/** What the client types of answers: every field that some version answers, so that nobody has to cast to read one. */
import { describe, expect, it } from '@jest/globals';
import type { Polytomic } from 'polytomic';
import { z } from 'zod';
import type { PolytomicClient } from '../../../src/polytomic/client';
import { mapOperations, type AnyOperation } from '../../../src/polytomic/operation';
import { operations } from '../../../src/polytomic/operations';
import { contract } from '../../../src/testing/http/contract';
import { typeOf, type FieldTable } from '../../../src/testing/http/contract-types';

const rows: AnyOperation[] = [];
mapOperations(operations, (_name, row) => rows.push(row));

const withoutMarks = (type: string): string => type.replace(/[!?]$/, '').replace(/\[\]$/, '');

function tableOf(type: string): FieldTable {
  const table = contract.types[withoutMarks(type)] ?? {};
  return table.alias === undefined ? table : tableOf(typeOf(table.alias));
}

/** The type of what an envelope holds. */
const itemOf = (envelope: string): string => withoutMarks(typeOf(tableOf(envelope).data ?? ''));

/** Names of the fields of what an operation answers under `data`, in the newest version and in the older ones. */
function answered(name: string): string[] {
  const { answer = '', olderAnswer = answer } = contract.operations.find(({ id }) => id === name) ?? {};
  return [...Object.keys(tableOf(itemOf(answer))), ...(olderAnswer === answer ? [] : olderFields(itemOf(olderAnswer)))];
}

const olderFields = (type: string): string[] =>
  Object.keys(tableOf(type)).filter((name) => contract.newer[type]?.includes(name) !== true);

const typed = ({ answer }: AnyOperation): string[] => {
  const [shape] = answer.shapes ?? [];
  const built = shape?.();
  return built instanceof z.ZodObject ? Object.keys(built.shape) : [];
};

type Listed = Awaited<ReturnType<PolytomicClient['modelSync']['list']>>['items'][number];

/** The compiler refuses it where Polytomic's own SDK of 2024-02-08 knows a field that ours does not. */
const untyped: Exclude<keyof Polytomic.ModelSyncResponse, keyof Listed>[] = [];

describe('the answer of', () => {
  const documented = rows.filter((row) => typed(row).length > 0).map((row): [string, AnyOperation] => [row.name, row]);

  it.each(documented)('%s has a type for every field of the contract', (name, row) => {
    const known = typed(row);
    expect(answered(name).filter((field) => !known.includes(field))).toEqual([]);
  });

  it('modelSync.list is typed as whole syncs, too, which older versions answer', () => {
    const item: Listed = { fields: [{ target: 'email', source: { model_id: 'm', field: 'email' } }], policies: ['p'] };
    expect([item.fields?.[0]?.source?.field, untyped]).toEqual(['email', []]);
    expect(typed(operations.modelSync.list)).toEqual(expect.arrayContaining(olderFields('ModelSyncV5Response')));
  });
});
