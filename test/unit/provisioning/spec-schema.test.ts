import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv/dist/2020';
import { provisionSpecSchema } from '../../../src/provisioning/spec-schema';
import { specOf } from '../../server/support/provisioning';

const validate = new Ajv({ strict: false }).compile(provisionSpecSchema());

describe('the JSON Schema of a spec', () => {
  it('takes references wherever a value may stand', () => {
    expect(validate(specOf('any', { moved: [{ from: 'models.a', to: 'models.b' }] }))).toBe(true);
    expect(validate({ connections: { pinned: { id: 'x', protect: true } } })).toBe(true);
  });

  it('refuses unknown fields and half objects', () => {
    expect(validate({ connections: { a: { name: 'A', type: 't', configuration: {}, typo: 1 } } })).toBe(false);
    expect(validate({ models: { m: { name: 'M' } } })).toBe(false);
    expect(validate({ pipelines: {} })).toBe(false);
  });
});
