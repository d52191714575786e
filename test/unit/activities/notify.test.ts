/** Notifications over real HTTP: what receivers get, what is tried again, and that the URL stays secret. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Webhook } from 'standardwebhooks';
import type { NotifiedSync, Notification } from '../../../src/contracts/notification';
import { createPolytomicActivities } from '../../../src/hosting/create-activities';
import type { Fetch } from '../../../src/polytomic/http';
import { toNotification } from '../../../src/rules/notification';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { startServer, type TestServer } from '../polytomic/support/http-server';
import { failureOf } from './support/activities-on-emulator';

const secret = '/services/T0-nobody-may-see';
const notification = toNotification({
  organization: 'default',
  workflowId: 'nightly',
  runId: 'run',
  failed: [{ kind: 'bulk', syncId: 's1', name: 'Lake', executionId: 'e1', outcome: 'failed', reason: 'no – disk' }],
  late: [],
  recovered: [],
});

interface Received {
  method?: string;
  path?: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A receiver that answers each post in its turn; the last answer repeats. */
async function receiver(
  ...answers: ((response: ServerResponse) => void)[]
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = await startServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      received.push({ method, path, headers, body });
      (answers[received.length - 1] ?? answers.at(-1))?.(response);
    });
  });
  servers.push(server);
  return { url: server.url + secret, received };
}

function answers(status: number, headers: Record<string, string> = {}): (response: ServerResponse) => void {
  return (response) => response.writeHead(status, headers).end('ok');
}

/** One try of the activity. */
async function post(
  notify: PolytomicPluginOptions['notify'],
  {
    activityId = '1',
    fetch,
    ...request
  }: { activityId?: string; fetch?: Fetch; key?: string; notification?: unknown } = {},
): Promise<unknown> {
  const activities = createPolytomicActivities({ apiKey: 'key-of-polytomic', notify, ...(fetch && { fetch }) });
  const activity = activities['polytomic.notify'];
  if (!activity) throw new Error('There is no activity polytomic.notify');
  return new MockActivityEnvironment({ activityId }).run(activity, { target: 'ops', notification, ...request });
}

