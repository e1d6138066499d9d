import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileModel, isWellKnown } from 'protoc-gen-twirp-ts';
import { CliError } from '../cli-error.ts';
import type { FileChange } from '../files/transaction.ts';
import { mayBeReplaced } from '../project/generated-file.ts';
import type { Problem } from '../generate/problem.ts';
import { runProtoc } from '../generate/protoc.ts';
import { displayPath, slashed } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import { newClassFile } from './class-template.ts';
import type { Finding } from './typescript/finding.ts';
import { reportDeadImports } from './dead-imports.ts';
import type { ServiceNames } from './names.ts';
import { planRegistration } from './plan-registration.ts';
import { planService, type ServiceContext, type ServicePlan } from './plan-service.ts';
import { planProto, type ProtoPlan } from './proto.ts';
import { messageSource, runtimePackage } from './service-modules.ts';
import { applyEdits, type Edit } from '../files/text.ts';
import { implementersIn } from './typescript/implementers.ts';
import type { FileEdits } from './typescript/merge.ts';
import { Messages, type Signature } from './typescript/messages.ts';
import { Modules, parse } from './typescript/modules.ts';
import { readText, realPath } from '../files/disk.ts';
import { signaturesOf } from './typescript/signature.ts';
import { syntaxProblems } from './typescript/syntax.ts';

/** A file of the plan. */
interface PlannedFile extends FileChange {
  readonly before: string | null;
  readonly content: string;
  readonly isGenerated: boolean;
  /** The things done to it, for people. */
  readonly done: readonly string[];
}

export interface RpcPlan {
  readonly files: readonly PlannedFile[];
  readonly findings: readonly Finding[];
  readonly warnings: readonly Problem[];
}

/**
 * Finds out what `pipit rpc` has to write, without writing anything.
 * @throws {CompileError} for a proto that does not compile
 */
export async function planRpc(project: Project, names: ServiceNames): Promise<RpcPlan> {
  const { stem } = names;
  const proto = planProto(join(project.rpcDir, `${stem}.proto`), names);
  const { code, models, warnings } = await compile(project, stem, proto);
  const model = models.find((file) => file.stem === stem);
  if (model === undefined) throw new Error(`no model of ${stem}`);
  const generated = [...code].map(([name, content]) => generatedFile(project, name, content));

  const context = makeContext(project, stem, models, code);
  const services = model.services.map((service) => planService(context, service));
  const edited = new EditedFiles();
  for (const { files } of services) edited.add(files);
  const newFile = planNewFile(context, proto, services);
  if (newFile !== undefined) edited.create(newFile);
  const findings = [...services.flatMap((service) => service.findings), ...edited.dropBroken()].map(
    (finding) => edited.moved(finding),
  );
  findings.push(...registerAll(project, names, code, services, newFile, edited), ...edited.dropBroken());
  const protoFile: PlannedFile = {
    path: proto.path,
    before: proto.before,
    content: proto.text,
    isGenerated: false,
    done: proto.before === null || proto.added.length === 0 ? [] : [`added ${proto.added.join(', ')}`],
  };
  return { files: [protoFile, ...generated, ...edited.files()], findings, warnings };
}

/** The proto and what it imports of this project: generated code imports generated code. */
async function compile(
  project: Project,
  stem: string,
  { text, before, path }: ProtoPlan,
): Promise<{ code: Map<string, string>; models: FileModel[]; warnings: readonly Problem[] }> {
  const name = `${stem}.proto`;
  const options = text === before ? {} : { overlay: new Map([[name, text]]) };
  let compiled = await runProtoc(project, [name], options);
  const own = compiled.files
    .map((file) => file.name)
    .filter((file) => existsSync(join(project.rpcDir, file)) && join(project.rpcDir, file) !== path);
  if (own.length > 0) compiled = await runProtoc(project, [...own, name], options);
  return { code: compiled.generate(), models: compiled.describe(), warnings: compiled.warnings };
}

function generatedFile(project: Project, name: string, content: string): PlannedFile {
  const path = join(project.rpcDir, name);
  const before = existsSync(path) ? readFileSync(path) : null;
  if (before !== null && !mayBeReplaced(before)) {
    const shown = displayPath(path);
    throw new CliError(`${shown} is not generated code, but would be written over: move or rename it`);
  }
  return { path, before: before?.toString('utf8') ?? null, content, isGenerated: true, done: [] };
}

function makeContext(
  project: Project,
  stem: string,
  models: readonly FileModel[],
  code: ReadonlyMap<string, string>,
): ServiceContext {
  const modules = new Modules(project, overlayOf(project, code));
  const messages = new Messages(project.rpcDir, models);
  const path = join(project.rpcDir, `${stem}.twirp.ts`);
  const last = readText(path);
  const before = (service: string): ReadonlyMap<string, Signature> =>
    last === undefined ? new Map() : signaturesOf(modules, messages, parse(realPath(path), last), service);
  const sourceOf = messageSource(project, stem);
  const runtime = { modules: [runtimePackage] };
  return { project, modules, messages, stem, before, runtime, sourceOf };
}

