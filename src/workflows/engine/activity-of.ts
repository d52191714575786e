/** Which activity a command is, and with what it is called. Pure: Temporal and the simulation run the same ones. */
import { activityPrefix } from '../../contracts/names';
import type { Command } from './commands';

/** The activity behind each kind of command; `notify` may be one of the user's. */
const activityNames: Readonly<Record<Command['type'], string>> = {
  start: 'startExecutions',
  create: 'createSyncs',
  wait: 'awaitExecutions',
  read: 'awaitExecutions',
  search: 'awaitNextRun',
  catchUp: 'awaitIngestion',
  cancel: 'cancelExecutions',
  compare: 'readPastRecords',
  list: 'listSyncs',
  setup: 'readSetup',
  notify: 'notify',
};

/** The registered name, and the request. */
export function activityOf(command: Command): { name: string; request: unknown } {
  if (command.type !== 'notify')
    return { name: activityPrefix + activityNames[command.type], request: command.request };
  const { target, key, notification } = command;
  if (target.activity !== null) return { name: target.activity, request: notification };
  return { name: activityPrefix + activityNames.notify, request: { target: target.name, key, notification } };
}
