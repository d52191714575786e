/** What an input says beside its spec. */
import { describe, expect, it } from '@jest/globals';
import { createEmulator } from '../../../src/testing';
import { activitiesOn } from './support/planner';

const spec = { models: { users: { name: 'Users', connection_id: 'c', configuration: { query: 'select 1' } } } };
const prepare = (deleteAdopted: string[]) =>
  activitiesOn(createEmulator({ seed: {} }))('prepareProvision', '')({
    workflow: 'deprovisionPolytomic',
    input: { spec, deleteAdopted },
  });

describe('deleteAdopted', () => {
  it('names objects of the spec; what the spec does not have is an error, not nothing', async () => {
    await expect(prepare(['models.users'])).resolves.toMatchObject({ deleteAdopted: ['models.users'] });
    await expect(prepare(['models.users', 'models.typo'])).rejects.toThrow(
      /deleteAdopted\[1\]: the spec has no such object/,
    );
  });
});
