import { dirname, relative } from 'node:path';
import { displayPath, slashed } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import { followFolder } from './dead-imports.ts';
import type { Finding } from './typescript/finding.ts';
import { type Implementer } from './typescript/implementers.ts';
import type { FileEdits } from './typescript/merge.ts';
import type { Modules } from './typescript/modules.ts';
import { construction, register } from './typescript/register.ts';
import type { ServiceRef } from './typescript/service-ref.ts';
import { syntaxProblems } from './typescript/syntax.ts';
import { packageImport } from './service-modules.ts';

/** Adds a service to the server's list, or says what to add where. */
export function planRegistration(
  project: Project,
  modules: Modules,
  ref: ServiceRef,
  implementer: Implementer,
  importName: string | undefined,
): FileEdits | Finding {
  const path = project.servicesFile;
  const list = modules.file(path);
  const classPath = implementer.node.getSourceFile().fileName;
  const named = packageImport(project, modules, list, importName);
  const specifier = (target: string): string => named?.(target) ?? relativeImport(path, target, project);
  const made = construction(modules, implementer.node);
  const leave = (reason: string, at?: number): Finding => {
    const value = 'reason' in made ? '…' : made.isClass ? `new ${made.exported}()` : made.exported;
    const imports = [`import { ${ref.name} } from '${specifier(ref.path)}'`];
    if (!('reason' in made)) imports.unshift(`import { ${made.exported} } from '${specifier(classPath)}'`);
    const message = `${ref.name} is not in the server's list: ${reason}. Add ${ref.name}.serve(${value}) to what your server serves, with ${imports.join(' and ')}`;
    return { path, message, failed: true, ...(at === undefined ? {} : { at }) };
  };
  if (list === undefined) return { ...leave(`there is no ${displayPath(path)}`), failed: false };
  const [problem] = syntaxProblems(path, list.text);
  if (problem !== undefined)
    return leave(`${problem.message} Not touched: mend it and run again`, problem.at);
  if (!('reason' in made)) {
    const imported = [ref, { name: made.exported, path: classPath }];
    const edits = followFolder(project, modules, list, imported);
    if (edits !== undefined) return { path: list.fileName, edits, done: [`${ref.name} follows its folder`] };
  }
  const source = (target: string): { modules: string[] } => ({
    modules: named === undefined ? [target] : [named(target), target],
  });
  const result = register({
    modules,
    file: list,
    service: ref.name,
    serviceSource: source(ref.path),
    implementer,
    implementerSource: source(classPath),
    extension: project.importEnding,
  });
  if ('reason' in result) return leave(result.reason, result.at);
  return { path: list.fileName, edits: result, done: [`added ${ref.name}`] };
}

function relativeImport(from: string, to: string, project: Project): string {
  const path = slashed(relative(dirname(from), to)).replace(/\.ts$/, project.importEnding);
  return path.startsWith('.') ? path : `./${path}`;
}
