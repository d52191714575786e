import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, refusal, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';
import { startReceiver, type Receiver } from './support/receiver';

const secret = 'a-shared-secret';

interface Delivery {
  readonly event_id: string;
  readonly attempted_at: string;
  readonly success: boolean;
}

async function register(emulator: Emulator, { url: endpoint }: Pick<Receiver, 'url'>): Promise<string> {
  return `/api/webhooks/${(await callChecked(emulator, 'POST /api/webhooks', { body: { endpoint, secret } })).body.data.id}`;
}

async function deliveries(emulator: Emulator, webhook: string, query = ''): Promise<Delivery[]> {
  const { body } = await callChecked(emulator, `GET ${webhook}/deliveries${query}`);
  return (body.data ?? []) as unknown as Delivery[];
}

/** Waits until that many tries are listed. */
async function untilTried(emulator: Emulator, webhook: string, count: number): Promise<Delivery[]> {
  for (;;) {
    const listed = await deliveries(emulator, webhook);
    if (listed.length >= count) return listed;
    await new Promise(setImmediate);
  }
}

describe('the webhook of an organization', () => {
  it('is registered once, shows its secret, is changed, disabled, enabled and deleted', async () => {
    const emulator = await emulate();
    const webhook = await register(emulator, { url: 'https://example.com/hook' });
    const read = (await callChecked(emulator, `GET ${webhook}`)).body.data;
    expect(read).toMatchObject({ endpoint: 'https://example.com/hook', secret, disabled: false });
    const second = await send(emulator, 'POST /api/webhooks', { body: { endpoint: 'https://b.example.com', secret } });
    expect(refusal(second)).toEqual([422, 'the organization has a webhook already']);
    const body = { endpoint: 'https://example.com/other', secret: 'another-secret' };
    expect((await callChecked(emulator, `PUT ${webhook}`, { body })).body.data).toMatchObject(body);
    const disabled = (await callChecked(emulator, `POST ${webhook}/disable`)).body.data;
    const disabled_at = new Date(emulator.clock.now()).toISOString();
    expect(disabled).toMatchObject({ disabled: true, disabled_at, disabled_reason: 'disabled through the API' });
    const older = (await callChecked(emulator, `GET ${webhook}`, { version: '2024-02-08' })).body.data;
    expect(Object.keys(older)).not.toContain('disabled_at');
    const enabled = (await callChecked(emulator, `POST ${webhook}/enable`)).body.data;
    expect(enabled).toEqual({ ...read, ...body });
    expect((await callChecked(emulator, 'GET /api/webhooks')).body.data).toEqual([enabled]);
    await callChecked(emulator, `DELETE ${webhook}`);
    expect((await callChecked(emulator, 'GET /api/webhooks')).body.data).toBeNull();
    expect((await send(emulator, `GET ${webhook}`)).status).toBe(404);
    expect(unasked(emulator, /^webhooks\./)).toEqual(['webhooks.listDeliveries']);
  });

  it.each([
    [{ endpoint: 'ftp://example.com', secret }, 'body.endpoint: expected an http or https URL'],
    [{ endpoint: 'nowhere', secret }, 'body.endpoint: expected an http or https URL'],
    [{ endpoint: 'https://e.com', secret: 'short' }, 'body.secret: expected 6 to 32 characters'],
    [{ endpoint: 'https://e.com', secret: 'x'.repeat(33) }, 'body.secret: expected 6 to 32 characters'],
    [{ endpoint: 'https://e.com' }, 'body.secret: required, but missing'],
    [
      { endpoint: 'https://e.com', secret, organization_id: 'theirs' },
      'body.organization_id: not the organization of this key',
    ],
  ])('is refused as %j', async (body, message) => {
    const emulator = await emulate();
    expect(refusal(await send(emulator, 'POST /api/webhooks', { body }))).toEqual([422, message]);
  });
});

