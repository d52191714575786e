/** A paused fan-out: what runs may end, and nothing is started. */
import { describe, expect, it } from '@jest/globals';
import { Engine } from './engine-by-hand';
import { began, fanOutState, listOf } from './support';

const failure = { type: 'polytomic.Unavailable', message: 'no', nonRetryable: false } as const;
const ambiguous = () => [{ type: 'ambiguous', status: 500, mayBeWorking: false, at: began, failure }];

/** A fan-out of one sync that is paused once a try to start it may have taken effect. */
function pausedInDoubt(): Engine {
  const engine = new Engine(fanOutState());
  engine.answer('list', () => listOf(['lake']));
  engine.read('lake');
  engine.answer('start', ambiguous);
  engine.state.wishes.paused = true;
  engine.step();
  return engine;
}

/** Whether each next try posts, until none is due. */
function triesOf(engine: Engine): boolean[] {
  const posts: boolean[] = [];
  while (engine.wakeAt !== null && engine.wakeAt < began + 3_600_000) {
    engine.passTo(engine.wakeAt);
    if (engine.count('start') === 0) continue;
    engine.answer('start', (command) => {
      posts.push(command.type === 'start' && command.request.items.some(({ key }) => key !== null));
      return [{ type: 'absent' }];
    });
  }
  return posts;
}

describe('a start that may have taken effect when the fan-out is paused', () => {
  it('is looked for, and not tried again before the fan-out goes on', () => {
    const engine = pausedInDoubt();
    const posts = triesOf(engine);
    expect([posts.length > 0, posts.includes(true)]).toEqual([true, false]);
    engine.state.wishes.paused = false;
    engine.step();
    engine.started();
    expect(engine.state.jobs.lake?.stage.type).toBe('running');
  });

  it('is awaited where its run is found', () => {
    const engine = pausedInDoubt();
    engine.passTo(engine.wakeAt ?? began);
    engine.started();
    expect(engine.state.jobs.lake?.stage.type).toBe('running');
  });
});
