/** What requests about connections hold. */
import { z } from 'zod';
import { shape } from '../../shapes';
import { Configuration } from '../shared-requests';

/** A new connection. */
export const CreateConnection = shape(() =>
  z.strictObject({
    name: z.string(),
    type: z.string(),
    configuration: Configuration(),
    healthcheck_interval: z.string().optional(),
    organization_id: z.string().optional(),
    policies: z.array(z.string()).optional(),
    /** Where the owner's browser goes after consent. */
    redirect_url: z.string().optional(),
    /** Default: true. */
    validate: z.boolean().optional(),
  }),
);

/** A whole connection. */
export const UpdateConnection = shape(() =>
  z.strictObject({
    name: z.string(),
    type: z.string().optional(),
    configuration: Configuration(),
    healthcheck_interval: z.string().optional(),
    organization_id: z.string().optional(),
    policies: z.array(z.string()).optional(),
    reconnect: z.boolean().optional(),
    /** Default: true. */
    validate: z.boolean().optional(),
  }),
);

/** A configuration to try. */
export const TestConnection = shape(() =>
  z.strictObject({ type: z.string(), configuration: Configuration(), connection_id: z.string().optional() }),
);

/** Whether to delete what still is in use. */
export const DeleteConnection = shape(() => z.strictObject({ force: z.boolean().optional() }));

/** Which parameter's choices to ask for, knowing the others. */
export const TypeParameterQuery = shape(() =>
  z.strictObject({
    field: z.string(),
    parameters: Configuration(),
    connection_id: z.string().optional(),
    query: z.string().optional(),
  }),
);

/** A connect card to show to a customer. */
export const Connect = shape(() =>
  z.strictObject({
    name: z.string(),
    redirect_url: z.string(),
    /** An existing connection to connect anew. */
    connection: z.string().optional(),
    type: z.string().optional(),
    whitelist: z.array(z.string()).optional(),
    organization_id: z.string().optional(),
    use_organization_name: z.boolean().optional(),
    dark: z.boolean().optional(),
    /** How long the session lasts, seconds, at most 604800. Default: 300. */
    ttl: z.int().max(604_800).optional(),
  }),
);

/** What the connect card gave to the customer's browser. */
export const SessionQuery = shape(() => z.strictObject({ token: z.string() }));
