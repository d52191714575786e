/** What a started emulator holds, under ids that can be printed in commands to copy. */

/** A model sync and a bulk sync that run for a few seconds. */
export const sampleSyncs = {
  modelSync: { id: '5c0ffee5-0000-4000-8000-000000000001', name: 'Users to CRM' },
  bulkSync: { id: '5c0ffee5-0000-4000-8000-000000000002', name: 'Warehouse to lake' },
} as const;

/** Milliseconds a run of theirs takes: long enough to be seen in the Web UI. */
export const sampleDurationMs = 5_000;
