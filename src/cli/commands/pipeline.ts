/** `pipeline FILE`: runs the steps of a file, each after those it names. */
import type { Command } from 'commander';
import { toMarkdownText } from '../../rules/markdown';
import { examples, type Act, type Call } from '../act';
import type { ExitCode } from '../exit-codes';
import {
  addFollowOptions,
  addRunOptions,
  readInputOption,
  toRunInput,
  type FollowFlags,
  type RunOptions,
} from '../run/run-options';

interface Options extends RunOptions, FollowFlags {}

/** Adds the command. */
export function addPipelineCommand(program: Command, act: Act): void {
  const command = program
    .command('pipeline')
    .description('Run the steps of a YAML or JSON file, each once those it comes after have succeeded.')
    .argument(
      '<file>',
      'the pipeline: `steps` with id, kind, syncId (or sync: a name), after, start; "-" reads standard input',
    );
  addFollowOptions(addRunOptions(command))
    .addHelpText(
      'after',
      `${examples('pipeline nightly.yaml', 'pipeline nightly.yaml --timeout 6h -o json')}\n${sample}`,
    )
    .action(act<Options>(run));
}

const sample = `
A file:
  steps:
    - { id: load, kind: bulk, sync: Warehouse to lake }
    - { id: crm, kind: model, sync: Users to CRM, after: [load] }`;

async function run({ session, args, options }: Call<Options>): Promise<ExitCode> {
  const [file = ''] = args;
  const [{ checkPipeline, readPipeline, withSyncIds }, { launch }] = await Promise.all([
    import('../run/pipeline-file.js'),
    import('../run/launch.js'),
  ]);
  const pipeline = readPipeline(file);
  const shared = { ...toRunInput(options), ...readInputOption(options.input) };
  const { organization } = checkPipeline(pipeline, shared);
  const temporal = await session.temporalWithWorkers();
  const input = { ...(await withSyncIds(temporal, pipeline, organization)), ...shared };
  const title = file === '-' ? 'pipeline' : `pipeline ${file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')}`;
  const request = {
    ...{ workflow: 'runSyncPipeline', input, title },
    summary: `Run the ${toMarkdownText(title)}`,
    ...(options.workflowId && { workflowId: options.workflowId }),
  };
  return launch(session, temporal, [request], options);
}
