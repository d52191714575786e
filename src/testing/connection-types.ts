/** The kinds of system that the emulator can connect to, and what their configurations look like. */
import type { Fields } from './sync';

/** One field of a configuration. */
export interface ConfigurationField {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly required?: boolean;
  /** `marked` where the schema says so, `named` where only its name does: nobody documents how secrets are marked. */
  readonly secret?: 'marked' | 'named';
  readonly default?: unknown;
  /** What it may be set to, where there is a choice. */
  readonly values?: readonly string[];
}

/** A kind of system. */
export interface BackendType {
  readonly id: string;
  readonly name: string;
  readonly operations: readonly string[];
  /** Its owner has to agree in a browser. */
  readonly oauth?: boolean;
  /** Its API can be called through the proxy; where there are several, by name. */
  readonly api?: { readonly baseUrl: string; readonly names?: readonly string[] };
  /** Whether it tells how many calls were made, and per sync. */
  readonly reportsUsage?: boolean;
  readonly configuration: Readonly<Record<string, ConfigurationField>>;
}

const text: ConfigurationField = { type: 'string' };
const needed: ConfigurationField = { type: 'string', required: true };
const secret: ConfigurationField = { type: 'string', secret: 'marked' };
const secretByName: ConfigurationField = { type: 'string', secret: 'named' };
const whole: ConfigurationField = { type: 'integer' };
const flag: ConfigurationField = { type: 'boolean', default: false };

const both = ['source', 'destination'];
const regions: ConfigurationField = { ...text, values: ['us-east-1', 'us-west-2', 'eu-west-1'] };

/** The settings of a database; only its host has no usual value. */
const database = (port: number): BackendType['configuration'] => ({
  hostname: needed,
  port: { ...whole, default: port },
  database: { ...text, values: ['analytics', 'production'] },
  username: text,
  password: secret,
  ssl: flag,
});

const types: readonly BackendType[] = [
  { id: 'postgresql', name: 'PostgreSQL', operations: both, configuration: database(5432) },
  { id: 'mysql', name: 'MySQL', operations: both, configuration: database(3306) },
  { id: 'redshift', name: 'Redshift', operations: both, configuration: database(5439) },
  {
    id: 'snowflake',
    name: 'Snowflake',
    operations: both,
    configuration: {
      account: needed,
      username: text,
      password: secret,
      private_key: secretByName,
      private_key_passphrase: secretByName,
      dbname: text,
      warehouse: { ...text, values: ['COMPUTE_WH', 'LOAD_WH'] },
    },
  },
  {
    id: 'bigquery',
    name: 'BigQuery',
    operations: both,
    configuration: { project_id: text, service_account_credentials: secretByName, location: text },
  },
  {
    id: 's3',
    name: 'S3',
    operations: both,
    configuration: {
      s3_bucket_name: needed,
      s3_bucket_region: regions,
      aws_access_key_id: text,
      aws_secret_access_key: secret,
    },
  },
  {
    id: 'hubspot',
    name: 'HubSpot',
    operations: both,
    oauth: true,
    api: { baseUrl: 'https://api.hubapi.example.com' },
    reportsUsage: true,
    configuration: { oauth_refresh_token: secretByName, hub_domain: text },
  },
  {
    id: 'salesforce',
    name: 'Salesforce',
    operations: both,
    oauth: true,
    api: { baseUrl: 'https://salesforce.example.com', names: ['rest', 'bulk'] },
    reportsUsage: true,
    configuration: { domain: text, oauth_refresh_token: secretByName, enforce_api_limits: flag },
  },
  {
    id: 'webhook',
    name: 'Webhook',
    operations: ['destination'],
    configuration: { url: needed, secret: secretByName },
  },
  {
    id: 'apollo',
    name: 'Apollo',
    operations: ['enrichment'],
    api: { baseUrl: 'https://api.apollo.example.com' },
    configuration: { api_key: { ...secret, required: true } },
  },
];

/** Every type, in the order of lists. */
export const connectionTypes = types;

/** The type of that id, or undefined. */
export const findType = (id: unknown): BackendType | undefined => types.find((type) => type.id === id);

/** The type of a stored connection, or undefined for one that only the seed knows. */
export const typeOfConnection = ({ type }: Fields): BackendType | undefined =>
  findType((type as Fields | undefined)?.id);

/** A type as connections show it. */
export const toTypeOfConnection = ({ id, name, operations }: BackendType): Fields => ({ id, name, operations });

/** A type as the list of types shows it. */
export function toConnectionType(type: BackendType): Fields {
  const able = (operation: string): boolean => type.operations.includes(operation);
  const initial = Object.entries(type.configuration).filter(([, field]) => field.default !== undefined);
  return {
    id: type.id,
    name: type.name,
    use_oauth: type.oauth ?? false,
    capabilities: {
      source: able('source'),
      destination: able('destination'),
      enrichment: able('enrichment'),
      logging: type.id === 's3',
      orchestration: false,
    },
    configurationForm: { jsonschema: toConfigurationSchema(type), uischema: {} },
    initialConfiguration: Object.fromEntries(initial.map(([name, field]) => [name, field.default])),
  };
}

/** The JSON Schema of a type's configuration. */
export function toConfigurationSchema({ name, configuration }: BackendType): Fields {
  const entries = Object.entries(configuration);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    type: 'object',
    required: entries.filter(([, { required }]) => required === true).map(([field]) => field),
    properties: Object.fromEntries(entries.map(([field, settings]) => [field, toFieldSchema(field, settings)])),
  };
}

function toFieldSchema(name: string, { type, secret: kind, default: usual }: ConfigurationField): Fields {
  return {
    type,
    title: name.replaceAll('_', ' '),
    ...(kind === 'marked' ? { format: 'password', writeOnly: true } : {}),
    ...(usual === undefined ? {} : { default: usual }),
  };
}
