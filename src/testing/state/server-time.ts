/** The time of Temporal's time-skipping test server, in this process. */

/** What is used of the `TestWorkflowEnvironment` of `@temporalio/testing`. */
export interface TimeSkippingEnvironment {
  /** Whether `sleep` skips time. */
  readonly supportsTimeSkipping: boolean;
  /** Resolves once so many milliseconds have passed on the server, and lets it skip them meanwhile. */
  sleep(ms: number): Promise<void>;
  /** The server's time, milliseconds since the epoch. */
  currentTimeMs(): Promise<number>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * While something is known to change only later, timers of the worker may be so late: its polls would find nothing new. Not
 * later, as not everything that changes is known.
 */
const maxLateMs = 600_000;

/**
 * A clock that stands still between two readings of the server's time. The server skips no time while an activity is under way,
 * so where all activities wait for timers of this clock, each of them has the server skip time.
 */
export class ServerTime {
  private readonly timers = new Set<Timer>();
  private activities = 0;
  private sleeps = 0;
  private isSettling = false;
  private isOver = false;

  private constructor(
    private readonly environment: TimeSkippingEnvironment,
    private time: number,
    private readonly nextChangeAt: () => number,
  ) {}

  /** `nextChangeAt`: the moment up to which whoever polls finds nothing new. */
  static async follow(environment: TimeSkippingEnvironment, nextChangeAt: () => number): Promise<ServerTime> {
    return new ServerTime(environment, await environment.currentTimeMs(), nextChangeAt);
  }

  /** The server's time when it was last read, milliseconds since the epoch. */
  readonly now = (): number => this.time;
  /** The same as {@link now}: the server's time never goes back. */
  readonly monotonic = (): number => this.time;
  /** The machine's own chance, from 0 up to 1. */
  readonly random = (): number => Math.random();

  /** Calls back once the server has reached that time, milliseconds from {@link now}; answers a function that cancels it. */
  readonly setTimer = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.time + Math.max(0, ms), callback };
    this.timers.add(timer);
    this.skipOnceSettled();
    return () => void this.timers.delete(timer);
  };

  /** Resolves once that many milliseconds have passed on the server. */
  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.setTimer(ms, resolve));

  /** The server may have skipped hours since the last activity. */
  readonly beginActivity = async (): Promise<() => void> => {
    await this.readTime();
    this.activities += 1;
    this.skipOnceSettled();
    return () => void (this.activities -= 1);
  };

  private skipOnceSettled(): void {
    if (this.isSettling || this.isOver) return;
    this.isSettling = true;
    void settled().then(() => {
      this.isSettling = false;
      this.skip();
    });
  }

  /** Each activity locks the server's time once, and each sleep unlocks it once. */
  private skip(): void {
    if (this.timers.size === 0) return;
    const next = Math.min(...[...this.timers].map(({ at }) => at));
    const change = this.nextChangeAt();
    const until = change === Infinity ? next : Math.max(next, Math.min(change, this.time + maxLateMs));
    while (this.sleeps < this.activities) void this.sleepUntil(until);
  }

  private async sleepUntil(at: number): Promise<void> {
    this.sleeps += 1;
    try {
      await this.environment.sleep(Math.max(1, at - this.time));
      await this.readTime();
    } catch {
      // The environment was torn down.
      this.isOver = true;
    }
    this.sleeps -= 1;
    this.skipOnceSettled();
  }

  private async readTime(): Promise<void> {
    this.time = Math.max(this.time, await this.environment.currentTimeMs());
    const due = [...this.timers].filter(({ at }) => at <= this.time).sort((one, other) => one.at - other.at);
    for (const timer of due) {
      if (!this.timers.delete(timer)) continue;
      timer.callback();
      // What it brings about may cancel the next, as an answer does with the timer of its request.
      await settled();
    }
  }
}

/** Enough for whatever waits for nothing but promises, such as a call of the emulator in this process. */
const settlingRounds = 20;

async function settled(): Promise<void> {
  for (let round = 0; round < settlingRounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
