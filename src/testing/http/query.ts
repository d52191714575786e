/** Reads a query string by its declared types: repeated keys are lists, `name[key]=value` is a map. */
import { typeOf, type FieldTable } from './contract-types';

/** The query as an object; values that do not fit their type stay text, so that the check names them. */
export function parseQuery(query: URLSearchParams, fields: FieldTable): Record<string, unknown> {
  const parsed: Record<string, unknown> = {};
  for (const [sent, text] of query) {
    const [name, key] = splitMapKey(sent);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const type = field === undefined ? 'string' : typeOf(field).replace(/[!?]/g, '');
    if (key !== undefined) putInMap(parsed, { name, key, text, type });
    else if (type.endsWith('[]')) parsed[name] = [...((parsed[name] as string[] | undefined) ?? []), text];
    else parsed[name] = toValue(text, type);
  }
  return parsed;
}

function splitMapKey(sent: string): [name: string, key?: string] {
  const match = /^([^[]+)\[([^\]]*)\]$/.exec(sent);
  return match === null ? [sent] : [match[1] ?? sent, match[2]];
}

function putInMap(
  parsed: Record<string, unknown>,
  { name, key, text, type }: { name: string; key: string; text: string; type: string },
): void {
  const map = (parsed[name] ?? {}) as Record<string, unknown>;
  const listed = type.endsWith('[]>');
  map[key] = listed ? [...((map[key] as string[] | undefined) ?? []), text] : text;
  parsed[name] = map;
}

function toValue(text: string, type: string): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(Number(text)))
    return Number(text);
  return text;
}
