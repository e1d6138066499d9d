import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWellKnown } from 'protoc-gen-twirp-ts';
import { ts } from 'ts-morph';
import { slashed } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import type { Source } from './typescript/imports.ts';
import { type Modules } from './typescript/modules.ts';
import { realPath } from '../files/disk.ts';

/** The package that generated code imports. */
export const runtimePackage = '@pipit/runtime';

/** The modules that the messages of a proto are imported from: the service's own file has those of its proto. */
export function messageSource(project: Project, own: string): (stem: string) => Source {
  return (stem) => {
    if (isWellKnown(stem)) return { modules: [`${runtimePackage}/${stem}`] };
    const path = (end: string): string => realPath(join(project.rpcDir, `${stem}.${end}.ts`));
    return { modules: stem === own ? [path('twirp'), path('pb')] : [path('pb'), path('twirp')] };
  };
}

/**
 * The way the list of services imports a file under `rpc/`: by the name given with `--package`, as it imports others,
 * by the name of rpc's own package.json; undefined for a relative path.
 * @param path absolute
 */
export function packageImport(
  project: Project,
  modules: Modules,
  list: ts.SourceFile | undefined,
  importName: string | undefined,
): ((path: string) => string) | undefined {
  const rpcDir = realPath(project.rpcDir);
  const inside = (path: string): string => slashed(path.slice(rpcDir.length + 1)).replace(/\.ts$/, '');
  const ownPackage = manifestName(project.rpcDir);
  if (importName !== undefined) {
    const start = ownPackage === undefined ? `${importName}/${project.rpcName}` : `${importName}/`;
    return (path) => start + inside(path);
  }
  for (const statement of list?.statements ?? []) {
    if (list === undefined || !ts.isImportDeclaration(statement)) continue;
    const target = modules.target(statement, list);
    if (!target.startsWith(rpcDir)) continue;
    const { text } = statement.moduleSpecifier as ts.StringLiteral;
    if (text.startsWith('.')) return undefined;
    const end = /\.[cm]?[jt]s$/.exec(text)?.[0] ?? '';
    const plain = text.slice(0, text.length - end.length);
    if (!plain.endsWith(inside(target))) continue;
    const start = plain.slice(0, plain.length - inside(target).length);
    return (path) => start + inside(path) + end;
  }
  return ownPackage === undefined ? undefined : (path) => `${ownPackage}/${inside(path)}`;
}

function manifestName(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
  try {
    const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string };
    return name;
  } catch {
    return undefined;
  }
}
