/** Every field of every interface that users can import says in an editor what it means. */
import { relative, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const entries = ['src/index.ts', 'src/workflow.ts', 'src/testing/index.ts'].map((path) => resolve(path));

/** The interfaces that the entry points export, each once. */
function exportedInterfaces(program: ts.Program): ts.InterfaceDeclaration[] {
  const checker = program.getTypeChecker();
  const symbols = entries.flatMap((entry) => {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    return module ? checker.getExportsOfModule(module) : [];
  });
  const resolved = symbols.map((one) => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one));
  return [...new Set(resolved)].flatMap((symbol) =>
    (symbol.declarations ?? []).filter(ts.isInterfaceDeclaration).filter((one) => isOurs(one.getSourceFile())),
  );
}

function isOurs({ fileName }: ts.SourceFile): boolean {
  return fileName.startsWith(resolve('src'));
}

it('all public fields have a hover text', () => {
  const config = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config as unknown;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram(entries, options);
  const checker = program.getTypeChecker();
  const fields = exportedInterfaces(program).flatMap((declaration) =>
    declaration.members.flatMap(({ name }) => {
      const symbol = name && checker.getSymbolAtLocation(name);
      const isSilent = symbol?.getDocumentationComment(checker).length === 0;
      const file = relative('.', declaration.getSourceFile().fileName);
      return symbol ? [{ field: `${file} ${declaration.name.text}.${symbol.name}`, isSilent }] : [];
    }),
  );
  expect(fields.length).toBeGreaterThan(500);
  expect(fields.filter(({ isSilent }) => isSilent).map(({ field }) => field)).toEqual([]);
});
