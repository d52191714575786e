import { describe, expect, it } from '@jest/globals';
import { simulate } from './simulation/scenarios';
import { broken, promisedScenarios } from './simulation/table';

describe('one hour of waiting', () => {
  it.each(promisedScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'of %s costs at most the requests that are promised, and tells of ends in time',
    async (_, scenario) => {
      expect(broken(scenario, await simulate(scenario, scenario.runs))).toEqual([]);
    },
    300_000,
  );

  it('stays under the request-seconds of a fixed poller, alone and among many', async () => {
    const [alone, , crowd] = promisedScenarios;
    const one = await simulate(alone!, alone!.runs);
    expect(one.requests * one.mean).toBeLessThan(750);
    const many = await simulate(crowd!);
    expect((many.requests / crowd!.waits) * many.mean).toBeLessThan(20);
  });

  it('is the same in each simulation of one seed', async () => {
    const scenario = { name: 'twenty', waits: 20, kind: 'model', history: 10, seed: 42 } as const;
    expect(await simulate(scenario)).toEqual(await simulate(scenario));
  });
});