describe('a notification to a URL', () => {
  it('is a POST of the documented JSON, and holds no credential of Polytomic', async () => {
    const { url, received } = await receiver(answers(200));
    await post({ ops: { url } });
    const [{ method, path, headers, body } = { headers: {}, body: '' }] = received;
    expect([method, path, headers['content-type']]).toEqual(['POST', secret, 'application/json']);
    expect(JSON.parse(body) as Notification).toEqual(notification);
    expect(JSON.parse(body)).toMatchObject({
      text: '1 sync failed\nFailed: bulk sync "Lake" (s1): no – disk',
      type: 'polytomic.syncs',
      organization: 'default',
      workflowId: 'nightly',
      counts: { failed: 1, late: 0, recovered: 0 },
    });
    expect(headers.authorization).toBeUndefined();
    expect(JSON.stringify(received)).not.toContain('key-of-polytomic');
  });

  it('bears a key that is the same for each try of an activity and another one for the next activity', async () => {
    const { url, received } = await receiver(answers(503), answers(200));
    await failureOf(post({ ops: { url } }));
    await post({ ops: { url } });
    await post({ ops: { url } }, { activityId: '2' });
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{8,255}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('bears the key of its name in the workflow, whichever activity sends it', async () => {
    const { url, received } = await receiver(answers(200));
    await post({ ops: { url } }, { key: 'base-n1' });
    await post({ ops: { url } }, { key: 'base-n1', activityId: '2' });
    await post({ ops: { url } }, { key: 'base-n2', activityId: '2' });
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it.each([200, 201, 204])('is delivered when the answer is %i, whatever its body', async (status) => {
    const { url, received } = await receiver((response) => {
      response.writeHead(status);
      // A body that never ends: the status has said it all.
      response.flushHeaders();
    });
    await expect(post({ ops: { url } })).resolves.toBeUndefined();
    expect(received).toHaveLength(1);
  });

  it.each([
    [408, 'polytomic.Unavailable'],
    [429, 'polytomic.RateLimited'],
    [500, 'polytomic.Unavailable'],
    [503, 'polytomic.Unavailable'],
  ])('is tried again after %i, when the receiver asked for it', async (status, type) => {
    const { url } = await receiver(answers(status, { 'retry-after': '7' }));
    const failure = await failureOf(post({ ops: { url } }));
    expect(failure).toMatchObject({ type, nonRetryable: false, nextRetryDelay: 7_000 });
  });

  it.each([429, 503])(
    'is tried again after %i that asks for no wait, as a delay of 0 would end all tries',
    async (status) => {
      const { url } = await receiver(answers(status, { 'retry-after': '0' }));
      expect(await failureOf(post({ ops: { url } }))).toMatchObject({ nonRetryable: false, nextRetryDelay: 1_000 });
    },
  );

  it.each([400, 401, 403, 404, 409, 410, 422])('is given up after %i', async (status) => {
    const { url } = await receiver(answers(status));
    const failure = await failureOf(post({ ops: { url } }));
    expect(failure).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
    expect(failure.message).toBe(`Target "ops": answered ${status}`);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await receiver(answers(200));
    const { url } = await receiver(answers(307, { location: elsewhere.url }));
    const failure = await failureOf(post({ ops: { url } }));
    expect(failure).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
    expect(elsewhere.received).toEqual([]);
  });

  it('is tried again when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureOf(post({ ops: { url: `http://127.0.0.1:${port}${secret}` } }));
    expect(failure).toMatchObject({ type: 'polytomic.Network', nonRetryable: false });
    expect(failure.message).toBe('Target "ops": connection failed (ECONNREFUSED)');
  });

  it.each<[string, PolytomicPluginOptions['notify'], Fetch | undefined, string]>([
    ['a fetch quotes it', { ops: { url: `https://x${secret}` } }, quoting, 'polytomic.Network'],
    [
      'a function throws it',
      { ops: { url: () => Promise.reject(new Error(secret)) } },
      undefined,
      'polytomic.Unavailable',
    ],
    ['a function answers no URL', { ops: { url: () => secret } }, undefined, 'polytomic.Unavailable'],
  ])('never enters a failure, even when %s', async (_name, notify, fetch, type) => {
    const failure = await failureOf(post(notify, { fetch }));
    expect(failure).toMatchObject({ type, nonRetryable: false });
    expect(failure.cause).toBeUndefined();
    expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure.details)}`).not.toContain(secret);
  });

  it.each<[string, PolytomicPluginOptions['notify']]>([
    ['nobody configured', {}],
    ["is an activity of the user's", { ops: { activity: 'tellTeam' } }],
  ])('is refused for a target that %s', async (_name, notify) => {
    const failure = await failureOf(post(notify));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.message).toContain('no target "ops" with a URL is configured on this worker');
  });
});

const sync = notification.failed[0] as NotifiedSync;

describe('a notification that anybody may have made up', () => {
  it('cannot call people or hide a link in Slack', async () => {
    const { url, received } = await receiver(answers(200));
    const text = '<!channel> A & B: <https://evil.example|log in here>';
    await post({ ops: { url } }, { notification: { ...notification, text } });
    const sent = JSON.parse(received[0]?.body ?? '') as Notification;
    expect(sent.text).toBe('&lt;!channel&gt; A &amp; B: &lt;https://evil.example|log in here&gt;');
    expect(sent.failed).toEqual(notification.failed);
  });

  it.each<[string, unknown, string]>([
    ['is no notification', 'boo', 'notification'],
    ['has a field of its own', { ...notification, blocks: [] }, 'notification.blocks'],
    [
      'has a field of its own in a sync',
      { ...notification, late: [{ ...sync, color: 1 }] },
      'notification.late[0].color',
    ],
    ['is of another type', { ...notification, type: 'other' }, 'notification.type'],
    ['has a long text', { ...notification, text: 'x'.repeat(40_001) }, 'notification.text'],
    ['is longer than 64 KB', { ...notification, text: 'ä'.repeat(40_000) }, 'notification'],
    ['lists too many', { ...notification, failed: Array.from({ length: 51 }, () => sync) }, 'notification.failed'],
    [
      'leads elsewhere',
      { ...notification, failed: [{ ...sync, url: 'https://evil.example/x' }] },
      'notification.failed[0].url',
    ],
    [
      'leads to a script',
      { ...notification, failed: [{ ...sync, url: 'javascript:x' }] },
      'notification.failed[0].url',
    ],
  ])('is refused and not sent where it %s', async (_name, given, field) => {
    const { url, received } = await receiver(answers(200));
    const failure = await failureOf(post({ ops: { url } }, { notification: given }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toMatchObject([{ field }]);
    expect(received).toEqual([]);
  });

  it('may lead to the pages of its organization', async () => {
    const { url, received } = await receiver(answers(200));
    const failed = [{ ...sync, url: 'https://app.polytomic.com/syncs/s1' }];
    await post({ ops: { url } }, { notification: { ...notification, failed } });
    expect((JSON.parse(received[0]?.body ?? '') as Notification).failed).toEqual(failed);
  });
});

describe('a notification to a target with a secret that signs', () => {
  const secrets = [randomBytes(32), randomBytes(24)].map((bytes) => `whsec_${bytes.toString('base64')}`);
  const [first = '', second = ''] = secrets;

  const verify = (secret: string, { body, headers }: Received): unknown =>
    new Webhook(secret).verify(body, headers as Record<string, string>);

  it('can be verified by whoever has the secret, and by nobody else', async () => {
    const { url, received } = await receiver(answers(200));
    await post({ ops: { url, signingSecret: first } });
    const [sent] = received as [Received];
    expect(verify(first, sent)).toEqual(notification);
    expect(sent.headers['webhook-id']).toBe(sent.headers['idempotency-key']);
    expect(() => verify(second, sent)).toThrow('No matching signature');
    expect(() => verify(first, { ...sent, body: sent.body.replace('Lake', 'Leak') })).toThrow('No matching signature');
    expect(JSON.stringify(sent)).not.toContain(first.slice(6));
  });

  it('is signed by both while one is replaced by the other', async () => {
    const { url, received } = await receiver(answers(200));
    await post({ ops: { url, signingSecret: secrets } });
    for (const secret of secrets) expect(verify(secret, received[0] as Received)).toEqual(notification);
  });

  it.each([
    '',
    'short',
    'whsec_',
    randomBytes(23).toString('base64'),
    randomBytes(65).toString('base64'),
    '!'.repeat(32),
  ])('names the option and not the secret where %j is none', (signingSecret) => {
    const options = { apiKey: 'k', notify: { ops: { url: 'https://x', signingSecret } } };
    expect(() => createPolytomicActivities(options)).toThrow(
      'notify.ops.signingSecret: expected 24 to 64 bytes in base64, whsec_ before it or not',
    );
  });
});

function quoting(url: string): never {
  throw new Error(`request to ${url} failed`);
}
