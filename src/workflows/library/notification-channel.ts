/** The way to one target: gathers what happened while a notification is under way, so that many failures are one message. */
import { ActivityFailure, CancellationScope, log, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { Notification, NotifiedSync } from '../../contracts/notification';
import type { NotifyTarget } from '../../contracts/prepared-fan-out';
import { headlineOf, mostListed, toNotification } from '../../rules/notification';
import { notify, notifyOptions } from './composites';

/** What can be told of a sync. */
export type NotifiedEvent = 'failed' | 'late' | 'recovered';

/** What happened and was not told yet: the first of each kind, and exact counts. */
export type Gathered = Pick<Notification, NotifiedEvent | 'counts'>;

/** Between two messages to one target. Whoever reads them is not helped by more, and Slack refuses one a second. */
const gapMs = 30_000;

/** One target of notifications. Everything it schedules survives a cancellation of the workflow. */
export class NotificationChannel {
  #gathered: Gathered;
  #sending: Promise<void> | null = null;
  #pause: CancellationScope | null = null;
  #notBefore = 0;
  #hurry = false;

  constructor(
    readonly target: NotifyTarget,
    readonly organization: string,
    gathered: Gathered = nothing(),
  ) {
    this.#gathered = gathered;
  }

  /** What is still to be told; null: nothing. */
  get gathered(): Gathered | null {
    return isNothing(this.#gathered) ? null : this.#gathered;
  }

  /** Whether no notification is under way. */
  get idle(): boolean {
    return this.#sending === null;
  }

  add(event: NotifiedEvent, sync: NotifiedSync): void {
    const { counts } = this.#gathered;
    if (this.#gathered[event].length < mostListed) this.#gathered[event].push(sync);
    this.#gathered.counts = { ...counts, [event]: counts[event] + 1 };
  }

  /** Sends what has gathered, now or as soon as the last message is delivered and the gap has passed. */
  flush(): void {
    if (this.#sending || this.#pause || isNothing(this.#gathered)) return;
    const leftMs = this.#hurry ? 0 : this.#notBefore - Date.now();
    if (leftMs > 0) this.#pauseFor(leftMs);
    else this.#send();
  }

  /** Sends the rest without a gap; resolves once all is delivered or given up. */
  async finish(): Promise<void> {
    this.#pause?.cancel();
    this.#pause = null;
    this.#hurry = true;
    this.flush();
    while (this.#sending) await this.#sending;
    this.#hurry = false;
  }

  /** What gathers meanwhile is told even if nothing else happens for hours. */
  #pauseFor(ms: number): void {
    const pause = new CancellationScope({ cancellable: true, parent: new CancellationScope({ cancellable: false }) });
    this.#pause = pause;
    const over = (): void => {
      if (this.#pause !== pause) return;
      this.#pause = null;
      this.flush();
    };
    void pause.run(() => sleep(ms, { summary: `Next message to ${cutName(this.target.name)}` })).then(over, over);
  }

  #send(): void {
    const { workflowId, runId } = workflowInfo();
    const notification = toNotification({ organization: this.organization, workflowId, runId, ...this.#gathered });
    this.#gathered = nothing();
    this.#notBefore = Date.now() + gapMs;
    this.#sending = CancellationScope.nonCancellable(() => deliver(this.target, notification)).finally(() => {
      this.#sending = null;
      this.flush();
    });
  }
}

/** Never throws: that people could not be told is no failure of what they are told about. */
async function deliver({ name, activity }: NotifyTarget, notification: Notification): Promise<void> {
  const summary = `Tell ${cutName(name)}: ${headlineOf(notification.counts)}`;
  try {
    if (activity === null) await notify(summary)({ target: name, notification });
    else await proxyActivities<UserActivities>({ ...notifyOptions, summary })[activity]?.(notification);
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    log.warn('People could not be told', {
      target: name,
      reason: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

type UserActivities = Record<string, (notification: Notification) => Promise<unknown>>;

/** Temporal refuses summaries that are too long. */
function cutName(name: string): string {
  return name.slice(0, 60);
}

function nothing(): Gathered {
  return { failed: [], late: [], recovered: [], counts: { failed: 0, late: 0, recovered: 0 } };
}

function isNothing({ counts }: Gathered): boolean {
  return counts.failed + counts.late + counts.recovered === 0;
}
