/** What every partner gets: models and syncs on the connection that is shared with them. */

/** The spec, as `provision` takes it. The connection has an id: it is never created, and left by a destroy. */
export function partnerSpec(connection: { id: string; name: string }) {
  const shared = { $ref: 'connections.shared.id' };
  return {
    name: 'onboarding',
    connections: { shared: { ...connection, type: 'postgresql', configuration: {} } },
    models: {
      users: { name: 'Users', connection_id: shared, configuration: { query: 'select * from users' } },
    },
    modelSyncs: {
      contacts: {
        name: 'Users to contacts',
        mode: 'updateOrCreate',
        target: { connection_id: shared, object: 'public.contacts' },
        fields: [{ target: 'email', source: { model_id: { $ref: 'models.users.id' }, field: 'email' } }],
        schedule: { frequency: 'daily', hour: '3', minute: '0' },
      },
    },
    bulkSyncs: {
      lake: {
        name: 'Warehouse to lake',
        mode: 'replicate',
        source_connection_id: shared,
        destination_connection_id: shared,
        destination_configuration: { schema: 'lake' },
        default_schedule: { frequency: 'manual' },
        run: true,
      },
    },
  };
}
