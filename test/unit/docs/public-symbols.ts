/** What users can import, and what they reach from there, with the texts that an editor shows for it. */
import { relative, resolve } from 'node:path';
import ts from 'typescript';

/** Something that an editor can show a text for. */
export interface PublicSymbol {
  /** File and path from what is imported, as in `src/polytomic/operations/model-sync/index.ts createClient().modelSync.start`. */
  readonly place: string;
  /** Whether there is no text. */
  readonly isSilent: boolean;
}

const sources = `${resolve('src')}/`;

/** All that the entry points export, with the members of every type of ours that users give or get by it. */
export function publicSymbols(entries: readonly string[]): PublicSymbol[] {
  const config = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config as unknown;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram(entries, options);
  const reader = new SymbolReader(program.getTypeChecker());
  for (const entry of entries) reader.readModule(program.getSourceFile(entry));
  return reader.found;
}

class SymbolReader {
  readonly found: PublicSymbol[] = [];
  private readonly seen = new Set<ts.Type | ts.Symbol>();

  constructor(private readonly checker: ts.TypeChecker) {}

  readModule(source: ts.SourceFile | undefined): void {
    const module = source && this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error('an entry point is no module');
    for (const exported of this.checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      this.readExport(isAlias ? this.checker.getAliasedSymbol(exported) : exported);
    }
  }

  private readExport(symbol: ts.Symbol): void {
    if (!isOurs(symbol) || this.seen.has(symbol)) return;
    this.seen.add(symbol);
    this.add(symbol.name, symbol);
    if (symbol.flags & ts.SymbolFlags.Type) this.readType(symbol.name, this.checker.getDeclaredTypeOfSymbol(symbol));
    if (symbol.flags & ts.SymbolFlags.Value) this.readType(symbol.name, this.checker.getTypeOfSymbol(symbol));
  }

  private add(path: string, symbol: ts.Symbol): void {
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
    const isSilent = symbol.getDocumentationComment(this.checker).length === 0;
    this.found.push({ place: `${relative('.', file)} ${path}`, isSilent });
  }

  private readType(path: string, type: ts.Type): void {
    if (this.seen.has(type)) return;
    this.seen.add(type);
    for (const part of this.partsOf(type)) if (!isWrittenInPlace(part) || type.aliasSymbol) this.readType(path, part);
    if (type.isUnion()) return;
    for (const signature of type.getCallSignatures()) this.readSignature(path, signature);
    for (const property of this.checker.getPropertiesOfType(type)) {
      if (!isOurs(property) || isHidden(property) || isWireField(property)) continue;
      this.add(`${path}.${property.name}`, property);
      this.readUnlessInPlace(`${path}.${property.name}`, this.checker.getTypeOfSymbol(property));
    }
  }

  /** The alternatives of a union; the arguments of a generic type, such as the `T` of a `Promise<T>`. */
  private partsOf(type: ts.Type): readonly ts.Type[] {
    if (type.isUnion()) return type.types;
    const isReference = (type.flags & ts.TypeFlags.Object) !== 0 && 'target' in type;
    return isReference ? this.checker.getTypeArguments(type as ts.TypeReference) : [];
  }

  private readSignature(path: string, signature: ts.Signature): void {
    if (!signature.declaration?.getSourceFile().fileName.startsWith(sources)) return;
    const given = signature.getParameters().map((one) => this.checker.getTypeOfSymbol(one));
    for (const type of [...given, signature.getReturnType()]) this.readUnlessInPlace(`${path}()`, type);
  }

  private readUnlessInPlace(path: string, type: ts.Type): void {
    if (!isWrittenInPlace(type)) this.readType(path, type);
  }
}

function isOurs(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((one) => one.getSourceFile().fileName.startsWith(sources));
}

function isHidden(symbol: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (symbol.declarations ?? []).some((one) => {
    const name = ts.getNameOfDeclaration(one);
    return (name && ts.isPrivateIdentifier(name)) || (ts.getCombinedModifierFlags(one) & hidden) !== 0;
  });
}

/** An object type without a name of its own, as in `counts: { total: number; failed: number }`: the field's text says it all. */
function isWrittenInPlace(type: ts.Type): boolean {
  return !type.aliasSymbol && (type.symbol?.declarations ?? []).some(ts.isTypeLiteralNode);
}

/** A field of Polytomic's own requests and answers, which its reference describes: only functions make their shapes. */
function isWireField(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (one) => ts.isPropertyAssignment(one) && ts.findAncestor(one, ts.isArrowFunction) !== undefined,
  );
}
