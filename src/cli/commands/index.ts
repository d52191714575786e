/** All commands, in the order in which the help lists them. */
import type { Command } from 'commander';
import type { Act } from '../act';
import type { Output } from '../output';
import { addApplyCommand, addDestroyCommand } from './apply';
import { addApproveCommand } from './approve';
import { addAwaitCommand } from './await';
import { addCompletionCommand } from './completion';
import { addControlCommands } from './control';
import { addDevCommand } from './dev';
import { addDoctorCommand } from './doctor';
import { addEmulatorCommand } from './emulator';
import { addExplainCommand } from './explain';
import { addListCommand } from './list';
import { addOrphansCommand } from './orphans';
import { addPipelineCommand } from './pipeline';
import { addDriftCommand, addExportCommand, addPlanCommand } from './plan';
import { addReportCommand } from './report';
import { addRetryCommand } from './retry';
import { addRunCommand } from './run';
import { addRunAllCommand } from './run-all';
import { addScheduleCommand } from './schedule';
import { addSchemaCommand } from './schema';
import { addShowCommand } from './show';
import { addStatusCommand } from './status';
import { addWorkerCommand } from './worker';

/** What commands are made with. */
export interface CommandTools {
  readonly output: Output;
  readonly act: Act;
}

/** Adds all of them. */
export function addCommands(program: Command, { output, act }: CommandTools): void {
  program.commandsGroup('Run syncs:');
  addRunCommand(program, act);
  addRunAllCommand(program, act);
  addPipelineCommand(program, act);
  addAwaitCommand(program, act);
  addRetryCommand(program, act);
  program.commandsGroup('See and steer:');
  addListCommand(program, act);
  addStatusCommand(program, act);
  addShowCommand(program, act);
  addControlCommands(program, act);
  addReportCommand(program, act);
  addExplainCommand(program, act);
  addOrphansCommand(program, act);
  addDoctorCommand(program, act);
  addSchemaCommand(program, act);
  addCompletionCommand(program, act, output);
  program.commandsGroup('By the clock:');
  addScheduleCommand(program, act);
  program.commandsGroup('Connections, models and syncs from a spec:');
  addPlanCommand(program, act);
  addApplyCommand(program, act);
  addDestroyCommand(program, act);
  addApproveCommand(program, act);
  addExportCommand(program, act);
  addDriftCommand(program, act);
  program.commandsGroup('Servers:');
  addDevCommand(program, output);
  addEmulatorCommand(program, output);
  addWorkerCommand(program);
}
