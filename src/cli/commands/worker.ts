/** `temporal-polytomic worker`: our worker alone, as `node lib/worker.js` runs it. */
import type { Command } from 'commander';
import { examples } from '../act';

/** Adds the command; it runs until it is interrupted. Settings come from the environment. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('Run a worker with all activities and workflows; settings come from the environment.')
    .addHelpText('after', examples('worker                   # with POLYTOMIC_API_KEY and TEMPORAL_ADDRESS set'))
    .action(async () => {
      const [{ runWorkerProcess }, { processEnvironment }] = await Promise.all([
        import('../../worker.js'),
        import('../../config.js'),
      ]);
      await runWorkerProcess(processEnvironment());
    });
}
