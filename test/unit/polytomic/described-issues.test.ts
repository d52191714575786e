/** A request that is not sent says in our own words what is wrong with it, and quotes nothing of it. */
import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { issuesOf } from '../../../src/polytomic/request';
import { caught, scriptedClient } from './support/scripted-fetch';

it.each<[message: string, shape: z.ZodType, value: unknown]>([
  ['missing; expected a string', z.string(), undefined],
  ['expected a string, got a number', z.string(), 4711],
  ['expected a string, got null', z.string(), null],
  ['expected a whole number, got a number', z.int(), 47.11],
  ['expected an object, got a list', z.record(z.string(), z.unknown()), []],
  ["expected one of 'a', 'b'", z.enum(['a', 'b']), 'hunter2'],
  ["expected 'a'", z.literal('a'), 4711],
  ['expected at least 6 characters', z.string().min(6), 'pin'],
  ['expected at most 2 entries', z.array(z.unknown()).max(2), [1, 2, 3]],
  ['expected at most 100', z.int().max(100), 4711],
  ['expected a string or a list', z.union([z.string(), z.array(z.string())]), true],
  ['missing; expected a string or a list', z.union([z.string(), z.array(z.string())]), undefined],
  ['expected another value', z.string().regex(/x/), 'hunter2'],
])('%s', (message, shape, value) => {
  const [issue] = issuesOf(shape, value);
  expect(issue).toEqual({ field: 'input', message });
});

it('names a missing part of the path alike', async () => {
  const { client } = scriptedClient([]);
  const message = 'missing; expected a string';
  expect(await caught(client.modelSync.get({} as never))).toMatchObject({ issues: [{ field: 'id', message }] });
});
