/** The comments of the rows in the sources: what the reference says of each operation in words. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { commentOf } from './comments';

const folder = join(__dirname, '../../src/polytomic/operations');
const verbs: Readonly<Record<string, string>> = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  del: 'DELETE',
};

/** The comment of each row that has one, by `METHOD path`. */
export function readTraps(): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(files.flatMap((name) => trapsIn(readFileSync(join(folder, name), 'utf8'))));
}

function trapsIn(text: string): [string, string][] {
  const source = ts.createSourceFile('rows.ts', text, ts.ScriptTarget.Latest, true);
  const found: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    const comment = commentOf(node);
    const call = comment === '' ? undefined : callOf(node);
    if (call !== undefined) found.push([call, comment]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `GET /api/...` of a property or variable whose value is a row. */
function callOf(node: ts.Node): string | undefined {
  const declared = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node;
  if (!declared || !(ts.isPropertyAssignment(declared) || ts.isVariableDeclaration(declared))) return undefined;
  const { initializer } = declared;
  if (!initializer || !ts.isCallExpression(initializer)) return undefined;
  const verb = verbs[initializer.expression.getText()];
  const [path] = initializer.arguments;
  return verb && path && ts.isStringLiteral(path) ? `${verb} ${path.text}` : undefined;
}
