/** Fields that occur in the configurations of several usual types. */
import type { ConfigurationField, ConfigurationSchema } from './configuration-schema';

export const text: ConfigurationField = { type: 'string' };
export const whole: ConfigurationField = { type: 'integer' };
export const flag: ConfigurationField = { type: 'boolean' };
export const secret: ConfigurationField = { type: 'string', sensitive: true };
export const password: ConfigurationField = { type: 'string', password: true, sensitive: true };
export const secretFile: ConfigurationField = { type: 'string', sensitive: true, widget: 'file' };
export const secretArea: ConfigurationField = { type: 'string', sensitive: true, widget: 'textarea' };
export const hiddenSecret: ConfigurationField = { type: 'string', api_field: true, hidden: true, sensitive: true };
export const serverText: ConfigurationField = { type: 'string', readOnly: true };
export const off: ConfigurationField = { ...flag, default: false };
export const on: ConfigurationField = { ...flag, default: true };

export const named: ConfigurationField = {
  type: 'object',
  additionalProperties: false,
  properties: { name: text, value: text },
};
export const namedList: ConfigurationField = { type: 'array', items: named };
export const basic: ConfigurationField = {
  type: 'object',
  additionalProperties: false,
  properties: { username: text, password: text },
};
export const clientCredentials: ConfigurationField = {
  type: 'object',
  additionalProperties: false,
  properties: {
    client_id: text,
    client_secret: text,
    token_endpoint: text,
    extra_form_data: namedList,
    scopes: { type: 'array', items: text },
    auth_style: whole,
  },
};

/** The schema of a configuration with these fields. */
export function schemaOf(
  title: string,
  required: readonly string[],
  properties: Readonly<Record<string, ConfigurationField>>,
): ConfigurationSchema {
  const titled = Object.entries(properties).map(
    ([name, field]) => [name, { title: name.replaceAll('_', ' '), ...field }] as const,
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(titled),
  };
}

export const tunnel = {
  ssh: flag,
  ssh_user: { ...text, default: 'root' },
  ssh_host: text,
  ssh_port: { ...whole, default: 22 },
};
export const staging = { use_bulk_sync_staging_schema: off, bulk_sync_staging_schema: text };
export const awsAccess = {
  auth_mode: {
    ...text,
    default: 'access_key_and_secret',
    enum: [
      { value: 'access_key_and_secret', label: 'Access Key and Secret' },
      { value: 'iam_role', label: 'IAM role' },
    ],
  },
  aws_access_key_id: text,
  aws_secret_access_key: secret,
  aws_user: serverText,
  iam_role_arn: text,
  external_id: serverText,
};
