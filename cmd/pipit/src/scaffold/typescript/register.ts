import { ts } from 'ts-morph';
import type { Edit } from '../../files/text.ts';
import { declarationsOf, hasModifier, unwrap } from './declarations.ts';
import type { Implementer } from './implementers.ts';
import { Imports, type Source } from './imports.ts';
import { insertIntoList } from './list.ts';
import type { Modules } from './modules.ts';
import { styleOf } from './style.ts';

/** The facts that a server's list of services needs. */
export interface Registration {
  readonly modules: Modules;
  readonly file: ts.SourceFile;
  /** `Echo`, and where it is imported from. */
  readonly service: string;
  readonly serviceSource: Source;
  readonly implementer: Implementer;
  readonly implementerSource: Source;
  readonly extension: string;
}

/** The edits that add a service to the list, or why that is left to the user. */
export function register(input: Registration): Edit[] | { readonly reason: string; readonly at: number } {
  const { file, modules, implementer } = input;
  const array = listOf(file);
  if (array === undefined) {
    return { reason: 'no list of services was found in it', at: 0 };
  }
  if (!array.elements.every((element) => isServed(element))) {
    return { reason: 'its list holds something else than Service.serve(…)', at: array.getStart() };
  }
  const made = construction(modules, implementer.node);
  if ('reason' in made) return { ...made, at: array.getStart() };
  const style = styleOf(file);
  const imports = new Imports(modules, file, style, input.extension, { sorted: true });
  const value = imports.value(made.exported, input.implementerSource);
  const service = imports.value(input.service, input.serviceSource);
  const item = `${service}.serve(${made.isClass ? `new ${value}()` : value})`;
  const range = { items: array.elements, start: array.getStart(), end: array.end - 1 };
  return [...insertIntoList(file.text, range, item, style), ...imports.changes()];
}

/** The name of an implementer where it is imported; or the reason why it cannot be. */
export function construction(
  modules: Modules,
  node: Implementer['node'],
): { readonly exported: string; readonly isClass: boolean } | { readonly reason: string } {
  const exported = exportedName(node);
  if (exported === undefined) return { reason: 'what implements it has no export of its own' };
  if (ts.isObjectLiteralExpression(node)) return { exported, isClass: false };
  if (hasModifier(node, ts.SyntaxKind.AbstractKeyword)) return { reason: `${exported} is abstract` };
  const needed = constructorOf(modules, node)?.parameters.filter(
    (parameter) =>
      parameter.initializer === undefined && !parameter.questionToken && !parameter.dotDotDotToken,
  );
  if (needed !== undefined && needed.length > 0)
    return { reason: `${exported} takes something to be made of` };
  return { exported, isClass: true };
}

/** The name a class or const is exported by; undefined for none, and for a default export without a name. */
function exportedName(node: Implementer['node']): string | undefined {
  let at: ts.Node = node;
  while (ts.isExpression(at.parent) && !ts.isArrowFunction(at.parent)) {
    if (ts.isCallExpression(at.parent)) return undefined;
    at = at.parent;
  }
  const declaration = ts.isClassDeclaration(node) ? node : at.parent;
  if (!ts.isClassDeclaration(declaration) && !ts.isVariableDeclaration(declaration)) return undefined;
  const { name } = declaration;
  if (name === undefined || !ts.isIdentifier(name)) return undefined;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const isExport = hasModifier(statement, ts.SyntaxKind.ExportKeyword);
  if (isExport && !hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) return name.text;
  for (const other of node.getSourceFile().statements) {
    if (!ts.isExportDeclaration(other) || other.exportClause === undefined || other.isTypeOnly) continue;
    if (!ts.isNamedExports(other.exportClause) || other.moduleSpecifier !== undefined) continue;
    const found = other.exportClause.elements.find(
      (element) =>
        (element.propertyName ?? element.name).text === name.text && element.name.text !== 'default',
    );
    if (found !== undefined) return found.name.text;
  }
  return undefined;
}

