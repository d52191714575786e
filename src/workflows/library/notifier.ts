/** Tells the targets that a workflow's input names of failed, late and recovered syncs, each once. */
import type { NotifiedSync } from '../../contracts/notification';
import type { NotifyTarget } from '../../contracts/prepared-fan-out';
import type { ErrorText } from '../../contracts/waits';
import { NotificationChannel, type Gathered, type NotifiedEvent } from './notification-channel';

/** Whom to tell and how much. */
export interface NotifierOptions {
  targets: readonly NotifyTarget[];
  organization: string;
  /** `omit`: reasons are left out, as they may quote customers' data. */
  errorText: ErrorText;
  /** From `carry` of the workflow that continued as this one. Default: nobody was told anything. */
  state?: NotifierState;
}

/**
 * What a workflow that continues as new carries along, some ten kilobytes at most unless very many syncs are late at once:
 * syncs told as late that have not ended (as many as may run), the last that were told as failed, and of what no target
 * was told yet the first few. A sync that has ended is not told of again, so older ones can be forgotten.
 */
export interface NotifierState {
  late: string[];
  failed: string[];
  /** By the target's name. */
  gathered: Record<string, Gathered>;
}

/** As many syncs as may run at the same time. */
const mostLate = 1_000;
const mostFailed = 100;
/** Of each kind and target; counts stay exact. */
const mostCarried = 10;

/** Gathers what happened and tells it in the background. With no targets it schedules nothing. */
export class Notifier {
  readonly #channels: NotificationChannel[];
  readonly #late: Set<string>;
  readonly #failed: Set<string>;

  constructor(readonly options: NotifierOptions) {
    const { targets, organization, state } = options;
    this.#channels = targets.map(
      (target) => new NotificationChannel(target, organization, state?.gathered[target.name]),
    );
    this.#late = new Set(state?.late);
    this.#failed = new Set(state?.failed);
  }

  /** Whether no notification is under way. What is under way when a workflow continues as new may get lost. */
  get idle(): boolean {
    return this.#channels.every(({ idle }) => idle);
  }

  /** The sync ended without success. */
  failed(sync: NotifiedSync): void {
    if (this.#failed.has(idOf(sync))) return;
    this.#late.delete(idOf(sync));
    remember(this.#failed, idOf(sync), mostFailed);
    this.#gather('failed', sync);
  }

  /** The sync runs longer than it should. */
  late(sync: NotifiedSync): void {
    if (this.#late.has(idOf(sync))) return;
    remember(this.#late, idOf(sync), mostLate);
    this.#gather('late', sync);
  }

  /** The sync succeeded; told only of one that was told as late or failed before. */
  recovered(sync: NotifiedSync): void {
    const wasLate = this.#late.delete(idOf(sync));
    const hadFailed = this.#failed.delete(idOf(sync));
    if (wasLate || hadFailed) this.#gather('recovered', sync);
  }

  /**
   * Sends what has gathered, without waiting for it: one notification for each target, at most one under way and one in half
   * a minute, what happens meanwhile being told in the next. May be called as often as one likes.
   */
  flush(): void {
    for (const channel of this.#channels) channel.flush();
  }

  /**
   * Sends the rest and waits until all is delivered or given up, ten minutes after each was sent at the latest. Never throws:
   * what could not be delivered is in the workflow's log. A cancellation of the workflow does not end it.
   */
  async finish(): Promise<void> {
    await Promise.all(this.#channels.map((channel) => channel.finish()));
  }

  /** For continue-as-new; best asked for while `idle`. */
  carry(): NotifierState {
    const gathered = this.#channels.flatMap(({ target, gathered }) =>
      gathered ? [[target.name, cutGathered(gathered)] as const] : [],
    );
    return { late: [...this.#late], failed: [...this.#failed], gathered: Object.fromEntries(gathered) };
  }

  #gather(event: NotifiedEvent, { reason, ...sync }: NotifiedSync): void {
    const told = this.options.errorText === 'include' && reason ? { ...sync, reason } : sync;
    for (const channel of this.#channels) channel.add(event, told);
  }
}

/** A sync may stand in several steps of a pipeline. */
function idOf({ stepId, syncId }: NotifiedSync): string {
  return stepId ?? syncId;
}

function remember(ids: Set<string>, id: string, most: number): void {
  ids.add(id);
  for (const oldest of ids) {
    if (ids.size <= most) return;
    ids.delete(oldest);
  }
}

function cutGathered({ failed, late, recovered, counts }: Gathered): Gathered {
  const cut = (syncs: NotifiedSync[]): NotifiedSync[] => syncs.slice(0, mostCarried);
  return { failed: cut(failed), late: cut(late), recovered: cut(recovered), counts };
}
