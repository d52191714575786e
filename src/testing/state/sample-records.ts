/** Records that are made up where nobody gave any. */
import type { Fields } from './fields';

const sampleSize = 3;

/** A few records with a value for each field, the same at each call. */
export function madeUpRecords(fields: readonly Fields[]): Fields[] {
  return Array.from({ length: sampleSize }, (_, index) => {
    const values = fields.map((field) => {
      const name = String(field.id ?? field.name);
      return [name, field.example ?? valueOf(field.type, { name, index })] as const;
    });
    return Object.fromEntries(values);
  });
}

function valueOf(type: unknown, { name, index }: { name: string; index: number }): unknown {
  switch (type) {
    case 'number':
      return index + 1;
    case 'boolean':
      return index % 2 === 0;
    case 'datetime':
      return `2026-01-0${index + 1}T00:00:00.000Z`;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return `${name} ${index + 1}`;
  }
}
