import { ts } from 'ts-morph';
import { unwrap, walk } from './declarations.ts';
import type { Modules } from './modules.ts';
import { type Extent, isService, serviceExtent, type ServiceRef } from './service-ref.ts';

/** A class or an object that implements a service. */
export interface Implementer {
  readonly node: ts.ClassLikeDeclaration | ts.ObjectLiteralExpression;
  readonly extent: Extent;
}

/** Whatever in a file says that it implements the service. */
export function implementersIn(modules: Modules, service: ServiceRef, file: ts.SourceFile): Implementer[] {
  const found: Implementer[] = [];
  walk(file, (node) => {
    const extent = ts.isClassLike(node)
      ? classExtent(modules, service, file, node)
      : ts.isObjectLiteralExpression(node)
        ? objectExtent(modules, service, file, node)
        : undefined;
    if (extent !== undefined) found.push({ node: node as Implementer['node'], extent });
  });
  return found;
}

function classExtent(
  modules: Modules,
  service: ServiceRef,
  file: ts.SourceFile,
  node: ts.ClassLikeDeclaration,
): Extent | undefined {
  const types = (node.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword)
    .flatMap(({ types }) => [...types]);
  const extents = types.map((type) => serviceExtent(modules, service, file, type));
  return extents.find((extent) => extent === 'all') ?? extents.find((extent) => extent !== undefined);
}

/** `const echo: Echo = {}`, `{} satisfies Echo`, what a function that returns Echo returns, what is served. */
function objectExtent(
  modules: Modules,
  service: ServiceRef,
  file: ts.SourceFile,
  node: ts.ObjectLiteralExpression,
): Extent | undefined {
  let at: ts.Node = node;
  for (;;) {
    const { parent }: ts.Node = at;
    if (ts.isParenthesizedExpression(parent)) at = parent;
    else if (ts.isSatisfiesExpression(parent) || ts.isAsExpression(parent)) {
      const extent = serviceExtent(modules, service, file, parent.type);
      if (extent !== undefined) return extent;
      at = parent;
    } else break;
  }
  const { parent } = at;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.initializer === at ? serviceExtent(modules, service, file, parent.type) : undefined;
  }
  if (ts.isArrowFunction(parent)) return serviceExtent(modules, service, file, parent.type);
  if (ts.isReturnStatement(parent)) {
    return serviceExtent(modules, service, file, enclosingFunction(parent)?.type);
  }
  return ts.isCallExpression(parent) &&
    parent.arguments[0] === at &&
    servesService(modules, service, file, parent)
    ? 'all'
    : undefined;
}

/** Tells whether a call is `Echo.serve(…)`. */
function servesService(
  modules: Modules,
  service: ServiceRef,
  file: ts.SourceFile,
  call: ts.CallExpression,
): boolean {
  const { expression } = call;
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'serve' &&
    isService(modules.entity(file, expression.expression), service)
  );
}

/** The values that a file serves the service with. */
export interface Served {
  /** True if it serves it at all. */
  readonly served: boolean;
  /** The classes and objects: `Echo.serve(new EchoServer())` leads to the class. */
  readonly nodes: readonly ts.Node[];
  /** True if it is something that is there but cannot be looked into. */
  readonly opaque: boolean;
}

export function servedIn(modules: Modules, service: ServiceRef, file: ts.SourceFile): Served {
  const nodes: ts.Node[] = [];
  let served = false;
  let opaque = false;
  walk(file, (node) => {
    if (!ts.isCallExpression(node) || !servesService(modules, service, file, node)) return;
    served = true;
    const [argument] = node.arguments;
    if (argument === undefined) return;
    const found = valueNodes(modules, file, argument);
    nodes.push(...found);
    opaque ||= found.length === 0 && !isGone(modules, file, argument);
  });
  return { served, nodes, opaque };
}

/** Tells whether an expression is of a file that is not there any more. */
function isGone(modules: Modules, file: ts.SourceFile, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  const entity = modules.entity(file, ts.isNewExpression(value) ? value.expression : value);
  return entity !== undefined && modules.file(entity.path) === undefined;
}

/** The class or object that an expression makes: `new X()`, `x`, a literal. */
function valueNodes(modules: Modules, file: ts.SourceFile, expression: ts.Expression, depth = 0): ts.Node[] {
  const value = unwrap(expression);
  if (ts.isObjectLiteralExpression(value) || ts.isClassExpression(value)) return [value];
  if (depth > 4) return [];
  const name = ts.isNewExpression(value) ? value.expression : value;
  const nodes = modules.entity(file, name)?.nodes ?? [];
  return nodes.flatMap((node) => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      return valueNodes(modules, node.getSourceFile(), node.initializer, depth + 1);
    }
    return ts.isClassLike(node) || ts.isObjectLiteralExpression(node) ? [node] : [];
  });
}

function enclosingFunction(node: ts.Node): ts.SignatureDeclaration | undefined {
  return ts.findAncestor(node, ts.isFunctionLike);
}
