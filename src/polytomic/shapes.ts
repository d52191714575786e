/** Lazy shapes: a zod object is built when it is first used, because building all of them costs start time and memory. */
import { z } from 'zod';

/** A shape behind a thunk. */
export type Shape<T extends z.ZodType = z.ZodType> = () => T;

/** A shape of named fields, as queries and bodies are. */
export type ObjectShape = Shape<z.ZodObject>;

/** What a shape's value looks like once read. */
export type Read<S extends Shape> = z.output<ReturnType<S>>;

/** Makes a shape that is built once, on first use. */
export function shape<T extends z.ZodType>(build: () => T): Shape<T> {
  let built: T | undefined;
  return () => (built ??= build());
}

/** Fields of an answer as its reader sees them: each may be absent or null, and only the named ones can be read. */
export type AnswerFields<F extends Record<string, z.ZodType>> = { [K in keyof F]?: z.output<F[K]> | null };

/**
 * The shape of an object in an answer: absent equals null, unknown fields are kept (for whoever passes the answer on),
 * yet the compiler refuses to read a field that is not named here.
 */
export function answer<F extends Record<string, z.ZodType>>(fields: () => F): Shape<z.ZodType<AnswerFields<F>>> {
  return shape(() => {
    const nullish = Object.entries(fields()).map(([name, field]) => [name, field.nullish()]);
    return z.looseObject(Object.fromEntries(nullish) as Record<string, z.ZodType>) as unknown as z.ZodType<
      AnswerFields<F>
    >;
  });
}
