/** What of an answer may be sent back in a write: the fields that the write's own shape knows. */
import { z } from 'zod';
import type { ObjectShape } from './shapes';

/**
 * The value as far as the shape of a request knows its fields, at any depth; absent and null ones are left out. Answers
 * carry more than writes take (times, actors, ids), and a strict request refuses what it does not know.
 */
export function pickWritable(shape: ObjectShape, value: unknown): Record<string, unknown> {
  return (pick(shape(), value) ?? {}) as Record<string, unknown>;
}

function pick(type: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (type instanceof z.ZodOptional || type instanceof z.ZodNullable || type instanceof z.ZodDefault) {
    return pick(type.unwrap(), value);
  }
  if (type instanceof z.ZodArray) return Array.isArray(value) ? value.map((item) => pick(type.element, item)) : value;
  if (type instanceof z.ZodUnion) return pickOne(type.options, value);
  if (!(type instanceof z.ZodObject) || typeof value !== 'object') return value;
  const entries = Object.entries(type.shape as Record<string, z.core.$ZodType>).flatMap(([name, field]) => {
    const found = pick(field, (value as Record<string, unknown>)[name]);
    return found === undefined ? [] : [[name, found] as const];
  });
  return Object.fromEntries(entries);
}

/** The first form that takes what can be picked for it. */
function pickOne(options: readonly z.core.$ZodType[], value: unknown): unknown {
  for (const option of options) {
    const found = pick(option, value);
    if (z.safeParse(option, found).success) return found;
  }
  return value;
}
