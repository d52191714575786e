/** A list of Polytomic's that cannot be proved complete: exports and plans say so, as objects may be missing in it. */
import { expect, it } from '@jest/globals';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { activitiesOn, planOn } from './support/planner';

type Fetch = (url: string, init: object) => Promise<Response>;

/** An organization with so many models. @param cut their list ends at a full page, without a token */
async function organizationWith(count: number, { cut }: { cut: boolean }): Promise<InProcessEmulator> {
  const emulator = createEmulator();
  const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
  const create = async (url: string, body: object): Promise<string> => {
    const answer = await emulator.handle({ method: 'POST', url, headers, body: JSON.stringify(body) });
    return (JSON.parse(String(answer.body)) as { data: { id: string } }).data.id;
  };
  const configuration = { hostname: 'db', port: 5432, username: 'etl', database: 'app', password: 'secret' };
  const connection_id = await create('/api/connections', { name: 'W', type: 'postgresql', configuration });
  for (let at = 0; at < count; at += 1)
    await create('/api/models', { name: `M ${at}`, connection_id, configuration: { query: 'select 1' } });
  const whole = emulator.fetch as unknown as Fetch;
  const fetch: Fetch = async (url, init) => {
    const answer = await whole(url, init);
    if (!cut || !/\/api\/models(\?|$)/.test(url)) return answer;
    const { data } = JSON.parse(await answer.text()) as { data: object[] };
    return new Response(JSON.stringify({ data: data.slice(0, 50), pagination: {} }), { status: 200 });
  };
  return { apiKey: emulator.apiKey, fetch } as unknown as InProcessEmulator;
}

async function exported(...wanted: Parameters<typeof organizationWith>) {
  return activitiesOn(await organizationWith(...wanted))('exportObjects', '')({ input: {} });
}

it('names the kinds of which there may be more', async () => {
  const { spec, incomplete } = await exported(60, { cut: true });
  expect([Object.keys(spec.models ?? {}).length, incomplete]).toEqual([50, ['models']]);
});

it('names none where every list was read to its end', async () => {
  const whole = await exported(60, { cut: false });
  expect(Object.keys(whole.spec.models ?? {})).toHaveLength(60);
  expect(whole).not.toHaveProperty('incomplete');
});

it.each([
  ['that one of the name may exist', true, expect.stringContaining('one of this name may exist')],
  ['nothing where the list was read to its end', false, null],
])('says of a create %s', async (_what, cut, reason) => {
  const organization = await organizationWith(60, { cut });
  const models = { m: { name: 'Another', connection_id: 'c', configuration: { query: 'select 1' } } };
  const { plan } = await planOn(organization, { models });
  expect(plan.changes).toMatchObject([{ address: 'models.m', action: 'create', reason }]);
});
