import { basename, dirname, join, relative } from 'node:path';
import type { ServiceModel } from 'protoc-gen-twirp-ts';
import { ts } from 'ts-morph';
import { isGeneratedName } from '../project/generated-file.ts';
import { displayPath } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import type { Finding } from './typescript/finding.ts';
import { sourceFiles } from '../project/source-files.ts';
import type { Source } from './typescript/imports.ts';
import { type Implementer, implementersIn, type Served, servedIn } from './typescript/implementers.ts';
import { type FileEdits, mergeService } from './typescript/merge.ts';
import { membersOf } from './typescript/members.ts';
import type { Messages, Signature } from './typescript/messages.ts';
import { type Modules } from './typescript/modules.ts';
import { readText, realPath } from '../files/disk.ts';
import type { ServiceRef } from './typescript/service-ref.ts';
import { syntaxProblems } from './typescript/syntax.ts';

/** The things that a service's class is looked for and merged with. */
export interface ServiceContext {
  readonly project: Project;
  readonly modules: Modules;
  readonly messages: Messages;
  /** Path below `rpc/` without an ending. */
  readonly stem: string;
  /** Signatures of the code that was generated last, by service and method. */
  readonly before: (service: string) => ReadonlyMap<string, Signature>;
  readonly runtime: Source;
  readonly sourceOf: (stem: string) => Source;
}

/** The work to be done for one service. */
export interface ServicePlan {
  readonly service: ServiceModel;
  readonly ref: ServiceRef;
  /** The class or object that implements it; undefined where nothing does, or where it is not clear which. */
  readonly implementer: Implementer | undefined;
  /** True if nothing does, and nothing stands in the way of a new class. */
  readonly isNew: boolean;
  /** True if a server has it in its list. */
  readonly registered: boolean;
  readonly files: readonly FileEdits[];
  readonly findings: readonly Finding[];
}

/** Finds what implements a service, and brings it up to date. */
export function planService(context: ServiceContext, service: ServiceModel): ServicePlan {
  const { project, modules, stem } = context;
  const ref: ServiceRef = { path: realPath(join(project.rpcDir, `${stem}.twirp.ts`)), name: service.name };
  const found = search(context, ref);
  const served = servers(context, ref);
  const complete = [
    ...found.implementers.filter(({ extent }) => extent === 'all'),
    // A class that is served implements the service, whether it says so or not.
    ...served.nodes
      .filter((node) => !found.implementers.some((implementer) => implementer.node === node))
      .filter((node) => isOwn(project, node.getSourceFile().fileName))
      .filter((node) => found.findings.every(({ path }) => path !== node.getSourceFile().fileName))
      .map((node): Implementer => ({ node: node as Implementer['node'], extent: 'all' })),
  ];
  const findings: Finding[] = [...found.findings];
  const plan = { service, ref, registered: served.served };
  const chosen = choose(complete, served.nodes, service.name);
  if (chosen !== undefined) {
    const heirs = heirsOf(modules, chosen.node, found.files);
    const merged = mergeService(
      {
        modules,
        messages: context.messages,
        service,
        before: context.before(service.name),
        heirs,
        sourceOf: context.sourceOf,
        runtime: context.runtime,
        extension: project.importEnding,
        isOwn: (path) => isOwn(project, path),
      },
      chosen,
    );
    for (const other of complete) {
      if (other !== chosen && !heirs.includes(other.node as ts.ClassLikeDeclaration)) {
        findings.push(...lacking(modules, service, other, 'is not what the server has'));
      }
    }
    return {
      ...plan,
      implementer: chosen,
      isNew: false,
      files: merged.files,
      findings: [...findings, ...merged.findings],
    };
  }
  findings.push(...whyNone(context, service, complete, found, served));
  const isNew =
    findings.length === 0 && complete.length === 0 && found.implementers.length === 0 && !served.opaque;
  return { ...plan, implementer: undefined, isNew, files: [], findings };
}

interface Found {
  readonly files: readonly ts.SourceFile[];
  readonly implementers: readonly Implementer[];
  readonly findings: readonly Finding[];
}

/** First in the service's own folder, then in the whole project. */
function search(context: ServiceContext, ref: ServiceRef): Found {
  const { project, modules, stem } = context;
  const folder = dirname(join(project.rpcDir, stem));
  const near = searchIn(context, ref, sourceFiles(folder));
  if (near.findings.length > 0 || near.implementers.some(({ extent }) => extent === 'all')) return near;
  const mention = `${basename(stem)}.twirp`;
  const far = sourceFiles(project.root).filter(
    (path) =>
      relative(folder, path).startsWith('..') &&
      readText(path)?.includes(mention) === true &&
      modules.imports(path, ref.path),
  );
  const elsewhere = searchIn(context, ref, far);
  return {
    files: [...near.files, ...elsewhere.files],
    implementers: [...near.implementers, ...elsewhere.implementers],
    findings: elsewhere.findings,
  };
}

function searchIn({ modules }: ServiceContext, ref: ServiceRef, paths: readonly string[]): Found {
  const files: ts.SourceFile[] = [];
  const findings: Finding[] = [];
  for (const path of paths) {
    const file = modules.file(path);
    if (file === undefined) {
      findings.push({ path, message: 'is not UTF-8: not touched. Save it as UTF-8', failed: true });
      continue;
    }
    const [problem] = new RegExp(`\\b${ref.name}\\b`).test(file.text) ? syntaxProblems(path, file.text) : [];
    if (problem === undefined) files.push(file);
    else {
      const message = `${problem.message} Not touched: mend it and run again`;
      findings.push({ path, at: problem.at, message, failed: true });
    }
  }
  return { files, implementers: files.flatMap((file) => implementersIn(modules, ref, file)), findings };
}

