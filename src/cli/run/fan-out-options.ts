/** Options of fan-outs, and the workflow input that they make. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { collect, readInputOption, toRunInput, wholeNumber, type RunOptions } from './run-options';

/** Options of `run-all`, and of schedules of fan-outs. */
export interface FanOutOptions extends RunOptions {
  name?: string;
  id?: string[];
  exclude?: string[];
  connection?: string[];
  mode?: string;
  targetConnection?: string;
  inactive?: true;
  maxConcurrent?: number;
  maxConcurrentPerConnection?: number;
  startsPerMinute?: number;
  timeoutPerSync?: string;
  failurePolicy?: string;
  shard?: { index: number; of: number };
}

/** Adds which syncs, and how many at a time. */
export function addFanOutOptions(command: Command): Command {
  return command
    .option('--name <glob>', 'only syncs with such a name, such as "EU *"; case-sensitive')
    .option('--id <id>', 'only this sync (repeatable)', collect)
    .option('--exclude <id-or-glob>', 'not this one (repeatable)', collect)
    .option('--connection <id>', 'only syncs that touch this connection (repeatable)', collect)
    .option('--mode <mode>', 'only syncs of this mode, such as replicate or updateOrCreate')
    .option('--target-connection <id>', 'only syncs into this connection')
    .option('--inactive', 'also inactive ones')
    .option('--max-concurrent <count>', 'syncs at the same time (default: 20)', wholeNumber)
    .option('--max-concurrent-per-connection <count>', 'the same for any one connection', wholeNumber)
    .option('--starts-per-minute <count>', 'starts in any minute', wholeNumber)
    .option('--timeout-per-sync <duration>', 'longest time of each sync')
    .addOption(
      new Option('--failure-policy <what>', 'what one failure does to the others').choices([
        'continue',
        'stopStarting',
        'cancelRest',
      ]),
    )
    .option('--shard <index/of>', 'only one part of the syncs, such as 0/4', parseShard);
}

function parseShard(text: string): FanOutOptions['shard'] {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index !== undefined && of !== undefined) return { index: Number(index), of: Number(of) };
  throw new InvalidArgumentError('Expected INDEX/OF, such as 0/4.');
}

/** Only what was asked for, so that the workflow's own defaults hold. */
export function toFanOutInput(options: FanOutOptions): Record<string, unknown> {
  const { name, id, exclude, connection, mode, targetConnection, inactive } = options;
  const filter = {
    ...(inactive && { active: null }),
    ...(id && { ids: id }),
    ...(name !== undefined && { name }),
    ...(exclude && { exclude }),
    ...(connection && { connectionIds: connection }),
    ...(mode !== undefined && { mode }),
    ...(targetConnection !== undefined && { target_connection_id: targetConnection }),
  };
  const limits = [
    'maxConcurrent',
    'maxConcurrentPerConnection',
    'startsPerMinute',
    'timeoutPerSync',
    'failurePolicy',
    'shard',
  ] as const;
  return {
    ...toRunInput(options),
    ...(Object.keys(filter).length > 0 && { filter }),
    ...Object.fromEntries(limits.flatMap((field) => (options[field] === undefined ? [] : [[field, options[field]]]))),
    ...readInputOption(options.input),
  };
}
