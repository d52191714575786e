/** JSON Schemas of configurations, as the API answers them: its own keywords included. */

/** A value that a field may have: itself, or with a label beside it. */
export type Choice = string | { readonly value: string; readonly label?: string };

/** One field of a configuration. Keywords that are not named here are answered as they are. */
export interface ConfigurationField {
  readonly type?: string;
  /** Answers show a mask instead of the value. Nothing else says what a secret is. */
  readonly sensitive?: boolean;
  /** The API keeps this value itself; both spellings occur. */
  readonly readOnly?: boolean;
  readonly readonly?: boolean;
  /** Not shown to people. */
  readonly hidden?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly Choice[];
  readonly properties?: Readonly<Record<string, ConfigurationField>>;
  readonly items?: ConfigurationField;
  readonly [keyword: string]: unknown;
}

/** The schema of a whole configuration. */
export interface ConfigurationSchema extends ConfigurationField {
  readonly required?: readonly string[];
}

/** The fields of a configuration by name. */
export const fieldsOfSchema = ({ properties = {} }: ConfigurationField): Readonly<Record<string, ConfigurationField>> =>
  properties;

/** Whether only the API may set the field. */
export const isReadOnly = ({ readOnly, readonly }: ConfigurationField): boolean =>
  readOnly === true || readonly === true;

/** The values to choose from, without their labels; undefined where there is no choice. */
export const choicesOf = ({ enum: choices }: ConfigurationField): string[] | undefined =>
  choices?.map((choice) => (typeof choice === 'string' ? choice : choice.value));

/** The values that fields have when nobody sets them. */
export function defaultsOf(schema: ConfigurationField): Record<string, unknown> {
  const entries = Object.entries(fieldsOfSchema(schema)).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, field.default]));
}

type Configuration = Readonly<Record<string, unknown>>;

/**
 * A configuration as it is stored: what was written, without what only the API may set, over the defaults. Of the one
 * before it stay what only the API may set, and the secrets that were left out.
 */
export function storedConfiguration(
  schema: ConfigurationField,
  { written, present = {} }: { written: Configuration; present?: Configuration },
): Record<string, unknown> {
  const fields = fieldsOfSchema(schema);
  const ownedByApi = (name: string): boolean => fields[name] !== undefined && isReadOnly(fields[name]);
  const kept = Object.entries(present).filter(([name]) => ownedByApi(name) || fields[name]?.sensitive === true);
  const settable = Object.entries(written).filter(([name]) => !ownedByApi(name));
  return { ...defaultsOf(schema), ...Object.fromEntries(kept), ...Object.fromEntries(settable) };
}

/** Stands for a secret in answers. Sent back in a write it is a value like any other, and a wrong one. */
export const mask = '********';

/** A configuration with its secrets masked, at any depth. What is not set needs no mask. */
export function maskSecrets(value: unknown, schema: ConfigurationField | undefined): unknown {
  if (schema === undefined || value === null || value === '') return value;
  if (schema.sensitive === true) return mask;
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, schema.items));
  if (typeof value !== 'object') return value;
  const fields = fieldsOfSchema(schema);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskSecrets(item, fields[name])]));
}

/** What is wrong with a configuration, by the place of the first fault; undefined when nothing is. */
export function findConfigurationIssue(schema: ConfigurationSchema, configuration: Configuration): string | undefined {
  const defaults = defaultsOf(schema);
  for (const [name, field] of Object.entries(fieldsOfSchema(schema))) {
    const value = configuration[name];
    const issue = value === undefined || value === defaults[name] ? undefined : issueOf(value, field);
    if (issue !== undefined) return `configuration.${name}: ${issue}`;
  }
  const missing = (schema.required ?? []).find((name) => (configuration[name] ?? '') === '');
  return missing === undefined ? undefined : `configuration.${missing}: required, but missing`;
}

const typeChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && !Array.isArray(value),
};

function issueOf(value: unknown, field: ConfigurationField): string | undefined {
  if (value === null) return undefined;
  if (field.type !== undefined && typeChecks[field.type]?.(value) === false) return `expected ${field.type}`;
  if (field.sensitive === true && value === mask) return 'the mask of an answer, not the secret';
  const choices = choicesOf(field);
  if (choices === undefined || value === '' || choices.some((choice) => choice === value)) return undefined;
  return `expected one of ${choices.join(', ')}`;
}
