/** What is recorded of provisioning and of the reading workflows, by the name of its file. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { ProvisionProgress } from '../src/contracts/provision';
import { setWorkflowId } from '../src/contracts/provision-record';
import { specOf } from '../test/server/support/provisioning';
import { once, only, type Input, type Recording, type Stage } from './recording';

const specified =
  (name: string, more: Record<string, unknown> = {}): Input =>
  () => ({ spec: specOf(name), ...more });

/** Applied before by another run, which is not recorded. */
const applied = (name: string, workflow: string, more: Record<string, unknown> = {}): Recording => ({
  ...only(workflow, specified(name, more)),
  before: { workflow: 'provisionPolytomic', input: { spec: specOf(name) } },
});

/** Creates of bulk syncs of that set get this answer. */
const troubled =
  (name: string, fault: Parameters<Stage['emulator']['fault']>[0]): Input =>
  ({ emulator }) => {
    const when = ({ body }: { body?: unknown }): boolean =>
      (body as { name?: string } | undefined)?.name === `${name} lake`;
    emulator.fault({ method: 'POST', path: '/api/bulk/syncs', when, ...fault });
    return { spec: specOf(name) };
  };

const approve = async (handle: WorkflowHandle): Promise<void> => {
  const progress = (): Promise<ProvisionProgress | null> => handle.query<ProvisionProgress | null>('progress');
  while ((await progress())?.phase !== 'waitingForApproval') await sleep(200);
  await handle.executeUpdate('approve', { args: [{ planHash: (await progress())?.planHash, by: 'recorder' }] });
};

/** By name of the file. */
export const provisionRecordings: Readonly<Record<string, Recording>> = {
  'provision-planned': only('planPolytomic', specified('planned')),
  'provision-created': {
    ...only('provisionPolytomic', specified('created')),
    beside: { 'polytomic-set': setWorkflowId('default', 'created') },
  },
  'provision-again': applied('again', 'provisionPolytomic'),
  'provision-changed': {
    ...only('provisionPolytomic', () => ({
      spec: specOf('changed', { bulkSyncs: {} }),
      prune: true,
      approve: 'destructive',
      notify: ['team'],
    })),
    before: { workflow: 'provisionPolytomic', input: { spec: specOf('changed') } },
    meanwhile: approve,
  },
  'provision-run': only('provisionPolytomic', () => {
    const spec = specOf('run') as { bulkSyncs: { lake: Record<string, unknown> } };
    spec.bulkSyncs.lake.run = true;
    return { spec };
  }),
  'provision-blocked': only('provisionPolytomic', ({ emulator }) => {
    emulator.addConnection({ name: 'blocked warehouse', type: 'postgresql' });
    return { spec: specOf('blocked') };
  }),
  'provision-undone': only('provisionPolytomic', troubled('undone', { status: 422, times: 100 })),
  'provision-repeated': only('provisionPolytomic', troubled('repeated', { status: 503, times: 2 })),
  'provision-cancelled': {
    ...only('provisionPolytomic', troubled('cancelled', { drop: 'before', times: 1_000 })),
    meanwhile: once((handle) => handle.cancel(), 'applyObjects'),
  },
  'provision-invalid-input': only('provisionPolytomic', () => ({ spec: { models: 1 } })),
  'deprovision-deleted': applied('deleted', 'deprovisionPolytomic'),
  'deprovision-of-nothing': only('deprovisionPolytomic', specified('unknown')),
  'drift-none': applied('steady', 'checkPolytomicDrift'),
  'drift-found': only('checkPolytomicDrift', specified('drifted', { notify: ['team'] })),
  'provision-exported': only('exportPolytomic', () => ({ kinds: ['connections'], names: ['planned*'] })),
  'setup-checked': only('checkPolytomicSetup', () => ({})),
  'syncs-listed': only('listPolytomicSyncs', () => ({ kind: 'model' })),
};
