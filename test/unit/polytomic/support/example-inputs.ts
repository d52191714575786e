/** A whole input for each operation: every field of its query and body, as far as they may stand together. */
import { mapOperations, type AnyOperation } from '../../../../src/polytomic/operation';
import { operations } from '../../../../src/polytomic/operations';
import { pathParameters } from '../../../../src/polytomic/request';

type Input = Record<string, unknown>;

const at = '2026-01-02T03:04:05Z';
const source = { model_id: 'm1', field: 'email' };
const roles = { role: 'admin', role_ids: ['r1', 'r2'] };
const webhook = { endpoint: 'https://example.com/secret-hook', organization_id: 'o1', secret: 'secret-of-webhook' };
const errorLists = { subscribers: ['a@example.com'] };
const consoleLog = { limit: 10, after: 'cursor' };
const schedule = { frequency: 'weekly', minute: '5', hour: '4', day_of_week: '1', day_of_month: '2', month: '3' };
const params = { params: { table: ['users', 'orders'] } };

const identity = {
  function: 'Equality',
  source,
  target: 'Email',
  new_field: false,
  remote_field_type_id: 'text',
};

const modelSync = {
  name: 'Users',
  mode: 'updateOrCreate',
  target: { connection_id: 'c1', object: 'contact', configuration: { list: 'secret-list' }, filter_logic: '' },
  fields: [{ target: 'Email', source, sync_mode: 'create', new: false, encryption_enabled: true }],
  schedule: { ...schedule, connection_id: 'c2', job_id: 5, run_after: { sync_ids: ['s'], bulk_sync_ids: ['b'] } },
  active: true,
  encryption_passphrase: 'secret-of-sync',
  filter_logic: 'A',
  filters: [{ function: 'Equality', field: source, field_type: 'Model', label: 'A', value: 'x' }],
  identity,
  only_enrich_updates: false,
  organization_id: 'o1',
  override_fields: [{ target: 'Origin', override_value: 'import' }],
  overrides: [{ field: source, function: 'IsNull', override: 'none' }],
  policies: ['p1'],
  skip_initial_backfill: false,
  sync_all_records: true,
};

const newerModelSync = {
  ...modelSync,
  identities: { mappings: [identity], strategy: 'priority' },
  model_filters: { conditions: [{ function: 'IsNotNull', source, label: 'A' }], logic: 'A' },
  target_filters: { conditions: [{ function: 'IsNotNull', field: 'Email' }] },
};

const bulkSync = {
  name: 'Lake',
  mode: 'replicate',
  source_connection_id: 'c1',
  destination_connection_id: 'c2',
  destination_configuration: { schema: 'secret-schema' },
  source_configuration: { slot: 'secret-slot' },
  schemas: ['public.users', { id: 'public.orders', enabled: true, fields: ['id', { id: 'total', obfuscate: true }] }],
  active: true,
  automatically_add_new_fields: 'all',
  automatically_add_new_objects: 'none',
  concurrency_limit: 3,
  data_cutoff_timestamp: at,
  disable_record_timestamps: false,
  normalize_names: 'enabled',
  organization_id: 'o1',
  policies: ['p1'],
  resync_concurrency_limit: 2,
};

const newerBulkSync = {
  ...bulkSync,
  default_schedule: { ...schedule, id: 'd1' },
  additional_schedules: [{ ...schedule, resync_mode: 'refetch', schemas: ['public.users'], selective_mode: 'none' }],
};
const olderBulkSync = { ...bulkSync, schedule, discover: false };

const bulkSchema = {
  enabled: true,
  fields: [{ id: 'email', enabled: true, obfuscated: true, user_output_name: 'mail' }],
  filters: [{ function: 'Equality', field_id: 'country', value: 'NL' }],
  data_cutoff_timestamp: at,
  disable_data_cutoff: false,
  partition_key: 'created_at',
  tracking_field: 'updated_at',
  user_output_name: 'people',
};

const camelSchedule = {
  schedule: {
    frequency: 'weekly',
    minute: '5',
    hour: '4',
    dayOfWeek: '1',
    dayOfMonth: '2',
    month: '3',
    selectiveMode: 'none',
  },
};

