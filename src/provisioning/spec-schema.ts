/** The JSON Schema of a spec, with the API's own create requests in it: for completion in editors. */
import { z } from 'zod';
import { operations } from '../polytomic/operations';
import { isFields } from '../rules/provision/values';
import { provisionKinds, type Fields, type ProvisionKind } from '../contracts/provision-spec';
import { resourceKinds } from './kinds';

/** What may stand in the place of any value. */
const reference: Fields = {
  description: 'A reference to another object, a variable or a secret.',
  oneOf: [
    { type: 'object', properties: { $ref: { type: 'string' } }, required: ['$ref'], additionalProperties: false },
    { type: 'object', properties: { $var: { type: 'string' } }, required: ['$var'], additionalProperties: false },
    ...['$env', '$file', '$secret'].map((name) => ({
      type: 'object',
      properties: { [name]: { type: 'string' }, version: { type: ['string', 'number'] } },
      required: [name],
      additionalProperties: false,
    })),
  ],
};

const settings: Fields = {
  id: { type: 'string', description: 'An existing object: it is never created.' },
  protect: { type: 'boolean', description: 'Refuses its deletion.' },
  adopt: { enum: ['never', 'byName'], description: 'Whether an object of the same name is taken over.' },
  replace: { type: 'boolean', description: 'Allows a new object where Polytomic cannot change this one in place.' },
};

/** Draft 2020-12. */
export function provisionSpecSchema(): Fields {
  const sections = Object.fromEntries(
    provisionKinds.map((kind) => [
      kind,
      { type: ['object', 'array', 'null'], additionalProperties: objectSchema(kind) },
    ]),
  );
  const moved = {
    type: 'array',
    items: {
      type: 'object',
      properties: { from: { type: 'string' }, to: { type: 'string' } },
      required: ['from', 'to'],
      additionalProperties: false,
    },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Spec of provisionPolytomic',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      name: { type: 'string', pattern: '^[\\w-]{1,100}$' },
      adopt: settings.adopt,
      ...sections,
      moved,
    },
    additionalProperties: false,
    $defs: { reference },
  };
}

function objectSchema(kind: ProvisionKind): Fields {
  const body = fieldsOf(resourceKinds[kind].body());
  const own = withReferences({ properties: { ...settings, ...ofSyncs(kind) } }, true) as { properties: Fields };
  const properties = { ...(body.properties as Fields), ...own.properties };
  const { required } = body;
  // An object with an id may say only some fields.
  return { type: 'object', properties, additionalProperties: false, anyOf: [{ required: ['id'] }, { required }] };
}

function ofSyncs(kind: ProvisionKind): Fields {
  if (kind === 'connections' || kind === 'models') return {};
  const row = kind === 'modelSyncs' ? operations.modelSync : operations.bulkSync;
  const errorHandling = row.errorHandling.update.body;
  return {
    run: { type: 'boolean', description: 'Run it once everything is in place, when it is new.' },
    ...(errorHandling && { errorHandling: fieldsOf(errorHandling()) }),
    ...(kind === 'bulkSyncs' && { schemas: { anyOf: [{ const: 'all' }, { type: 'array' }] } }),
  };
}

function fieldsOf(shape: z.ZodType): Fields {
  const { $schema: _draft, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  return withReferences(schema, true) as Fields;
}

/** Every value below the body may be a reference instead. */
function withReferences(schema: unknown, isBody = false): unknown {
  if (!isFields(schema)) return schema;
  const inside = (part: unknown): unknown =>
    isFields(part) ? Object.fromEntries(Object.entries(part).map(([name, one]) => [name, withReferences(one)])) : part;
  const walked = {
    ...schema,
    ...('properties' in schema && { properties: inside(schema.properties) }),
    ...('items' in schema && { items: withReferences(schema.items) }),
  };
  return isBody ? walked : { anyOf: [walked, { $ref: '#/$defs/reference' }] };
}
