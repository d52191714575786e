/** A sample of `npm run fuzz`: the same hostile cases everywhere, none with an error that is no answer, none that shows a secret. */
import { expect, it } from '@jest/globals';
import { runFuzz } from '../../fuzz/campaign';

it('hostile inputs, answers, options, variables and files are answered, and show no secret', async () => {
  const cases = 250;
  const { broken, counts } = await runFuzz({ first: 1, until: { cases } });
  expect(broken).toEqual([]);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(cases);
  const targets = Object.keys(counts).map((target) => target.split(' ')[0]);
  expect(new Set(targets)).toEqual(
    new Set(['activity', 'config', 'operations', 'options', 'seed', 'variables', 'workflow']),
  );
});
