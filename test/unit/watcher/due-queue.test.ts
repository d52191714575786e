import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DueQueue } from '../../../src/executions/watcher/due-queue';

it('gives things in the order of their last set times, whatever was moved or removed', () => {
  const step = fc.oneof(
    fc.record({ set: fc.nat(20), at: fc.nat(100) }),
    fc.record({ drop: fc.nat(20) }),
    fc.record({ take: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new DueQueue<number>();
      const model = new Map<number, number>();
      for (const one of steps) {
        if ('set' in one) {
          queue.set(one.set, one.at);
          model.set(one.set, one.at);
        } else if ('drop' in one) {
          queue.delete(one.drop);
          model.delete(one.drop);
        } else {
          const taken = queue.takeDue(one.take);
          const earliest = Math.min(...model.values());
          if (taken === undefined) expect(earliest).toBeGreaterThan(one.take);
          else expect(model.get(taken)).toBe(earliest);
          if (taken !== undefined) model.delete(taken);
        }
        expect(queue.size).toBe(model.size);
        expect(queue.nextAt).toBe(Math.min(...model.values()));
      }
    }),
  );
});
