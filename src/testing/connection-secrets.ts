/** What answers show instead of the secrets of a configuration. */
import { typeOfConnection, type ConfigurationField } from './connection-types';
import type { Fields } from './sync';

/** Stands for a secret in answers. Sent back in a write it is a value like any other, and a wrong one. */
export const mask = '********';

const secretName = /pass(word|phrase)|secret|token|key|credential|auth/i;
const userInfo = /:\/\/[^/@\s:]*:[^/@\s]*@/;

/** Whether a field of a configuration is a secret: as its type says, else by its name. */
export const isSecret = (name: string, field: ConfigurationField | undefined): boolean =>
  field === undefined ? secretName.test(name) : field.secret !== undefined;

/** A stored connection with the secrets of its configuration masked, at any depth. */
export function withoutSecrets(fields: Fields): Fields {
  const configuration = fields.configuration as Fields | null | undefined;
  if (configuration === null || configuration === undefined) return fields;
  const known = typeOfConnection(fields)?.configuration;
  const entries = Object.entries(configuration).map(
    ([name, value]) => [name, isSecret(name, known?.[name]) ? hide(value) : maskInside(value)] as const,
  );
  return { ...fields, configuration: Object.fromEntries(entries) };
}

/** What is not set needs no mask. */
const hide = (value: unknown): unknown => (value === null || value === '' ? value : mask);

function maskInside(value: unknown): unknown {
  if (typeof value === 'string') return userInfo.test(value) ? mask : value;
  if (Array.isArray(value)) return value.map(maskInside);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, secretName.test(name) ? hide(item) : maskInside(item)] as const,
  );
  return Object.fromEntries(entries);
}
