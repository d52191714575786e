/** A source whose silence says nothing, or that cannot be read, costs little until it has told of something that is waited for. */
import { describe, expect, it } from '@jest/globals';
import { ReadScheduler } from '../../../src/executions/reads/read-scheduler';
import { ScheduledRead } from '../../../src/executions/reads/scheduled-read';
import type { SourceContext, StatusSource } from '../../../src/executions/reads/status-source';
import { ApiPause } from '../../../src/polytomic/api-pause';
import type { PolytomicError } from '../../../src/polytomic/errors';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';
import { apiError } from '../watcher/simulation/simulated-polytomic';

const intervalMs = 2_000;

/** It is asked every two seconds where that pays, and covers everything. */
class ScriptedSource implements StatusSource {
  readonly name = 'scripted';
  readonly perMinute = 60_000 / intervalMs;
  readonly askedAt: number[] = [];
  hasTold = true;
  tells: string[] = [];
  error: PolytomicError | null = null;

  constructor(private readonly context: SourceContext) {}

  get askAt(): number {
    return (this.askedAt.at(-1) ?? -Infinity) + intervalMs;
  }

  plan = (): void => undefined;
  coversUntil = (): number => Infinity;
  quietUpTo = (): number => -Infinity;

  ask(): Promise<void> {
    this.askedAt.push(this.context.moment().now);
    if (this.error) return Promise.reject(this.error);
    for (const executionId of this.tells.splice(0)) this.context.onEnd(executionId, null);
    return Promise.resolve();
  }
}

/** It never ends, and is read once an hour at most. */
class Endless extends ScheduledRead {
  readonly executionId = 'run';
  constructor(private readonly scheduler: ReadScheduler) {
    super('model', 'sync');
    this.setAlive(scheduler.moment(), scheduler.moment().serverNow);
  }
  hazard = (): number => 0;
  giveUp = (): void => undefined;
  request = (): Promise<() => void> => Promise.resolve(() => this.recordAlive(this.scheduler.moment()));
  protected intervalMs = (): number => 3_600_000;
}

function createStage() {
  const clock = new SimulatedClock({ random: () => 0 });
  let source: ScriptedSource | undefined;
  const scheduler: ReadScheduler = new ReadScheduler({
    ...{ clock, pause: new ApiPause(clock), requestsPerMinute: 60 },
    serverNow: () => clock.trueTime,
    createSources: (context) => [(source = new ScriptedSource(context))],
  });
  const item = new Endless(scheduler);
  scheduler.listeners.add((executionId) => executionId === item.executionId);
  scheduler.add(item);
  return { clock, scheduler, item, source: source! };
}

describe('a source that has told of nothing', () => {
  it('is asked ever more rarely, and four times a minute in the end', async () => {
    const { clock, scheduler, source } = createStage();
    source.hasTold = false;
    scheduler.dispatch();
    await clock.advance(60_000);
    const first = source.askedAt[0]!;
    expect(source.askedAt.map((at) => at - first)).toEqual([0, 2_000, 6_000, 14_000, 29_000, 44_000, 59_000]);
    expect(scheduler.sources.perMinute).toBe(4);
  });

  it('is asked as often as pays once it has', async () => {
    const { clock, scheduler, source } = createStage();
    source.hasTold = false;
    scheduler.dispatch();
    await clock.advance(60_000);
    source.hasTold = true;
    const before = source.askedAt.length;
    await clock.advance(75_000);
    expect(source.askedAt.length - before).toBeGreaterThan(25);
    expect(scheduler.sources.perMinute).toBe(30);
  });
});

describe('a source that cannot be read', () => {
  it('takes nothing from single reads while it is not asked', async () => {
    const { clock, scheduler, source } = createStage();
    source.error = apiError('NotFound');
    scheduler.dispatch();
    await clock.advance(60_000);
    expect(source.askedAt).toHaveLength(1);
    expect(scheduler.sources.perMinute).toBeLessThan(0.1);
  });
});

describe('a source that missed an end', () => {
  it.each([
    ['another run', 'another', false],
    ['a run that is waited for', 'run', true],
  ])('and tells of %s', async (_, executionId, isBelieved) => {
    const { clock, scheduler, item, source } = createStage();
    scheduler.dispatch();
    await clock.advance(1_000);
    const { now } = scheduler.moment();
    scheduler.sources.recordMiss(item, now);
    expect(scheduler.sources.covers(item, now)).toBe(false);
    source.tells = [executionId];
    await clock.advance(5_000);
    expect(source.tells).toEqual([]);
    expect(scheduler.sources.covers(item, scheduler.moment().now)).toBe(isBelieved);
  });
});
