/** The command line of a benchmark, before anything is measured. */

/** What `parse` makes of it. Ends the process for `--help`, and for what is wrong, with the usage. */
export function readOptions<T>(parse: (args: string[]) => T, usage: string): T {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parse(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
