/** The health port, over real HTTP. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHealthServer, type HealthServer } from '../../../src/hosting/health';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function statusOf(path: string, method = 'GET'): Promise<number> {
  return (await fetch(`http://127.0.0.1:${server?.port}${path}`, { method })).status;
}

describe('startHealthServer', () => {
  it('answers 200 while healthy and 503 while not', async () => {
    let healthy = false;
    server = await startHealthServer(0, () => healthy);
    expect(await statusOf('/healthz')).toBe(503);
    healthy = true;
    expect(await statusOf('/healthz')).toBe(200);
    expect(await statusOf('/healthz?from=probe', 'HEAD')).toBe(200);
  });

  it('knows no other path and no other verb', async () => {
    server = await startHealthServer(0, () => true);
    expect(await statusOf('/')).toBe(404);
    expect(await statusOf('/healthz', 'POST')).toBe(404);
  });

  it('fails when the port is taken', async () => {
    server = await startHealthServer(0, () => true);
    await expect(startHealthServer(server.port, () => true)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
