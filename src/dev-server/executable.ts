/** Looks for programs on disk. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether the path is a file that may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The programs of this name on the PATH of `env`, in the order in which a shell would take them. */
export async function programsOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const candidates = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  const usable = await Promise.all(candidates.map(isExecutable));
  return candidates.filter((_path, index) => usable[index]);
}
