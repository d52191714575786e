/** One engine without a loop: a test answers its commands and moves its time. */
import type { Execution } from '../../../../src/contracts/execution';
import type { RunProgress } from '../../../../src/contracts/progress';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { beginMany, beginRun } from '../../../../src/workflows/engine/begin';
import type { Command } from '../../../../src/workflows/engine/commands';
import { runProgressOf } from '../../../../src/workflows/engine/progress';
import { newWishes, type EngineState } from '../../../../src/workflows/engine/state';
import { step } from '../../../../src/workflows/engine/step';
import { options } from '../../rules/fixtures';
import { fanOut, prepared } from '../support';
import { began, endOf, snapshotOf } from './support';

const identity = { workflowId: 'w', runId: 'r' };

/** What a run is asked for. */
type Options = Parameters<typeof options>[0];

/** An engine that a test drives by hand, at times of its own. */
export class Engine {
  now = began;
  runs = 0;
  open: Command[] = [];
  wakeAt: number | null = null;
  isDone = false;

  constructor(public state: EngineState) {
    this.step();
  }

  step(): void {
    const { commands, wakeAt, isDone } = step(this.state, this.now, identity);
    this.open.push(...commands);
    Object.assign(this, { wakeAt, isDone });
  }

  answer(type: Command['type'], toResult: (command: Command) => unknown): void {
    const command = this.take(type);
    applyEvent(this.state, { type: 'answered', id: command.id, result: toResult(command) }, this.now);
    this.step();
  }

  /** No worker took it. */
  notPickedUp(type: Command['type']): void {
    const error = { type: 'notPickedUp', failureType: null, message: 'no', nonRetryable: false } as const;
    applyEvent(this.state, { type: 'failed', id: this.take(type).id, error }, this.now);
    this.step();
  }

  /** All starts of the next command succeed. */
  started(): void {
    this.answer('start', (command) =>
      (command as Extract<Command, { type: 'start' }>).request.items.map(() => {
        this.runs += 1;
        return { type: 'started', executionId: `run-${this.runs}`, status: 'created', createdAt: null, adopted: false };
      }),
    );
  }

  ended(syncId: string, executionId: string, some: Partial<Execution>): void {
    const settled = [{ state: 'ended', execution: endOf(syncId, executionId, some) }];
    this.answer('wait', () => ({ settled, upNext: [] }));
  }

  read(...syncIds: string[]): void {
    this.answer('read', () => ({ settled: [], upNext: syncIds.map((id) => snapshotOf(id)) }));
  }

  passTo(at: number): void {
    this.now = at;
    this.step();
  }

  count(type: Command['type']): number {
    return this.open.filter((command) => command.type === type).length;
  }

  private take(type: Command['type']): Command {
    const at = this.open.findIndex((command) => command.type === type);
    const [command] = this.open.splice(at, 1);
    if (at < 0 || !command) throw new Error(`no ${type} is under way`);
    return command;
  }
}

/** An engine that runs one sync. @param first what is true of it at first */
export function single(some: Options, first: Parameters<typeof snapshotOf>[1] = {}): Engine {
  const { fanOut: _fanOut, ...one } = prepared;
  const request = { ...one, options: options({ timeoutMs: 86_400_000, ...some }), syncIds: ['lake'] };
  const syncs = [snapshotOf('lake', first)];
  return new Engine(beginRun({ ...request, syncs }, { base: 'key', began, wishes: newWishes() }, began));
}

/** An engine that runs a fan-out. */
export function many(some: Options, maxConcurrent: number): Engine {
  const request = { ...prepared, options: options({ timeoutMs: 86_400_000, ...some }) };
  const limits = { ...fanOut, maxConcurrent };
  return new Engine(beginMany({ ...request, fanOut: limits }, { base: 'key', began, wishes: newWishes() }, began));
}

/** What the query `progress` answers. */
export const progressOf = ({ state }: Engine): RunProgress => runProgressOf(state, () => '');
