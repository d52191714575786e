/** What requests about models hold. */
import { z } from 'zod';
import { shape } from '../../shapes';
import { Configuration } from '../shared-requests';

/** Which models to list. The two paging parameters are promised in prose only. */
export const ListModels = shape(() => z.strictObject({ page_token: z.string().optional(), limit: z.int().optional() }));

/** Whether to answer with a job instead of waiting for the work. */
export const Asynchronously = shape(() => z.strictObject({ async: z.boolean().optional() }));

const AddedField = shape(() =>
  z.strictObject({ name: z.string(), label: z.string(), type: z.string(), example: z.string().optional() }),
);

const EnrichedField = shape(() =>
  z.strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    label: z.string().optional(),
    description: z.string().optional(),
    type: z.string().optional(),
    remote_type: z.string().optional(),
    unique: z.boolean().optional(),
    user_added: z.boolean().optional(),
    example: z.unknown().optional(),
    created_at: z.string().optional(),
    created_by: z
      .strictObject({ id: z.string().optional(), name: z.string().optional(), type: z.string().optional() })
      .optional(),
    updated_at: z.string().optional(),
  }),
);

const Enricher = shape(() =>
  z.strictObject({
    connection_id: z.string().optional(),
    enricher_id: z.string().optional(),
    configuration: Configuration().optional(),
    fields: z.array(EnrichedField()).optional(),
    mappings: z.record(z.string(), z.string()).optional(),
  }),
);

const Relation = shape(() =>
  z.strictObject({
    from: z.string().optional(),
    to: z.strictObject({ model_id: z.string().optional(), field: z.string().optional() }).optional(),
  }),
);

/** A whole model, for creating. */
export const CreateModel = shape(() =>
  z.strictObject({
    name: z.string(),
    connection_id: z.string(),
    configuration: Configuration(),
    fields: z.array(z.string()).optional(),
    additional_fields: z.array(AddedField()).optional(),
    enricher: Enricher().optional(),
    identifier: z.string().optional(),
    labels: z.array(z.string()).optional(),
    organization_id: z.string().optional(),
    policies: z.array(z.string()).optional(),
    relations: z.array(Relation()).optional(),
    tracking_columns: z.array(z.string()).optional(),
  }),
);

/** A whole model, for replacing. */
export const UpdateModel = shape(() => CreateModel().extend({ refresh: z.boolean().optional() }));

/** An enrichment that is still being configured. */
export const Enrichment = shape(() => z.strictObject({ configuration: Configuration().optional() }));
