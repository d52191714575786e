/** The schemas of a bulk sync as it stores them: which are enabled, which of their fields, under which names. */
import { idFrom } from './ids';
import type { BulkSyncSeed } from '../controls/options';
import type { Fields } from './fields';

/** Schemas that a source offers when nobody says otherwise. */
export const usualSchemas = ['public.users', 'public.orders', 'public.events'];
/** Fields that a schema has when nobody says otherwise. */
export const usualFields = ['id', 'name', 'updated_at'];

/** Schemas from ids or objects; none given means the usual ones. */
export function makeSchemas(schemas: BulkSyncSeed['schemas']): Fields[] {
  return (schemas ?? usualSchemas).map((schema) => {
    const { fields, ...given }: Fields = typeof schema === 'string' ? { id: schema } : schema;
    const id = typeof given.id === 'string' ? given.id : idFrom(JSON.stringify(schema));
    return { ...usualSettings, output_name: toOutputName(id), ...given, id, fields: makeFields(fields ?? usualFields) };
  });
}

/** The settings that a schema has when nobody sets them. */
export const usualSettings: Fields = { enabled: true, filters: [], disable_data_cutoff: false, history_enabled: false };

/** Fields from ids or objects; a write says `obfuscate` where an answer says `obfuscated`. */
export function makeFields(fields: unknown): Fields[] {
  return (fields as (string | Fields)[]).map((field) => {
    const { obfuscate, ...given }: Fields = typeof field === 'string' ? { id: field } : field;
    const id = String(given.id);
    return { enabled: true, obfuscated: obfuscate ?? false, output_name: toOutputName(id), ...given, id };
  });
}

/** A write that leaves out `fields` enables every field. */
export const enableAll = (fields: unknown): Fields[] =>
  makeFields(fields).map((field) => ({ ...field, enabled: true }));

/** A name as the destination may have it. */
export const toOutputName = (id: string): string => id.replace(/\W/g, '_');
