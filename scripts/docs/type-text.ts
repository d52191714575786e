/** Types of fields as a reader wants them: short. */
import { z } from 'zod';

/** A part of a JSON Schema, as far as the rows' shapes need it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/**
 * The fields of an object, each with its type and whether it must be given. Objects below so many levels are named
 * `object`: the editor shows them whole.
 */
export function fieldTexts(shape: z.ZodType, levels: number): { name: string; type: string; required: boolean }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeText(schema, levels),
    required: required.includes(name),
  }));
}

function typeText(schema: Schema, depth: number): string {
  if (schema.anyOf) return unionText(schema.anyOf, depth);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (typeof schema.type === 'object') return schema.type.filter((type) => type !== 'null').join(' | ');
  if (schema.type === 'array') return listText(typeText(schema.items ?? {}, depth));
  if (schema.type === 'object') return objectText(schema, depth);
  return schema.type ?? 'any';
}

/** That a field may be null is true of every answer, and goes without saying. */
function unionText(schemas: readonly Schema[], depth: number): string {
  const texts = schemas.filter(({ type }) => type !== 'null').map((schema) => typeText(schema, depth));
  return [...new Set(texts)].join(' | ');
}

const listText = (item: string): string => (item.includes(' | ') ? `(${item})[]` : `${item}[]`);

function objectText({ properties, additionalProperties, required = [] }: Schema, depth: number): string {
  if (properties && depth > 0) {
    const fields = Object.entries(properties).map(
      ([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(schema, depth - 1)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  const values =
    typeof additionalProperties === 'object' && !properties ? typeText(additionalProperties, depth) : 'any';
  return values === 'any' ? 'object' : `Record<string, ${values}>`;
}
