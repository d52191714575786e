/** Workflows that tell people, as those that run many syncs do. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { NotifiedSync } from '../../../src/contracts/notification';
import type { NotifyTarget } from '../../../src/contracts/prepared-fan-out';
import { Notifier, type NotifierState } from '../../../src/workflows/library/notifier';

type Told = [event: 'failed' | 'late' | 'recovered', sync: NotifiedSync];

/** What happens, one list for each moment. */
export interface Script {
  targets: NotifyTarget[];
  moments: Told[][];
  errorText?: 'include' | 'omit';
  state?: NotifierState;
}

/** Tells all of it and answers what would be carried along by a workflow that continues as new. */
export async function tellPeople(script: Script): Promise<NotifierState> {
  const notifier = play(script);
  await notifier.finish();
  return notifier.carry();
}

/** Does not tell the rest, as a workflow that continues as new while it waits. */
export async function tellAndLeave(script: Script): Promise<NotifierState> {
  const notifier = play(script);
  await condition(() => notifier.idle);
  return notifier.carry();
}

/** Tells what happened once it is cancelled, and ends as cancelled. */
export async function tellWhenCancelled(script: Script): Promise<void> {
  try {
    await CancellationScope.current().cancelRequested;
  } finally {
    await play(script).finish();
  }
}

function play({ targets, moments, errorText = 'include', state }: Script): Notifier {
  const notifier = new Notifier({ targets, organization: 'default', errorText, ...(state && { state }) });
  for (const moment of moments) {
    for (const [event, sync] of moment) notifier[event](sync);
    notifier.flush();
  }
  return notifier;
}
