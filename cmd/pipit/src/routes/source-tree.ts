import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type * as oxc from 'oxc-parser';
import type { Project } from '../project/project.ts';
import {
  type Claim,
  keyName,
  parseTypeScript,
  type TypeName,
  type TypeScriptFile,
} from './typescript-file.ts';

/** A place in a file. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A method of a value. */
interface Member {
  readonly place: Place;
  /** True if it is there; else it may be, and this is where the value is. */
  readonly certain: boolean;
}

/** The number of names and base classes that are followed from one to the next. */
const farthest = 8;

/** The project's TypeScript, each file read and parsed once, when it is asked for. */
export class SourceTree {
  readonly #project: Project;
  readonly #parser: typeof oxc;
  readonly #texts = new Map<string, string>();
  readonly #files = new Map<string, TypeScriptFile>();

  constructor(project: Project, parser: typeof oxc) {
    this.#project = project;
    this.#parser = parser;
  }

  text(path: string): string {
    const text = this.#texts.get(path) ?? readFileSync(path, 'utf8');
    this.#texts.set(path, text);
    return text;
  }

  file(path: string): TypeScriptFile {
    const file = this.#files.get(path) ?? parseTypeScript(this.#parser, path, this.text(path));
    this.#files.set(path, file);
    return file;
  }

  /**
   * Tells whether a name means the interface that was generated for a service.
   * @param generated the generated file without its ending, absolute: `…/rpc/user/v0/echo.twirp`
   * @param service name of the interface; beside the generated file that alone will do
   */
  isService(
    file: TypeScriptFile,
    { name, namespace }: TypeName,
    generated: string,
    service: string,
  ): boolean {
    const imported = file.imports.get(namespace ?? name);
    if (imported === undefined || !/\.twirp(?:\.[jt]s)?$/.test(imported.module)) {
      return namespace === undefined && name === service && dirname(file.path) === dirname(generated);
    }
    const meant = namespace === undefined ? imported.name : imported.name === '*' ? name : undefined;
    return meant === service && this.#leadsTo(file, imported.module, generated);
  }

  /** The method of a value; undefined where it has none of that name. */
  member(file: TypeScriptFile, value: Claim['value'], name: string, depth = 0): Member | undefined {
    if (depth > farthest) return maybe(file, value);
    switch (value.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return this.member(file, value.expression, name, depth);
      case 'NewExpression':
        return this.member(file, value.callee, name, depth + 1);
      case 'Identifier': {
        const found = this.#declared(file, value.name);
        return found === undefined
          ? maybe(file, value)
          : this.member(found.file, found.value, name, depth + 1);
      }
      case 'ObjectExpression':
        return this.#memberOfObject(file, value, name, depth);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#memberOfClass(file, value, name, depth);
      default:
        return maybe(file, value);
    }
  }

  #memberOfObject(
    file: TypeScriptFile,
    { properties }: oxc.ObjectExpression,
    name: string,
    depth: number,
  ): Member | undefined {
    let found: Member | undefined;
    // The last of a name counts.
    for (const property of properties) {
      if (property.type === 'SpreadElement') {
        found = this.member(file, property.argument, name, depth + 1) ?? found;
      } else if (!isNamed(property)) found ??= maybe(file, property);
      else if (keyName(property.key) === name) found = at(file, property);
    }
    return found;
  }

  #memberOfClass(file: TypeScriptFile, node: oxc.Class, name: string, depth: number): Member | undefined {
    for (const element of node.body.body) {
      if (element.type === 'MethodDefinition' && element.kind === 'constructor') {
        const parameter = element.value.params.find(
          (candidate) => candidate.type === 'TSParameterProperty' && parameterName(candidate) === name,
        );
        if (parameter !== undefined) return at(file, parameter);
      } else if (isOwn(element) && isNamed(element) && keyName(element.key) === name)
        return at(file, element);
    }
    const base = node.superClass === null ? undefined : this.member(file, node.superClass, name, depth + 1);
    if (base?.certain === true) return base;
    // An interface with the class's name says that it has more than is written in it.
    const isMerged = node.id !== null && file.interfaces.has(node.id.name);
    return base !== undefined || isMerged ? maybe(file, node) : undefined;
  }

  /** The class or value that a name at the top of a file stands for. */
  #declared(
    file: TypeScriptFile,
    name: string,
  ): { readonly file: TypeScriptFile; readonly value: Claim['value'] } | undefined {
    const imported = file.imports.get(name);
    if (imported === undefined) {
      const value = file.values.get(name);
      return value === undefined ? undefined : { file, value };
    }
    const path = this.#resolve(file, imported.module).find((candidate) => existsSync(candidate));
    if (path === undefined) return undefined;
    const target = this.file(path);
    const value = target.values.get(target.exports.get(imported.name) ?? imported.name);
    return value === undefined ? undefined : { file: target, value };
  }

  #leadsTo(file: TypeScriptFile, module: string, generated: string): boolean {
    return this.#resolve(file, module).includes(`${generated}.ts`);
  }

  /** The files that an import may mean: of a package this project's own, by the end of its path. */
  #resolve({ path }: TypeScriptFile, module: string): string[] {
    const plain = module.replace(/\.[cm]?[jt]s$/, '');
    if (module.startsWith('.')) return [`${resolve(dirname(path), plain)}.ts`];
    const parts = plain.split('/');
    return parts.slice(1).map((_, index) => `${join(this.#project.rpcDir, ...parts.slice(index + 1))}.ts`);
  }
}

type Element = oxc.ClassBody['body'][number];

/** Not static, and more than declared. */
function isOwn(
  element: Element,
): element is oxc.MethodDefinition | oxc.PropertyDefinition | oxc.AccessorProperty {
  switch (element.type) {
    case 'MethodDefinition':
      return !element.static && element.value.body !== null;
    case 'PropertyDefinition':
      return !element.static && !element.declare;
    case 'AccessorProperty':
      return !element.static;
    default:
      return false;
  }
}

function isNamed({ key, computed }: { readonly key: oxc.PropertyKey; readonly computed: boolean }): boolean {
  return !computed || key.type === 'Literal';
}

function parameterName({ parameter }: oxc.TSParameterProperty): string | undefined {
  const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  return pattern.type === 'Identifier' ? pattern.name : undefined;
}

function at(file: TypeScriptFile, { start }: oxc.Span): Member {
  return { place: placeAt(file, start), certain: true };
}

function maybe(file: TypeScriptFile, { start }: oxc.Span): Member {
  return { place: placeAt(file, start), certain: false };
}

/** The place of an offset. */
export function placeAt({ path, text }: TypeScriptFile, offset: number): Place {
  return { file: path, line: text.slice(0, offset).split('\n').length };
}
