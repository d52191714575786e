/** Tables for a terminal. */

/** A column: its head, and what it shows of a row. */
export type Column<Row> = readonly [head: string, cell: (row: Row) => string];

/** Prints rows, the first column to the left, the others to the right. */
export function printTable<Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const lines = [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!);
  console.log(`\n${title}\n${lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')}`);
}

/** A number for reading: three digits are enough; null is a dash. */
export function toText(value: number | null): string {
  if (value === null) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
