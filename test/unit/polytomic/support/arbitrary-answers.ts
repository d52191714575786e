/** Random answers that fit the rows: fields present, absent or null, unknown fields, unknown values of enums. */
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';
import type { AnyOperation } from '../../../../src/polytomic/operation';

/** A name that no row knows. */
const unknownName = fc.stringMatching(/^x_[a-z]{1,8}$/);
const anyJson = fc.jsonValue({ maxDepth: 2 }) as Arbitrary<unknown>;

type Fields = Readonly<Record<string, z.core.$ZodType>>;

/** A field that a server leaves out. */
const absent = Symbol('absent');

/** A whole answer, and what it means. */
export interface FittingAnswer {
  body: unknown;
  /** What the client is to answer. */
  value: unknown;
}

/** Rows whose answers can be made up from their shapes: those that are handed on as they come. */
export function hasShapes({ answer: { kind, shapes = [] } }: AnyOperation): boolean {
  const [shape] = shapes;
  return (kind === 'one' || kind === 'page') && shape !== undefined && !(shape() instanceof z.ZodPipe);
}

/** An item as the row's shape tells, in full depth. */
export function itemOf(row: AnyOperation): Arbitrary<unknown> {
  const [shape] = row.answer.shapes ?? [];
  return shape ? valueOf(shape()) : fc.constant(undefined);
}

/** The item in the envelope of its row. */
export function inEnvelope(row: AnyOperation, item: unknown): FittingAnswer {
  if (row.answer.kind !== 'page') return { body: { data: item }, value: item };
  return { body: { data: [item, item] }, value: { items: [item, item] } };
}

/** Fields of the row's items that are texts, numbers or flags. */
export function scalarsOf({ answer: { shapes = [] } }: AnyOperation): string[] {
  const shape = shapes[0]?.();
  if (!(shape instanceof z.ZodObject)) return [];
  const isScalar = (field: z.core.$ZodType): boolean =>
    field instanceof z.ZodOptional || field instanceof z.ZodNullable
      ? isScalar(field.unwrap())
      : field instanceof z.ZodString || field instanceof z.ZodNumber || field instanceof z.ZodBoolean;
  return Object.entries(shape.shape as Fields).flatMap(([name, field]) => (isScalar(field) ? [name] : []));
}

/** Any value that fits a shape. */
export function valueOf(shape: z.core.$ZodType): Arbitrary<unknown> {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable) return valueOf(shape.unwrap());
  if (shape instanceof z.ZodCatch) return valueOf(shape.unwrap());
  if (shape instanceof z.ZodPipe) return valueOf(shape.out);
  if (shape instanceof z.ZodString || shape instanceof z.ZodEnum) return fc.string();
  if (shape instanceof z.ZodNumber) return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  if (shape instanceof z.ZodBoolean) return fc.boolean();
  if (shape instanceof z.ZodArray) return fc.array(valueOf(shape.element), { maxLength: 2 });
  if (shape instanceof z.ZodRecord) return fc.dictionary(unknownName, valueOf(shape.valueType), { maxKeys: 2 });
  if (shape instanceof z.ZodUnion) return fc.oneof(...shape.options.map(valueOf));
  if (shape instanceof z.ZodObject) return objectOf(shape);
  if (shape instanceof z.ZodUnknown || shape instanceof z.ZodAny) return anyJson;
  throw new Error(`no values are known for a ${shape._zod.def.type}`);
}

function objectOf(shape: z.ZodObject): Arbitrary<unknown> {
  const known = Object.entries(shape.shape as Fields).map(
    ([name, field]) =>
      [name, fc.oneof({ weight: 4, arbitrary: valueOf(field) }, fc.constantFrom(null, absent))] as const,
  );
  return fc
    .tuple(fc.record(Object.fromEntries(known)), fc.dictionary(unknownName, anyJson, { maxKeys: 2 }))
    .map(([fields, more]) =>
      Object.fromEntries(Object.entries({ ...more, ...fields }).filter(([, value]) => value !== absent)),
    );
}
