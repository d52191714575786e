/** A number beyond its bound is refused in our own words. */
import { expect, it } from '@jest/globals';
import { caught, scriptedClient } from './support/scripted-fetch';

it.each([
  [1_000, 'expected at most 100'],
  [0, 'expected at least 1'],
])('a limit of %i is refused: %s', async (limit, message) => {
  const { client } = scriptedClient([]);
  expect(await caught(client.events.list({ limit }))).toMatchObject({ issues: [{ field: 'limit', message }] });
});
