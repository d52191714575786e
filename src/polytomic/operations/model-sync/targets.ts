/** What model syncs can write to. */
import { z } from 'zod';
import { one, pageWith } from '../../answers';
import { get } from '../../operation';
import { answer, shape } from '../../shapes';
import { EnumValue } from '../shared-answers';

const TargetFieldsQuery = shape(() =>
  z
    .strictObject({
      target: z.string().optional(),
      refresh: z.boolean().optional(),
      properties: z.record(z.string(), z.array(z.string())).optional(),
    })
    .refine(({ target, properties }) => (target === undefined) !== (properties === undefined), {
      path: ['target'],
      message: 'expected exactly one of target and properties',
    }),
);

const ListTargets = shape(() => z.strictObject({ include_target_creation_values: z.boolean().optional() }));

const Mode = answer(() => ({
  mode: z.string(),
  /** The list of targets names a mode `id`, a single target names it `mode`. */
  id: z.string(),
  label: z.string(),
  description: z.string(),
  requires_identity: z.boolean(),
  supports_field_sync_mode: z.boolean(),
  supports_per_field_mode: z.boolean(),
  supports_target_filters: z.boolean(),
}));

const Choice = answer(() => ({ id: z.string(), label: z.string() }));

const TargetField = answer(() => ({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  type: z.string(),
  source_type: z.string(),
  required: z.boolean(),
  createable: z.boolean(),
  updateable: z.boolean(),
  filterable: z.boolean(),
  encryptable: z.boolean(),
  association: z.boolean(),
  multiple_associations: z.boolean(),
  supports_identity: z.boolean(),
  identity_functions: z.array(Choice()),
  filter_functions: z.array(Choice()),
  values: z.array(EnumValue()),
}));

/** What a destination can do. */
const TargetProperties = answer(() => ({
  /** Counts of such a target's runs prove nothing. */
  does_not_report_operation_counts: z.boolean(),
  mappings_not_required: z.boolean(),
  new_target_label: z.string(),
  optional_target_mappings: z.boolean(),
  primary_metadata_object: z.string(),
  requires_configuration: z.boolean(),
  supports_field_creation: z.boolean(),
  supports_field_encryption: z.boolean(),
  supports_field_type_selection: z.boolean(),
  supports_filter_value_fields: z.boolean(),
  supports_identity_field_creation: z.boolean(),
  supports_multiple_identities: z.boolean(),
  supports_target_filters: z.boolean(),
  target_creator: z.boolean(),
  use_field_names_as_labels: z.boolean(),
}));

const TargetFields = answer(() => ({
  id: z.string(),
  name: z.string(),
  fields: z.array(TargetField()),
  modes: z.array(Mode()),
  properties: TargetProperties(),
  refreshed_at: z.string(),
}));

const TargetObject = answer(() => ({ id: z.string(), name: z.string(), modes: z.array(Mode()) }));

const CreateProperty = answer(() => ({
  id: z.string(),
  title: z.string(),
  enum: z.boolean(),
  values: z.array(EnumValue()),
}));

const TargetCreation = answer(() => ({
  target_creation: answer(() => ({ supported: z.boolean(), properties: z.array(CreateProperty()) }))(),
}));

/** Rows of `modelSync.targets.*`. */
export const targets = {
  /** For an existing `target`, or for one still to be created, told by its `properties`. */
  getTargetFields: get('/api/connections/{id}/modelsync/target/fields', {
    query: TargetFieldsQuery,
    answer: one(TargetFields),
    fieldsSince: { properties: '2025-09-18' },
    since: '2024-02-08',
  }),
  /** Tells beside the targets whether new ones can be made (`target_creation`). */
  list: get('/api/connections/{id}/modelsync/targetobjects', {
    query: ListTargets,
    answer: pageWith(TargetObject, TargetCreation),
    fieldsSince: { include_target_creation_values: '2025-09-18' },
    since: '2024-02-08',
  }),
  /** 404 where the connection cannot create targets. */
  getCreateProperty: get('/api/connections/{id}/modelsync/targetobjects/properties/{property}', {
    answer: one(CreateProperty),
    since: '2024-02-08',
  }),
};
