/** Loading the client costs no shape that nobody uses. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type * as Client from '../../../src/polytomic/client';
import type * as Shapes from '../../../src/polytomic/shapes';

afterEach(() => {
  jest.resetModules();
});

/** The client with its shapes counted as they are built. */
function loadCounting(): { createClient: typeof Client.createClient; defined: () => number; built: () => number } {
  const counts = { defined: 0, built: 0 };
  jest.doMock('../../../src/polytomic/shapes', () => {
    const real = jest.requireActual<typeof Shapes>('../../../src/polytomic/shapes');
    const counted =
      <F extends (build: () => never) => unknown>(make: F) =>
      (build: () => never) => {
        counts.defined += 1;
        return make(() => {
          counts.built += 1;
          return build();
        });
      };
    return { ...real, shape: counted(real.shape), answer: counted(real.answer) };
  });
  const { createClient } = jest.requireActual<typeof Client>('../../../src/polytomic/client');
  return { createClient, defined: () => counts.defined, built: () => counts.built };
}

describe('the shapes of the rows', () => {
  it('are all unbuilt once the client is made, and one call builds only its own', async () => {
    const { createClient, defined, built } = loadCounting();
    const headers = new Headers({ 'X-Polytomic-Version': '2025-09-18' });
    const body = (async function* () {
      yield Buffer.from('{"data":{"id":"s","active":true}}');
    })();
    const client = createClient({ apiKey: 'test-key-1234', fetch: async () => ({ status: 200, headers, body }) });
    expect(defined()).toBeGreaterThan(100);
    expect(built()).toBe(0);
    await client.modelSync.activate({ id: 's', active: true });
    expect(built()).toBe(2);
  });
});
