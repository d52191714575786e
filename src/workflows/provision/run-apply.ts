/** Drives an apply: steps, commands, events, until it has ended. */
import { CancellationScope, condition } from '@temporalio/workflow';
import { applyEvent, type ApplyEvent } from '../../rules/provision/apply-event';
import type { ApplyState } from '../../rules/provision/apply-state';
import { stepApply } from '../../rules/provision/apply-step';
import { carryOut, type ApplyIo } from './apply-io';

/** What the driver is told from outside. */
export interface ApplyWatch {
  /** When the whole apply has to end, milliseconds since the epoch. */
  deadline: number;
  onState(state: ApplyState): void;
}

/**
 * Until the apply has ended, undoing included. A cancellation of the surrounding scope stops it: waits and runs are
 * cancelled, writes under way are awaited, and what was created is undone within its limit.
 */
export async function runApply(io: ApplyIo, begin: ApplyState, watch: ApplyWatch): Promise<ApplyState> {
  const outer = CancellationScope.current();
  const inbox: ApplyEvent[] = [];
  const onCancel = outer.cancelRequested.catch(() => void inbox.push({ type: 'stop', why: 'cancelled' }));
  void onCancel;
  return CancellationScope.nonCancellable(() => drive(io, begin, { ...watch, inbox }));
}

async function drive(
  io: ApplyIo,
  begin: ApplyState,
  { inbox, deadline, onState }: ApplyWatch & { inbox: ApplyEvent[] },
): Promise<ApplyState> {
  let state = begin;
  const waits = new Set<CancellationScope>();
  let isOver = false;
  for (;;) {
    if (!isOver && Date.now() >= deadline && state.phase !== 'undoing') {
      isOver = true;
      state = applyEvent(state, { type: 'stop', why: 'failed' }, Date.now());
    }
    const step = stepApply(state, Date.now());
    state = step.state;
    if (state.stopping !== null) for (const scope of waits) scope.cancel();
    for (const command of step.commands) {
      const scope = new CancellationScope();
      if (command.type === 'await' || command.type === 'run') waits.add(scope);
      const events = await scope.run(async () => carryOut(io, state, command));
      for (const event of events) {
        void event.then((happened) => {
          waits.delete(scope);
          inbox.push(happened);
        });
      }
    }
    onState(state);
    if (state.phase === 'ended') return state;
    const wakeAt = Math.min(step.wakeAt ?? Number.POSITIVE_INFINITY, isOver ? Number.POSITIVE_INFINITY : deadline);
    await untilSomething(inbox, wakeAt);
    for (const event of inbox.splice(0)) state = applyEvent(state, event, Date.now());
  }
}

async function untilSomething(inbox: readonly ApplyEvent[], wakeAt: number): Promise<void> {
  const hasHappened = (): boolean => inbox.length > 0;
  if (!Number.isFinite(wakeAt)) await condition(hasHappened);
  else await condition(hasHappened, Math.max(1, wakeAt - Date.now()));
}
