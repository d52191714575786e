import { describe, expect, it } from '@jest/globals';
import type { ContractOperation } from '../../../src/testing/http/contract-types';
import { contract } from '../../../src/testing/http/contract';
import { Router } from '../../../src/testing/http/router';

const operation = (id: string, call: string): ContractOperation => {
  const [method = '', path = ''] = call.split(' ');
  return { id, method, path, versions: [], errors: [] };
};

const router = new Router([
  operation('get', 'GET /api/syncs/{id}'),
  operation('status', 'GET /api/syncs/status'),
  operation('runs', 'GET /api/syncs/{sync_id}/runs'),
  operation('put', 'PUT /api/syncs/{id}'),
  operation('patch', 'PATCH /api/syncs/{id}'),
  operation('slash', 'POST /api/connect/'),
]);
const idsOf = (method: string, path: string) => router.match(method, path)?.operations.map(({ id }) => id);

describe('the router', () => {
  it('prefers a literal segment, and a parameter where the literal leads nowhere', () => {
    expect(idsOf('GET', '/api/syncs/status')).toEqual(['status']);
    expect(idsOf('GET', '/api/syncs/status/runs')).toEqual(['runs']);
    expect(idsOf('PUT', '/api/syncs/status')).toEqual(['put']);
  });

  it('decodes parameters', () => {
    expect(router.match('GET', '/api/syncs/public%2Fusers%20x')?.params).toEqual({ id: 'public/users x' });
    expect(router.match('GET', '/api/syncs/%zz')?.params).toEqual({ id: '%zz' });
  });

  it('takes a slash at the end only where it belongs', () => {
    expect([idsOf('POST', '/api/connect/'), idsOf('POST', '/api/connect')]).toEqual([['slash'], undefined]);
    expect([idsOf('GET', '/api/syncs/'), idsOf('GET', '/api/syncs')]).toEqual([undefined, undefined]);
  });

  it('leads every path of the contract to its own operation', () => {
    const all = new Router(contract.operations);
    for (const { id, method, path } of contract.operations) {
      const found = all.match(method, path.replace(/\{(\w+)\}/g, 'x'));
      expect({ path, ids: found?.operations.map((match) => match.id) }).toEqual({ path, ids: [id] });
    }
  });
});
