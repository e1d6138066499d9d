import { ts } from 'ts-morph';
import type { Entity, Modules } from './modules.ts';

/** The interface that generated code declares for a service. */
export interface ServiceRef {
  /** The generated file, with links followed. */
  readonly path: string;
  /** `Echo` */
  readonly name: string;
}

/** The part of a service that a type asks for: all of it, or some methods. */
export type Extent = 'all' | 'part';

/**
 * Tells whether a type is the service's interface, under whatever name: imported as another, an alias of it, an
 * interface that extends it; `Pick`, `Omit` and `Partial` of it are a part.
 */
export function serviceExtent(
  modules: Modules,
  service: ServiceRef,
  file: ts.SourceFile,
  type: ts.Node | undefined,
  depth = 0,
): Extent | undefined {
  if (type === undefined || depth > 8) return undefined;
  const inner = (node: ts.Node | undefined, from: ts.SourceFile = file): Extent | undefined =>
    serviceExtent(modules, service, from, node, depth + 1);
  if (ts.isParenthesizedTypeNode(type)) return inner(type.type);
  if (ts.isIntersectionTypeNode(type)) {
    return type.types
      .map((part) => inner(part))
      .reduce((a, b) => (a === 'all' || b === undefined ? a : b), undefined);
  }
  const name = ts.isTypeReferenceNode(type)
    ? type.typeName
    : ts.isExpressionWithTypeArguments(type)
      ? type.expression
      : undefined;
  if (name === undefined) return undefined;
  const { typeArguments } = type as ts.TypeReferenceNode;
  const entity = modules.entity(file, name);
  if (entity === undefined) return utility(name, () => inner(typeArguments?.[0]));
  if (isService(entity, service)) return 'all';
  for (const node of entity.nodes) {
    const from = node.getSourceFile();
    const found = ts.isTypeAliasDeclaration(node)
      ? inner(node.type, from)
      : ts.isInterfaceDeclaration(node)
        ? node.heritageClauses
            ?.flatMap(({ types }) => [...types])
            .map((base) => inner(base, from))
            .find((extent) => extent !== undefined)
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isService(entity: Entity | undefined, service: ServiceRef): boolean {
  return entity !== undefined && entity.path === service.path && entity.name === service.name;
}

/** Types of the language itself that wrap another. */
function utility(name: ts.Node, argument: () => Extent | undefined): Extent | undefined {
  if (!ts.isIdentifier(name)) return undefined;
  switch (name.text) {
    case 'Promise':
    case 'Readonly':
    case 'Required':
      return argument();
    case 'Omit':
    case 'Partial':
    case 'Pick':
      return argument() === undefined ? undefined : 'part';
    default:
      return undefined;
  }
}