function constructorOf(
  modules: Modules,
  node: ts.ClassLikeDeclaration,
  depth = 0,
): ts.ConstructorDeclaration | undefined {
  const own = node.members.find((member) => ts.isConstructorDeclaration(member));
  if (own !== undefined || depth > 8) return own;
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (base === undefined) return undefined;
  const found = modules
    .entity(node.getSourceFile(), base.expression)
    ?.nodes.find((candidate) => ts.isClassLike(candidate));
  return found === undefined ? undefined : constructorOf(modules, found, depth + 1);
}

/** The array that `services()` returns, or that it is made of. */
function listOf(file: ts.SourceFile): ts.ArrayLiteralExpression | undefined {
  const declared = declarationsOf(file, 'services');
  const byDefault = file.statements.filter((statement) => ts.isExportAssignment(statement));
  const lists = [...declared, ...byDefault].flatMap((node) => listsIn(file, node));
  const unique = [...new Set(lists)];
  // Of several it is the user who knows which.
  return unique.length === 1 ? unique[0] : undefined;
}

function listsIn(file: ts.SourceFile, node: ts.Node | undefined, depth = 0): ts.ArrayLiteralExpression[] {
  if (node === undefined || depth > 8) return [];
  const inner = (child: ts.Node | undefined): ts.ArrayLiteralExpression[] => listsIn(file, child, depth + 1);
  if (ts.isVariableDeclaration(node)) return inner(node.initializer);
  if (ts.isExportAssignment(node)) return inner(node.expression);
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return inner(node.body);
  if (ts.isFunctionLike(node)) return returnsOf(node).flatMap((expression) => inner(expression));
  if (!ts.isExpression(node)) return [];
  const value = unwrap(node);
  if (ts.isArrayLiteralExpression(value))
    return spreadOnly(value)?.flatMap((spread) => inner(spread)) ?? [value];
  if (ts.isIdentifier(value)) {
    const local = localVariable(value) ?? declarationsOf(file, value.text)[0];
    return inner(local);
  }
  if (ts.isAwaitExpression(value)) return inner(value.expression);
  if (ts.isCallExpression(value)) {
    // `list.concat(more)`, `[…].filter(Boolean)`, `Object.freeze([…])`, `more()`.
    const { expression } = value;
    if (ts.isIdentifier(expression)) return inner(expression);
    const receiver = ts.isPropertyAccessExpression(expression) ? inner(expression.expression) : [];
    return receiver.length > 0
      ? receiver
      : value.arguments.flatMap((argument) => inner(argument)).slice(0, 1);
  }
  return [];
}

/** `[...a, ...b]` is not a list of its own. */
function spreadOnly(array: ts.ArrayLiteralExpression): ts.Expression[] | undefined {
  const spreads = array.elements.filter((element) => ts.isSpreadElement(element));
  if (array.elements.length === 0 || spreads.length < array.elements.length) return undefined;
  const [first] = spreads;
  return spreads.length === 1 ? [first!.expression] : undefined;
}

function returnsOf(node: ts.SignatureDeclaration): ts.Expression[] {
  const { body } = node as ts.FunctionDeclaration;
  const found: ts.Expression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) return;
    if (ts.isReturnStatement(child) && child.expression !== undefined) found.push(child.expression);
    ts.forEachChild(child, visit);
  };
  if (body !== undefined) ts.forEachChild(body, visit);
  return found;
}

/** A variable of the function that an expression stands in. */
function localVariable(name: ts.Identifier): ts.VariableDeclaration | undefined {
  const body = ts.findAncestor(name, ts.isBlock);
  for (const statement of body?.statements ?? []) {
    if (!ts.isVariableStatement(statement)) continue;
    const found = statement.declarationList.declarations.find(
      (declaration) => ts.isIdentifier(declaration.name) && declaration.name.text === name.text,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function isServed(element: ts.Expression): boolean {
  if (ts.isSpreadElement(element)) return true;
  const value = unwrap(element);
  if (ts.isConditionalExpression(value)) return isServed(value.whenTrue) || isServed(value.whenFalse);
  return (
    ts.isCallExpression(value) &&
    ts.isPropertyAccessExpression(value.expression) &&
    value.expression.name.text === 'serve'
  );
}
