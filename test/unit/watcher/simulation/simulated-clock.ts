/** Time that passes only when it is told to, and then as fast as the machine can. */
import type { Clock } from '../../../../src/polytomic/clock';
import { DueQueue } from './due-queue';

interface Timer {
  callback: () => void;
  background: boolean;
}

interface ClockOptions {
  startAt?: number;
  /** How far the machine's calendar clock is ahead of the true time. Default 0. */
  aheadMs?: number;
  /** Default: always 0.5. */
  random?: () => number;
  /** Resolves when everything that was set off is over. Default: all promise reactions have run. */
  settled?: () => Promise<void>;
  /** Told of each step of time. */
  onMove?: (ms: number) => void;
}

/** A clock whose timers fire in order, each followed by everything that it set off. */
export class SimulatedClock implements Clock {
  readonly random: () => number;
  private readonly aheadMs: number;
  private readonly timers = new DueQueue<Timer>();
  private readonly foreground = new Set<Timer>();
  private readonly settled: () => Promise<void>;
  private readonly onMove: (ms: number) => void;
  private time: number;

  constructor(options: ClockOptions = {}) {
    this.random = options.random ?? (() => 0.5);
    this.aheadMs = options.aheadMs ?? 0;
    this.time = options.startAt ?? Date.parse('2026-01-01T00:00:00Z');
    this.settled = options.settled ?? nextTurn;
    this.onMove = options.onMove ?? (() => undefined);
  }

  /** The true time. */
  get trueTime(): number {
    return this.time;
  }

  now(): number {
    return this.time + this.aheadMs;
  }

  /** Of this machine alone: a time that means nothing elsewhere. */
  monotonic(): number {
    return this.time - Date.parse('2025-12-31T23:59:00Z');
  }

  setTimer(ms: number, callback: () => void, background = false): () => void {
    const timer = { callback, background };
    this.timers.set(timer, this.time + Math.max(0, ms));
    if (!background) this.foreground.add(timer);
    return () => this.remove(timer);
  }

  /** Timers that would keep a process alive. */
  get pending(): number {
    return this.foreground.size;
  }

  /** A promise that resolves after so much simulated time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(ms, resolve));
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.time + ms);
  }

  async advanceTo(end: number): Promise<void> {
    await this.settled();
    while (this.timers.nextAt <= end) await this.fire();
    this.moveTo(end);
  }

  /** Lets time pass until the work is done; throws when nothing is left that could finish it. */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = (): void => void (over = true);
    work.then(done, done);
    await this.settled();
    while (!over) {
      if (this.foreground.size === 0) throw new Error('Nothing is left that could go on.');
      await this.fire();
    }
    return work;
  }

  private async fire(): Promise<void> {
    this.moveTo(Math.max(this.time, this.timers.nextAt));
    const timer = this.timers.takeDue(this.time);
    if (!timer) return;
    this.foreground.delete(timer);
    timer.callback();
    await this.settled();
  }

  private moveTo(time: number): void {
    this.onMove(time - this.time);
    this.time = time;
  }

  private remove(timer: Timer): void {
    this.timers.delete(timer);
    this.foreground.delete(timer);
  }
}

/** All promise reactions that follow from what has just happened have run. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
