/** `doctor`: what is wrong with a set-up, and its cure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { worstExitCode, type ExitCode } from '../exit-codes';
import { addOrganizationOption } from '../run/run-options';
import type { Colors } from '../style';

interface Options {
  organization?: string;
}

/** Adds the command. */
export function addDoctorCommand(program: Command, act: Act): void {
  const command = program
    .command('doctor')
    .description(
      'Check the whole set-up, from this program over Temporal and its workers to Polytomic; name what is wrong and its cure.',
    );
  addOrganizationOption(command)
    .addHelpText('after', examples('doctor', 'doctor -o json', 'doctor --profile production'))
    .action(act<Options>(run));
}

async function run({ session, options }: Call<Options>): Promise<ExitCode> {
  const [{ checkWorkflowInput }, { examine }] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../doctor/examine.js'),
  ]);
  checkWorkflowInput('checkPolytomicSetup', options);
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
  const findings = await examine(session, { organization: options.organization, ownVersion: version });
  const { print } = session;
  if (print.isText) {
    for (const { check, state, message, cure } of findings) {
      print.value(null, () => `${markOf(state, print.colors)} ${check.padEnd(16)} ${message}`);
      if (cure !== undefined) print.value(null, () => `  ${' '.repeat(16)} ${print.colors.cyan(cure)}`);
    }
  } else {
    print.rows(findings, [], '');
  }
  return worstExitCode(findings.map(({ exitCode }) => exitCode));
}

function markOf(state: string, colors: Colors): string {
  if (state === 'ok') return colors.green('✓');
  if (state === 'warning') return colors.yellow('!');
  return state === 'skipped' ? colors.dim('-') : colors.red('✗');
}