describe('deliveries', () => {
  it('carry type and event of what happened since, signed, and are listed', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    const { id } = emulator.addModelSync({ name: 'Users' });
    emulator.startRun(id);
    emulator.clock.advance(1_000);
    const webhook = await register(emulator, receiver);
    const run = emulator.startRun(id);
    emulator.clock.advance(1_000);
    const listed = await untilTried(emulator, webhook, 2);
    expect(receiver.received.map(({ body }) => [body.type, body.event.execution_id])).toEqual(
      expect.arrayContaining([
        ['sync.running', run],
        ['sync.completed', run],
      ]),
    );
    expect(receiver.received).toHaveLength(2);
    for (const { raw, signature, body } of receiver.received) {
      expect(signature).toBe(createHmac('sha256', secret).update(raw).digest('hex'));
      expect(Object.keys(body)).toEqual(['type', 'event']);
    }
    expect(listed[0]).toMatchObject({ success: true, status_code: 200, response_body: 'thanks' });
    const events = (await send(emulator, 'GET /api/events?limit=2')).body.data as unknown as { id: string }[];
    expect(listed.map(({ event_id }) => event_id).sort()).toEqual(events.map((event) => event.id).sort());
  });

  it('that fail are tried five times more, after growing pauses; then the webhook is disabled', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    receiver.answer = 302;
    const webhook = await register(emulator, receiver);
    emulator.startRun(emulator.addModelSync({ script: { steps: [{ status: 'running', afterMs: 0 }] } }).id);
    const began = emulator.clock.now();
    for (const [index, pause] of [1_000, 2_000, 4_000, 8_000, 16_000].entries()) {
      await untilTried(emulator, webhook, index + 1);
      emulator.clock.advance(pause - 1);
      expect(await deliveries(emulator, webhook)).toHaveLength(index + 1);
      emulator.clock.advance(1);
    }
    const listed = await untilTried(emulator, webhook, 6);
    const pauses = listed.map(({ attempted_at }) => Date.parse(attempted_at) - began);
    expect(pauses).toEqual([31_000, 15_000, 7_000, 3_000, 1_000, 0]);
    expect(listed[0]).toMatchObject({ success: false, status_code: 302, error_kind: 'status' });
    const { data } = (await callChecked(emulator, `GET ${webhook}`)).body;
    expect(data).toMatchObject({ disabled: true, disabled_reason: 'an event could not be delivered at any try' });
  });

  it('that no receiver answers in between arrive in the end, once', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    const webhook = await register(emulator, { url: 'http://127.0.0.1:9/closed' });
    emulator.startRun(emulator.addModelSync({ script: { steps: [{ status: 'running', afterMs: 0 }] } }).id);
    const [failed] = await untilTried(emulator, webhook, 1);
    expect(failed).toMatchObject({ success: false, error_kind: 'connection' });
    await callChecked(emulator, `PUT ${webhook}`, { body: { endpoint: receiver.url, secret } });
    emulator.clock.advance(3_600_000);
    await untilTried(emulator, webhook, 2);
    emulator.clock.advance(3_600_000);
    expect([receiver.received.length, (await deliveries(emulator, webhook)).length]).toEqual([1, 2]);
  });

  it('stop while the webhook is disabled, and nothing of that time is told later', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    const webhook = await register(emulator, receiver);
    const { id } = emulator.addModelSync();
    await callChecked(emulator, `POST ${webhook}/disable`);
    emulator.startRun(id);
    emulator.clock.advance(1_000);
    await callChecked(emulator, `POST ${webhook}/enable`);
    const told = emulator.startRun(id);
    emulator.clock.advance(1_000);
    await untilTried(emulator, webhook, 2);
    expect(new Set(receiver.received.map(({ body }) => body.event.execution_id))).toEqual(new Set([told]));
  });

  it('of lost events never leave, and those of another organization go elsewhere', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const receiver = await startReceiver();
    const webhook = await register(emulator, receiver);
    emulator.fault({ loseEvents: ({ type }) => type === 'sync.running' });
    emulator.startRun(emulator.addModelSync({ organization: 'other' }).id);
    emulator.startRun(emulator.addModelSync().id);
    emulator.clock.advance(1_000);
    await untilTried(emulator, webhook, 1);
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['sync.completed']);
    emulator.reset();
    expect((await send(emulator, `GET ${webhook}`)).status).toBe(404);
  });

  it('are listed newest first, filtered, in pages, as long as the event is kept', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    const webhook = await register(emulator, receiver);
    const { id } = emulator.addModelSync();
    const moments: number[] = [];
    for (let run = 1; run <= 26; run += 1) {
      if (run === 26) receiver.answer = 500;
      emulator.startRun(id);
      emulator.clock.advance(1_000);
      moments.push(emulator.clock.now());
      if (run < 26) await untilTried(emulator, webhook, Math.min(50, 2 * run));
      while (receiver.received.length < 2 * run) await new Promise(setImmediate);
    }
    while ((await deliveries(emulator, webhook, '?success=false')).length < 2) await new Promise(setImmediate);
    const first = await callChecked(emulator, `GET ${webhook}/deliveries`);
    const rest = `GET ${webhook}/deliveries?page_token=${first.body.pagination?.next_page_token}`;
    expect([first.body.data, (await callChecked(emulator, rest)).body.data].map((page) => page.length)).toEqual([
      50, 2,
    ]);
    const [newest] = await deliveries(emulator, webhook);
    expect(newest).toMatchObject({ success: false });
    expect(await deliveries(emulator, webhook, `?event_id=${newest?.event_id}`)).toEqual([newest]);
    const at = (index: number): string => encodeURIComponent(new Date(moments[index] ?? 0).toISOString());
    expect(await deliveries(emulator, webhook, `?start=${at(3)}&end=${at(5)}`)).toHaveLength(4);
    const turned = await send(emulator, `GET ${webhook}/deliveries?start=${at(5)}&end=${at(3)}`);
    expect(turned.status).toBe(422);
    expect((await send(emulator, `GET ${webhook}/deliveries?page_token=forged`)).status).toBe(400);
    receiver.answer = 200;
    emulator.clock.advance(48 * 3_600_000);
    while (receiver.received.length < 54) await new Promise(setImmediate);
    expect(await deliveries(emulator, webhook)).toEqual([]);
  });

  it('follow the machine’s clock too, and a receiver that hangs holds nothing up', async () => {
    const emulator = await emulate({ clock: 'real', durationMs: 30 });
    const receiver = await startReceiver();
    receiver.answer = 'hang';
    const webhook = await register(emulator, receiver);
    const { id } = emulator.addModelSync({ everyMs: 30 });
    while (receiver.received.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(receiver.received[0]?.body.event.sync_id).toBe(id);
    expect(await deliveries(emulator, webhook)).toEqual([]);
    await emulator.close();
  });
});

describe('where webhooks may be posted', () => {
  it('is this machine alone, unless hosts are named', async () => {
    const emulator = await emulate();
    const webhook = await register(emulator, { url: 'http://169.254.169.254/latest/meta-data' });
    emulator.startRun('00000000-0000-4000-8000-000000000022');
    emulator.clock.advance(5_000);
    const [tried] = await untilTried(emulator, webhook, 1);
    expect(tried).toMatchObject({
      success: false,
      error: 'the emulator posts to this machine and to webhookHosts only',
      error_kind: 'connection',
    });
  });

  it('reads only the beginning of what a receiver answers', async () => {
    const emulator = await emulate();
    const endless = createServer((_request, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(4_096)));
        response.once('drain', more);
      };
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const { port } = endless.address() as AddressInfo;
    const webhook = await register(emulator, { url: `http://127.0.0.1:${port}` });
    emulator.startRun('00000000-0000-4000-8000-000000000022');
    emulator.clock.advance(5_000);
    const [tried] = await untilTried(emulator, webhook, 1);
    expect(tried).toMatchObject({ success: true, response_body: 'x'.repeat(4_096) });
    endless.closeAllConnections();
    endless.close();
  });
});
