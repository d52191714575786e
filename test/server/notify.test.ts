/** Telling people from a workflow: retried, told once, no reason to fail, and the URL in no history. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Notification, NotifiedSync } from '../../src/contracts/notification';
import type { NotifierState } from '../../src/workflows/library/notifier';
import { startServer, type TestServer } from '../unit/polytomic/support/http-server';
import { eventsOf, textsIn } from './support/history';
import type { Script } from './support/notify-workflows';
import { sideBySide } from './support/side-by-side';
import { startWorld, type World } from './support/world';

const secret = 'T0-nobody-may-see';
/** Statuses that a target of this name is answered, one after the other; the last one repeats. */
const answers: Record<string, number[]> = { flaky: [503, 200], gone: [404], ops: [200], other: [200], carried: [200] };

interface Posted {
  target: string;
  status: number;
  key?: string;
  notification: Notification;
}

/** Arguments of a call of the user's activity. */
type Told = [Notification, ...unknown[]];

describe.each([
  ['cached workflows', {}],
  ['every workflow task replayed from the beginning', { maxCachedWorkflows: 0 }],
])('telling people, %s', (_name, worker) => {
  const posted: Posted[] = [];
  const given: Told[] = [];
  const handles: WorkflowHandle[] = [];
  let receiver: TestServer;
  let world: World;

  beforeAll(async () => {
    receiver = await startServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const target = request.url?.split('/').at(-1) ?? '';
        const key = request.headers['idempotency-key'] as string;
        answer(response, target, { key, notification: JSON.parse(body) as Notification });
      });
    });
    const url = (name: string) => ({ url: `${receiver.url}/${secret}/${name}` });
    world = await startWorld('notify', {
      plugin: { notify: Object.fromEntries(Object.keys(answers).map((name) => [name, url(name)])) },
      worker: {
        workflowBundle: undefined,
        workflowsPath: require.resolve('./support/notify-workflows.ts'),
        activities: { tellTeam: async (...args: Told) => void given.push(args) },
        ...worker,
      },
    });
  });
  afterAll(async () => {
    await world.close();
    await receiver.close();
  });

  function answer(response: ServerResponse, target: string, post: Omit<Posted, 'target' | 'status'>): void {
    const statuses = answers[target] ?? [];
    const status = statuses[postsTo(target).length] ?? statuses.at(-1) ?? 500;
    posted.push({ target, status, ...post });
    response.writeHead(status).end();
  }

  function postsTo(target: string): Posted[] {
    return posted.filter((post) => post.target === target);
  }

  /** Arguments of the user's activity, one list for each call by this workflow. */
  function givenBy({ workflowId }: WorkflowHandle): Told[] {
    return given.filter(([notification]) => notification.workflowId === workflowId);
  }

  async function start(workflow: string, script: Script): Promise<WorkflowHandle<() => Promise<NotifierState>>> {
    const workflowId = `notify-${workflow}-${randomUUID().slice(0, 8)}`;
    const { taskQueue } = world;
    const handle = await world.client.workflow.start<() => Promise<NotifierState>>(workflow, {
      args: [script] as never,
      taskQueue,
      workflowId,
    });
    handles.push(handle);
    return handle;
  }

  sideBySide({
    'posts once more with the same key after a 503, and tells what happened meanwhile in the next message':
      async () => {
        const handle = await start('tellPeople', {
          targets: [{ name: 'flaky', activity: null }],
          moments: [[['failed', sync('A')]], [['failed', sync('B')]], [['late', sync('C')]]],
        });
        await handle.result();
        const [refused, retried, rest, ...more] = postsTo('flaky');
        expect([refused?.status, retried?.status, rest?.status, more.length]).toEqual([503, 200, 200, 0]);
        expect(retried).toEqual({ ...refused, status: 200 });
        expect(refused?.notification).toMatchObject({
          text: '1 sync failed\nFailed: A: broke',
          workflowId: handle.workflowId,
          failed: [{ syncId: 'A' }],
        });
        expect(rest?.key).not.toBe(refused?.key);
        expect(rest?.notification.counts).toEqual({ failed: 1, late: 1, recovered: 0 });
      },

    "calls the user's activity by its name, with the notification as its only argument": async () => {
      const target = { name: 'team', activity: 'tellTeam' };
      const handle = await start('tellPeople', { targets: [target], moments: [[['late', sync('L')]]] });
      await handle.result();
      expect(givenBy(handle)).toEqual([[expect.objectContaining({ type: 'polytomic.syncs', late: [sync('L')] })]]);
    },

    'fails no run when a target refuses, and tells the others': async () => {
      const names = ['gone', 'other'];
      const targets = names.map((name) => ({ name, activity: null }));
      await (await start('tellPeople', { targets, moments: [[['failed', sync('A')]]] })).result();
      expect(names.map((name) => postsTo(name).map(({ status }) => status))).toEqual([[404], [200]]);
    },

    'tells of each sync once as late, failed and recovered, and of a recovery only where there was trouble':
      async () => {
        const [late, fine, failed] = [sync('Late'), sync('Fine'), sync('Failed')];
        const handle = await start('tellPeople', {
          targets: [{ name: 'ops', activity: null }],
          errorText: 'omit',
          moments: [
            [
              ['late', late],
              ['late', late],
              ['failed', failed],
              ['failed', failed],
              ['recovered', late],
              ['recovered', late],
              ['recovered', fine],
            ],
          ],
        });
        expect(await handle.result()).toEqual({ late: [], failed: ['Failed'], gathered: {} });
        const [{ notification } = {}, ...more] = postsTo('ops');
        expect(more).toEqual([]);
        expect(notification?.counts).toEqual({ failed: 1, late: 1, recovered: 1 });
        expect(JSON.stringify(notification)).not.toContain('broke');
      },

    'carries to the workflow that continues who was told what, and what nobody was told yet': async () => {
      const targets = [{ name: 'carried', activity: null }];
      const first = await start('tellAndLeave', {
        targets,
        moments: [[['late', sync('A')]], [['late', sync('B')]]],
      });
      const state = await first.result();
      expect(state).toEqual({
        late: ['A', 'B'],
        failed: [],
        gathered: { carried: expect.objectContaining({ late: [sync('B')] }) },
      });
      const moments: Script['moments'] = [
        [
          ['late', sync('A')],
          ['recovered', sync('A')],
        ],
      ];
      await (await start('tellPeople', { targets, moments, state })).result();
      const told = postsTo('carried').map(({ notification: { late, recovered } }) => [late, recovered].map(idsOf));
      expect(told).toEqual([
        [['A'], []],
        [['B'], ['A']],
      ]);
    },

    'still tells what happened when the workflow is cancelled': async () => {
      const targets = [{ name: 'team', activity: 'tellTeam' }];
      const handle = await start('tellWhenCancelled', { targets, moments: [[['failed', sync('Cancelled')]]] });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(/cancel/i);
      expect(givenBy(handle)).toEqual([[expect.objectContaining({ failed: [sync('Cancelled')] })]]);
    },

    'schedules nothing where nobody is to be told': async () => {
      const handle = await start('tellPeople', { targets: [], moments: [[['failed', sync('A')]]] });
      expect(await handle.result()).toMatchObject({ gathered: {} });
      const names = (await eventsOf(handle)).filter((event) => event.activityTaskScheduledEventAttributes);
      expect(names).toEqual([]);
    },
  });

  it('leaves the URL in no history', async () => {
    expect(handles.length).toBeGreaterThan(0);
    for (const handle of handles) {
      const texts = (await eventsOf(handle)).map(textsIn).join('\n');
      expect(texts).toContain('tell');
      expect(texts).not.toContain(secret);
    }
  });
});

function sync(id: string): NotifiedSync {
  return { kind: 'bulk', syncId: id, name: id, executionId: null, reason: 'broke' };
}

function idsOf(syncs: NotifiedSync[]): string[] {
  return syncs.map(({ syncId }) => syncId);
}