/** The values that the server's files serve the service with. */
function servers({ project, modules }: ServiceContext, ref: ServiceRef): Served {
  const files = [...new Set([project.servicesFile, ...sourceFiles(dirname(project.servicesFile))])]
    .map((path) => modules.file(path))
    .filter((file) => file !== undefined)
    .map((file) => servedIn(modules, ref, file));
  return {
    served: files.some(({ served }) => served),
    nodes: files.flatMap(({ nodes }) => nodes),
    opaque: files.some(({ opaque }) => opaque),
  };
}

/** Of several the one that is served; else the one with the name that this command gives. */
function choose(
  implementers: readonly Implementer[],
  served: readonly ts.Node[],
  service: string,
): Implementer | undefined {
  if (implementers.length <= 1) return implementers[0];
  const inServer = implementers.filter(({ node }) => served.includes(node));
  if (inServer.length === 1) return inServer[0];
  const named = implementers.filter(({ node }) => nameOf(node) === `${service}Server`);
  return named.length === 1 ? named[0] : undefined;
}

function nameOf(node: ts.Node): string | undefined {
  const declaration = ts.isClassLike(node) && node.name !== undefined ? node : node.parent;
  const { name } = declaration as ts.NamedDeclaration;
  return name !== undefined && ts.isIdentifier(name) ? name.text : undefined;
}

function heirsOf(
  modules: Modules,
  node: ts.Node,
  files: readonly ts.SourceFile[],
): ts.ClassLikeDeclaration[] {
  const heirs: ts.ClassLikeDeclaration[] = [];
  const visit = (file: ts.SourceFile, child: ts.Node): void => {
    if (ts.isClassLike(child)) {
      const bases = (child.heritageClauses ?? [])
        .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
        .flatMap(({ types }) =>
          types.flatMap(({ expression }) => modules.entity(file, expression)?.nodes ?? []),
        );
      if (bases.includes(node)) heirs.push(child);
    }
    ts.forEachChild(child, (inner) => {
      visit(file, inner);
    });
  };
  for (const file of files) visit(file, file);
  return heirs;
}

/** Methods that another implementer lacks, and why it was not touched. */
function lacking(modules: Modules, service: ServiceModel, { node }: Implementer, why: string): Finding[] {
  const { byName, opaque } = membersOf(modules, node);
  const missing = service.methods.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  if (missing.length === 0 || opaque !== undefined) return [];
  const name = nameOf(node) ?? 'this';
  const message = `${name} implements ${service.name} and ${why}: left as it is, without ${missing.join(', ')}`;
  return [{ path: node.getSourceFile().fileName, at: node.getStart(), message, failed: false }];
}

function whyNone(
  { project, modules, stem, before }: ServiceContext,
  service: ServiceModel,
  complete: readonly Implementer[],
  { implementers, findings }: Found,
  served: Served,
): Finding[] {
  if (complete.length > 1) {
    return complete.map(({ node }) => ({
      path: node.getSourceFile().fileName,
      at: node.getStart(),
      message: `${nameOf(node) ?? 'this'} is one of ${complete.length} that implement ${service.name}: not touched. List the one that is meant in the server's services, or call it ${service.name}Server`,
      failed: true,
    }));
  }
  if (findings.length > 0) return [];
  if (implementers.length > 0) return missingOfParts(modules, service, implementers);
  if (served.opaque) {
    const had = before(service.name);
    const added = service.methods.filter(({ name }) => !had.has(name)).map(({ name }) => name);
    if (added.length === 0) return [];
    const message = `${added.join(', ')} not added: what ${service.name} is served with is not a class or object that pipit can look into. Add there`;
    return [{ path: project.servicesFile, message, failed: true }];
  }
  const path = join(project.rpcDir, `${stem}.ts`);
  const text = readText(path);
  if (text === undefined || text.trim() === '') return [];
  const message = `nothing in it implements ${service.name}: add \`implements ${service.name}\` to the class that does, or move ${displayPath(path)} away for a new one`;
  return [{ path, message, failed: true }];
}

/** Classes that implement a part each: whose a new method is, only the user knows. */
function missingOfParts(modules: Modules, service: ServiceModel, parts: readonly Implementer[]): Finding[] {
  const present = new Set(parts.flatMap(({ node }) => [...membersOf(modules, node).byName.keys()]));
  const missing = service.methods.filter(({ name }) => !present.has(name)).map(({ name }) => name);
  const [first] = parts;
  if (missing.length === 0 || first === undefined) return [];
  const names = parts
    .map(({ node }) => nameOf(node) ?? displayPath(node.getSourceFile().fileName))
    .join(', ');
  const message = `${missing.join(', ')} not added: ${names} implement ${service.name} in parts. Add to the one that fits`;
  return [{ path: first.node.getSourceFile().fileName, at: first.node.getStart(), message, failed: true }];
}

function isOwn(project: Project, path: string): boolean {
  const inside = relative(realPath(project.root), path);
  return (
    !inside.startsWith('..') &&
    !/(?:^|[\\/])node_modules[\\/]/.test(inside) &&
    !/\.d\.[cm]?ts$/.test(path) &&
    !isGeneratedName(path)
  );
}
