/** Requests for lists of syncs. */
import { describe, expect, it } from '@jest/globals';
import { InvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseRequest } from '../../../src/inputs/composite-requests';

describe('the request of listSyncs', () => {
  it('takes a request with any filter', () => {
    const request = {
      organization: 'default',
      kind: 'bulk',
      filter: { active: null, ids: ['a'], name: 'Lake*', exclude: ['b'], connectionIds: ['c'] },
      shard: { index: 1, of: 2 },
      after: 'a',
    };
    expect(parseRequest('listSyncs', request)).toEqual(request);
  });

  it('names every bad field', () => {
    const request = { organization: '', kind: 'both', filter: { ids: [''], actve: true }, shard: { index: 2, of: 2 } };
    let found: unknown;
    try {
      parseRequest('listSyncs', request);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(InvalidInputError);
    expect((found as InvalidInputError).issues.map(({ field }) => field).sort()).toEqual([
      'filter.actve',
      'filter.ids[0]',
      'kind',
      'organization',
      'shard.index',
    ]);
  });
});