function overlayOf(project: Project, code: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...code].map(([name, content]) => [join(project.rpcDir, name), content]));
}

function planNewFile(
  { project, messages, stem, runtime }: ServiceContext,
  proto: ProtoPlan,
  services: readonly ServicePlan[],
): { path: string; content: string } | undefined {
  const missing = services.filter(({ isNew }) => isNew).map(({ service }) => service);
  if (missing.length === 0) return undefined;
  const end = project.importEnding;
  const name = stem.split('/').at(-1)!;
  const up = stem
    .split('/')
    .slice(0, -1)
    .map(() => '..')
    .join('/');
  const content = newClassFile({
    services: missing,
    messages,
    stem,
    module: `./${name}.twirp${end}`,
    moduleOf: (other) =>
      isWellKnown(other) ? `${runtimePackage}/${other}` : `${up}/${slashed(other)}.pb${end}`,
    runtime,
    isSample: proto.before === null,
  });
  return { path: join(project.rpcDir, `${stem}.ts`), content };
}

/** With the classes as they will be. */
function registerAll(
  project: Project,
  names: ServiceNames,
  code: ReadonlyMap<string, string>,
  services: readonly ServicePlan[],
  newFile: { path: string; content: string } | undefined,
  edited: EditedFiles,
): Finding[] {
  const findings: Finding[] = [];
  const current = (): Modules => {
    const overlay = overlayOf(project, code);
    for (const { path, content } of edited.files()) overlay.set(path, content);
    return new Modules(project, overlay);
  };
  for (const { ref, registered, implementer, isNew } of services) {
    if (registered || (implementer === undefined && !isNew)) continue;
    const modules = current();
    const path = implementer?.node.getSourceFile().fileName ?? newFile?.path;
    const file = path === undefined ? undefined : modules.file(path);
    const found = file === undefined ? [] : implementersIn(modules, ref, file);
    const complete = found.find(({ extent }) => extent === 'all');
    if (complete === undefined) continue;
    const result = planRegistration(project, modules, ref, complete, names.importName);
    if ('edits' in result) edited.add([result]);
    else findings.push(result);
  }
  findings.push(...reportDeadImports(project, current()));
  return findings;
}

/** The user's files with their edits. */
class EditedFiles {
  readonly #edits = new Map<string, Edit[]>();
  readonly #failures: Finding[] = [];
  readonly #byPath = new Map<string, { before: string | null; content: string; done: string[] }>();

  add(files: readonly FileEdits[]): void {
    for (const { path, edits, done } of files) {
      if (edits.length === 0) continue;
      this.#edits.set(path, [...(this.#edits.get(path) ?? []), ...edits]);
      const known = this.#byPath.get(path);
      const before = known?.before ?? readText(path) ?? '';
      const content = this.#apply(path, known?.content ?? before, edits, done);
      if (content === undefined) continue;
      this.#byPath.set(path, { before, content, done: [...(known?.done ?? []), ...done] });
    }
  }

  /** Edits of one place that contradict each other are none. */
  #apply(path: string, text: string, edits: readonly Edit[], done: readonly string[]): string | undefined {
    try {
      return applyEdits(text, edits);
    } catch {
      const message = `${done.join(', ')} could not be fitted in: not written. Do it by hand, and please report this`;
      this.#failures.push({ path, message, failed: true });
      return undefined;
    }
  }

  create({ path, content }: { path: string; content: string }): void {
    this.#byPath.set(realPath(path), { before: readText(path) ?? null, content, done: [] });
  }

  /** The finding with its place once the file is edited. */
  moved(finding: Finding): Finding {
    const { path, at } = finding;
    if (path === undefined || at === undefined || !this.#byPath.has(path)) return finding;
    const before = this.#edits.get(path)?.filter((edit) => edit.from <= at) ?? [];
    return {
      ...finding,
      at: before.reduce((sum, { from, to, text }) => sum + text.length - (to - from), at),
    };
  }

  /** Whatever would not be TypeScript any more is not written: a safety net, not a way to work. */
  dropBroken(): Finding[] {
    const failures = this.#failures.splice(0);
    const broken = [...this.#byPath].flatMap(([path, { before, content, done }]): Finding[] => {
      const [problem] = syntaxProblems(path, content);
      if (problem === undefined) return [];
      this.#byPath.delete(path);
      const [earlier] = syntaxProblems(path, before ?? '');
      const message =
        earlier === undefined
          ? `${done.join(', ')} would break the file (${problem.message}): not written. Do it by hand, and please report this`
          : `${earlier.message} Not touched: mend it and run again`;
      return [{ path, message, failed: true, ...(earlier === undefined ? {} : { at: earlier.at }) }];
    });
    return [...failures, ...broken];
  }

  files(): PlannedFile[] {
    return [...this.#byPath].map(([path, file]) => ({ path, isGenerated: false, ...file }));
  }
}