const connection = {
  name: 'Warehouse',
  type: 'postgresql',
  configuration: {
    hostname: 'db.example',
    database: 'prod',
    password: 'secret-of-connection',
    ssh: { key: 'secret-key' },
  },
  healthcheck_interval: '30m',
  organization_id: 'o1',
  policies: ['p1'],
  validate: false,
};

const model = {
  async: true,
  name: 'People',
  connection_id: 'c1',
  configuration: { query: 'select secret-of-query', api_token: 'secret-of-model' },
  fields: ['email'],
  additional_fields: [{ name: 'full', label: 'Full name', type: 'string', example: 'A B' }],
  enricher: {
    connection_id: 'c3',
    enricher_id: 'e1',
    configuration: { api_key: 'secret-of-enricher' },
    fields: [{ id: 'f1', name: 'company', label: 'Company', type: 'string' }],
    mappings: { email: 'email' },
  },
  identifier: 'email',
  labels: ['l1'],
  organization_id: 'o1',
  policies: ['p1'],
  relations: [{ from: 'company_id', to: { model_id: 'm2', field: 'id' } }],
  tracking_columns: ['updated_at'],
};

const organization = {
  name: 'Acme',
  client_id: 'client',
  client_secret: 'secret-of-organization',
  issuer: 'https://id.example',
  sso_domain: 'acme.example',
  sso_org_id: 'org_1',
};

const policy = { name: 'Readers', organization_id: 'o1', policy_actions: [{ action: 'read', role_ids: ['r1'] }] };

