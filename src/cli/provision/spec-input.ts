/** From files and options to the inputs of the provisioning workflows. */
import type { SharedProvisionInput } from '../../contracts/provision';
import { readInputOption } from '../run/run-options';
import type { ApplyPlanFlags, DestroyPlanFlags, SpecFlags } from './provision-options';
import { readSpecFiles, readVariables } from './spec-files';

/** A workflow's input, and the name of the set for people. */
export interface SpecInputOfFlags {
  input: SharedProvisionInput & Record<string, unknown>;
  set: string;
}

/** Only what was asked for, so that the workflow's own defaults hold. @throws CliError */
export function toSpecInput(
  files: readonly string[],
  flags: SpecFlags & ApplyPlanFlags & DestroyPlanFlags,
): SpecInputOfFlags {
  const { spec, set } = readSpecFiles(files);
  const variables = readVariables(flags.varFile ?? [], flags.var ?? []);
  const names = ['organization', 'adopt', 'prune', 'deleteAdopted'] as const;
  const input = {
    spec,
    ...(Object.keys(variables).length > 0 && { variables }),
    ...Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]))),
    ...readInputOption(flags.input),
  };
  return { input, set };
}
