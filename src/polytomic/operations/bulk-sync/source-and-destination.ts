/** What a connection offers to bulk syncs, as their source and as their destination. */
import { z } from 'zod';
import { one } from '../../answers';
import { get } from '../../operation';
import { answer, shape } from '../../shapes';
import { SourceField } from '../shared-answers';

/** Always say it: the contract's default is true, the documentation's text says otherwise. */
const SourceQuery = shape(() => z.strictObject({ include_fields: z.boolean().optional() }));

const Source = answer(() => ({
  capabilities: answer(() => ({ supports_namespaces: z.boolean(), supports_tracking_fields: z.boolean() }))(),
  configuration: z.unknown(),
  schemas: z.array(answer(() => ({ id: z.string(), name: z.string(), fields: z.array(SourceField()) }))()),
}));

const Destination = answer(() => ({
  configuration: z.unknown(),
  modes: z.array(
    answer(() => ({
      id: z.string(),
      label: z.string(),
      description: z.string(),
      requires_identity: z.boolean(),
      supports_field_sync_mode: z.boolean(),
      supports_target_filters: z.boolean(),
    }))(),
  ),
  supported_resync_modes: z.array(z.string()),
  supports_history_mode: z.boolean(),
}));

/** Both hold a connection's configuration, which may hold its secrets. */
const secrets = { answer: ['configuration'] };

/** What can be read from a connection. */
export const getSource = get('/api/connections/{id}/bulksync/source', {
  query: SourceQuery,
  answer: one(Source),
  since: '2024-02-08',
  secrets,
});

/** What can be written to a connection, and which resync modes it supports. */
export const getDestination = get('/api/connections/{id}/bulksync/target', {
  answer: one(Destination),
  since: '2024-02-08',
  secrets,
});
