/** Fields of answers that no decision reads: a drift in one of them must stop neither starts nor waits. */
import { z } from 'zod';

/**
 * The same fields, where a value of another type counts as null. Digits count as the number that they spell, as JSON often
 * writes int64 so. Costs something only where a value does not fit.
 */
export function lenient<F extends Record<string, z.ZodType>>(fields: F): F {
  const entries = Object.entries(fields).map(
    ([name, field]) => [name, field.nullish().catch(repairOf(field))] as const,
  );
  return Object.fromEntries(entries) as unknown as F;
}

type Repair = (failed: { value: unknown } | undefined) => unknown;

/** JSON Schemas are made without a value that failed. */
function repairOf(field: z.ZodType): Repair {
  if (field instanceof z.ZodNumber) return (failed) => toNumber(failed?.value);
  return () => null;
}

function toNumber(value: unknown): number | null {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? Number(value) : null;
}

/** A list whose items decide, without those that are null. */
export function listOf<T extends z.ZodType>(item: T): z.ZodType<z.output<T>[]> {
  return z.preprocess(withoutNulls, z.array(item));
}

/** The list without the items that are null; what is no list stays as it is. */
export function withoutNulls(value: unknown): unknown {
  return Array.isArray(value) && value.includes(null) ? value.filter((item) => item !== null) : value;
}
