/** The one rule by which older versions answer less: fields that contract.json calls newer are left out. */
import { contract } from './contract';
import { typeOf } from './contract-types';
import { defaultVersion, type ApiVersion } from './versions';

/** An answer's body as a version has it. `type` is the shape of the whole body. */
export const withoutNewer = (
  body: unknown,
  { type, version }: { type: string | undefined; version: ApiVersion },
): unknown => (type === undefined || version === defaultVersion ? body : prune(body, type));

function prune(value: unknown, written: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const type = written.replace(/[!?]$/, '');
  if (Array.isArray(value)) {
    return type.endsWith('[]') ? value.map((item) => prune(item, type.slice(0, -2))) : value;
  }
  const record = /^Record<string,(.*)>$/.exec(type)?.[1];
  const fields = contract.types[type];
  if (record === undefined && fields === undefined) return value;
  if (fields?.alias !== undefined) return prune(value, typeOf(fields.alias));
  const newer = contract.newer[type] ?? [];
  const kept = Object.entries(value).filter(([name]) => !newer.includes(name));
  return Object.fromEntries(
    kept.map(([name, item]) => [name, prune(item, record ?? typeOf(fields?.[name] ?? 'any'))] as const),
  );
}
