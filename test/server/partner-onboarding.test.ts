/** examples/partner-onboarding as a user runs it: an organization, a user, a key that no history holds, and running syncs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ProvisionResult } from '../../src/contracts/provision';
import { setWorkflowId } from '../../src/contracts/provision-record';
import type { Emulator } from '../../src/testing';
import type { ExampleProject } from './support/example-project';
import { startExampleStage, type ExampleStage } from './support/example-stage';
import { temporalAddress, type TemporalConnections } from './support/harness';
import { eventsOf, textsIn } from './support/history';
import type { NodeProcess } from './support/node-process';

const partnerKey = 'partner-key';
let stage: ExampleStage;
let example: ExampleProject;
let emulator: Emulator;
let temporal: TemporalConnections;
let worker: NodeProcess;

beforeAll(async () => {
  stage = await startExampleStage();
  ({ emulator, temporal } = stage);
  example = await stage.projects.add('partner-onboarding', {
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_PARTNER_KEY: partnerKey,
    PARTNERS: 'acme',
  });
  worker = await example.start('worker');
});
afterAll(async () => {
  await worker.end('SIGKILL');
  await stage.close();
});

async function get(path: string, key: string): Promise<Record<string, unknown>[]> {
  const answer = await fetch(emulator.url + path, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data;
}

const onboard = async (
  connection: string,
): Promise<{ organizationId: string; resources: ProvisionResult['resources'] }> =>
  JSON.parse(await example.run('start', 'acme', 'ann@acme.example', connection)) as never;

it('makes each thing once, though the key was lost with its first answer, and shows the key to nobody', async () => {
  const connection = String(emulator.addConnection({ name: 'Our warehouse', type: 'postgresql' }).id);
  const lost = emulator.fault({ operation: 'users.createApiKey', drop: 'after', recorded: 'nothing' });
  const first = await onboard(connection);
  expect(lost.hits).toBe(1);
  expect(Object.values(first.resources).map(({ action }) => action)).toEqual([
    'unchanged',
    'created',
    'created',
    'created',
  ]);
  const key = await readFile(join(example.folder, 'keys/acme.key'), 'utf8');
  expect(await get('/api/syncs', key)).toMatchObject([{ name: 'Users to contacts', active: true }]);
  expect(await get('/api/connections', key)).toMatchObject([{ name: 'Shared warehouse' }]);
  const [lake, ...others] = await get('/api/bulk/syncs', key);
  expect([lake?.name, others]).toEqual(['Warehouse to lake', []]);
  expect(emulator.executions().map(({ syncId }) => syncId)).toEqual([lake?.id]);
  const organizations = await get('/api/organizations', partnerKey);
  expect(organizations.filter(({ name }) => name === 'acme')).toMatchObject([{ id: first.organizationId }]);

  const second = await onboard(connection);
  expect(second.organizationId).toBe(first.organizationId);
  expect(Object.values(second.resources).every(({ action }) => action === 'unchanged')).toBe(true);
  expect(emulator.executions()).toHaveLength(1);
  const later = await readFile(join(example.folder, 'keys/acme.key'), 'utf8');
  for (const id of ['onboard-acme', setWorkflowId('acme', 'onboarding')]) {
    const texts = (await eventsOf(temporal.client.workflow.getHandle(id))).map((event) => textsIn(event)).join('\n');
    for (const secret of [key, later, partnerKey]) expect(texts).not.toContain(secret);
  }
  const { stdout, stderr } = await worker.end('SIGTERM');
  expect(stdout + stderr).not.toContain(key);
});