const inputs: Record<string, Input> = {
  'bulkSync.activate': { active: true },
  'bulkSync.create': newerBulkSync,
  'bulkSync.delete': { refresh_schemas: true },
  'bulkSync.errorHandling.update': { ...errorLists, ingestion_failure_threshold: 60 },
  'bulkSync.executions.exportLogs': { notify: true },
  'bulkSync.executions.getConsoleLogs': consoleLog,
  'bulkSync.executions.getIngestConsoleLogs': { ...consoleLog, sync_id: 's1' },
  'bulkSync.executions.getSchemaConsoleLogs': consoleLog,
  'bulkSync.executions.list': { page_token: 't', only_terminal: true, ascending: false, limit: 20 },
  'bulkSync.executions.listStatus': { all: true, active: false, sync_id: ['s1', 's2'] },
  'bulkSync.get': { refresh_schemas: true },
  'bulkSync.getSource': { include_fields: false },
  'bulkSync.list': { active: true, page_token: 't', limit: 20 },
  'bulkSync.schedules.create': camelSchedule,
  'bulkSync.schedules.update': camelSchedule,
  'bulkSync.schemas.list': { filters: { enabled: 'true', 'a b': 'c&d' } },
  'bulkSync.schemas.patch': { schemas: [{ ...bulkSchema, id: 'public.users' }] },
  'bulkSync.schemas.update': { ...bulkSchema, history_enabled: true },
  'bulkSync.start': { schemas: ['public.users'], fetch_mode: 'full', resync_mode: 'rebuild', test: false },
  'bulkSync.update': newerBulkSync,
  'connections.connect': {
    name: 'Acme',
    redirect_url: 'https://example.com/back',
    connection: 'c1',
    type: 'hubspot',
    whitelist: ['hubspot'],
    organization_id: 'o1',
    use_organization_name: true,
    dark: true,
    ttl: 600,
  },
  'connections.create': { ...connection, redirect_url: 'https://example.com/back' },
  'connections.createSharedConnection': { child_organization_id: 'o2', name: 'Shared' },
  'connections.delete': { force: true },
  'connections.executeProxy': {
    async: false,
    request: {
      method: 'POST',
      path: '/v1/secret-path',
      query: { q: 'secret-of-query' },
      rawQuery: 'secret=raw',
      headers: { 'X-Api-Key': 'secret-of-header' },
      body: { token: 'secret-of-body' },
      api: 'rest',
    },
  },
  'connections.getConnectSession': { token: 'secret-of-session' },
  'connections.getTypeParameterValues': {
    field: 'table',
    parameters: { database: 'secret-database' },
    connection_id: 'c1',
    query: 'use',
  },
  'connections.proxy.updateProxySettings': { enabled: true },
  'connections.testConnection': { type: 'postgresql', configuration: connection.configuration, connection_id: 'c1' },
  'connections.update': { ...connection, reconnect: true },
  'events.list': { type: 'sync.failed', starting_after: at, ending_before: at, limit: 5, organization_id: 'o1' },
  'modelSync.activate': { active: false },
  'modelSync.create': newerModelSync,
  'modelSync.errorHandling.update': {
    ...errorLists,
    auto_retry_record_errors: true,
    notify_on_record_errors: true,
    warning_notifications: false,
  },
  'modelSync.executions.getConsoleLogs': consoleLog,
  'modelSync.executions.list': { page_token: 't', only_completed: true, ascending: true },
  'modelSync.getSource': params,
  'modelSync.getSourceFields': params,
  'modelSync.list': { active: true, mode: 'create', target_connection_id: 'c1', page_token: 't', limit: 20 },
  'modelSync.start': { resync: true, test: false, identities: ['a@example.com'] },
  'modelSync.targets.getTargetFields': { target: 'contact', refresh: true },
  'modelSync.targets.list': { include_target_creation_values: true },
  'modelSync.update': newerModelSync,
  'models.create': model,
  'models.delete': { async: true },
  'models.get': { async: false },
  'models.getEnrichmentSource': params,
  'models.list': { page_token: 't', limit: 20 },
  'models.post': { configuration: { api_key: 'secret-of-enricher' } },
  'models.preview': model,
  'models.sample': { async: true },
  'models.update': { ...model, refresh: true },
  'notifications.setGlobalErrorSubscribers': { emails: ['a@example.com'] },
  'organization.create': organization,
  'organization.update': organization,
  'organization.updateRecordLogging': { enabled: true, deliveryConnectionId: 'c1', deliveryPrefix: 'logs/' },
  'permissions.policies.create': policy,
  'permissions.policies.update': policy,
  'permissions.roles.create': { name: 'Reader', organization_id: 'o1' },
  'permissions.roles.update': { name: 'Reader', organization_id: 'o1' },
  'queryRunner.getQuery': { page: 'p2' },
  'queryRunner.runQuery': { query: "select 'secret' from a where b = 1 + 1" },
  'schemas.patchField': { type: 'number', definition: 'bigint', example: 5, label: 'Total', path: '$.total' },
  'schemas.setPrimaryKeys': { fields: [{ field_id: 'id', is_primary_key: true }] },
  'schemas.upsertField': {
    fields: [{ field_id: 'total', label: 'Total', type: 'number', example: 5, path: '$.total' }],
  },
  'temporaryCredentials.create': {
    subject: { type: 'user', mode: 'read_only', organization_id: 'o1', user_id: 'u1' },
    duration_seconds: 600,
    session_name: 'nightly',
  },
  'users.create': { email: 'a@example.com', ...roles },
  'users.createApiKey': { force: true },
  'users.createCurrentOrgUser': { email: 'a@example.com', ...roles },
  'users.update': { email: 'a@example.com', ...roles },
  'users.updateCurrentOrgUser': roles,
  'webhooks.create': webhook,
  'webhooks.listDeliveries': { success: false, event_id: 'e1', start: at, end: at, page_token: 't' },
  'webhooks.update': webhook,
};

/** What `2024-02-08` takes in the place of the above. */
const olderInputs: Record<string, Input> = {
  'bulkSync.create': olderBulkSync,
  'bulkSync.update': olderBulkSync,
  'bulkSync.start': { ...inputs['bulkSync.start'], resync: true },
  'modelSync.create': modelSync,
  'modelSync.update': modelSync,
};

const newest = '2025-09-18';

/** The operation's input in a version. Ids in paths are told apart by their parameter's name, and want encoding. */
export function exampleInput(row: AnyOperation, version: string = newest): Input {
  const ids = Object.fromEntries(pathParameters(row.path).map((name) => [name, `id of?${name}`]));
  const fields = (version < newest ? olderInputs[row.name] : undefined) ?? inputs[row.name] ?? {};
  const known = Object.entries(fields).filter(([name]) => (row.fieldsSince?.[name] ?? version) <= version);
  return { ...ids, ...Object.fromEntries(known) };
}

/** Every row with its name. */
export const rows: readonly [string, AnyOperation][] = listRows();

function listRows(): [string, AnyOperation][] {
  const found: [string, AnyOperation][] = [];
  mapOperations(operations, (name, row) => found.push([name, row]));
  return found;
}
