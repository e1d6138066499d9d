import { relative } from 'node:path';
import type { FileModel, MethodModel } from 'protoc-gen-twirp-ts';
import { ts } from 'ts-morph';
import { slashed } from '../../project/paths.ts';
import type { Modules } from './modules.ts';
import { realPath } from '../../files/disk.ts';

type Message = MethodModel['input'];
type Field = Message['fields'][number];

/** A type of generated code: `HelloRequest` of the file generated for `foo/v1/echo.proto`. */
export interface MessageType {
  /** Path of the proto without its ending. */
  readonly stem: string;
  readonly name: string;
}

/** The types that a method takes and gives. */
export interface Signature {
  readonly input: MessageType;
  /** The message itself; a handler may also return its Init. */
  readonly output: MessageType;
}

export function signatureOf({ input, output }: MethodModel): Signature {
  return { input: typeOf(input), output: typeOf(output) };
}

function typeOf({ stem, name }: Message): MessageType {
  return { stem, name };
}

export function isSame(a: MessageType | undefined, b: MessageType | undefined): boolean {
  return a?.stem === b?.stem && a?.name === b?.name;
}

const initEnding = /Init$/;

/** Names of generated types and where they are: what the merge knows of a schema. */
export class Messages {
  readonly #rpcDir: string;
  readonly #known = new Map<string, Message>();

  constructor(rpcDir: string, files: readonly FileModel[]) {
    this.#rpcDir = realPath(rpcDir);
    for (const { messages } of files) {
      for (const message of messages) this.#known.set(`${message.stem}#${message.name}`, message);
    }
  }

  /** The generated type that a bare type reference names; undefined for any other type. */
  read(modules: Modules, file: ts.SourceFile, type: ts.Node | undefined): MessageType | undefined {
    if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeArguments !== undefined)
      return undefined;
    const entity = modules.entity(file, type.typeName);
    const stem = entity === undefined ? undefined : this.stemOf(entity.path);
    return stem === undefined || entity === undefined ? undefined : { stem, name: entity.name };
  }

  /** The proto that a generated file is of. */
  stemOf(path: string): string | undefined {
    const wellKnown = /(google\/protobuf\/\w+)(?:\.pb(?:\.d)?\.[jt]s)?$/.exec(slashed(path))?.[1];
    if (wellKnown !== undefined) return wellKnown;
    const inside = slashed(relative(this.#rpcDir, path));
    return inside.startsWith('..') ? undefined : /^(.*)\.(?:pb|twirp)\.ts$/.exec(inside)?.[1];
  }

  /** The message of a type, `HelloResponse` of `HelloResponseInit`. */
  messageOf(type: MessageType): MessageType {
    if (this.#known.has(`${type.stem}#${type.name}`) || !initEnding.test(type.name)) return type;
    return { stem: type.stem, name: type.name.replace(initEnding, '') };
  }

  /** The name of a message's Init. */
  initOf(type: MessageType): MessageType {
    const message = this.#known.get(`${type.stem}#${type.name}`);
    return { stem: type.stem, name: message?.initName ?? `${type.name}Init` };
  }

  /**
   * Tells whether TypeScript takes one message for another, as far as its fields tell.
   * @param isInit whether fields may be missing, as in what a method returns
   */
  fits(from: MessageType, to: MessageType, isInit: boolean): boolean {
    const [source, target] = [from, to].map(({ stem, name }) => this.#known.get(`${stem}#${name}`));
    return source !== undefined && target !== undefined && fits(source, target, isInit, 0);
  }

  isEmpty({ stem, name }: MessageType): boolean {
    return this.#known.get(`${stem}#${name}`)?.fields.length === 0;
  }
}

function fits(source: Message, target: Message, isInit: boolean, depth: number): boolean {
  if (source.typeName === target.typeName || depth > 8) return true;
  const shared = target.fields.flatMap((field) => {
    const same = source.fields.find(({ name }) => name === field.name);
    return same === undefined ? [] : [[same, field] as const];
  });
  // Where every field may be missing, TypeScript still wants one in common.
  const isEnough = isInit
    ? shared.length > 0 || source.fields.length === 0 || target.fields.length === 0
    : shared.length === target.fields.length;
  return isEnough && shared.every(([a, b]) => fieldFits(a, b, isInit, depth));
}

function fieldFits(source: Field, target: Field, isInit: boolean, depth: number): boolean {
  if (source.shape !== target.shape || source.memberOf !== target.memberOf) return false;
  if (!isInit && source.presence !== target.presence) return false;
  const [a, b] = [source.value, target.value];
  if (a.kind === 'message' && b.kind === 'message') return fits(a.type, b.type, isInit, depth + 1);
  if (a.kind === 'enum' && b.kind === 'enum') return a.type.typeName === b.type.typeName;
  return a.kind === 'scalar' && b.kind === 'scalar' && a.scalar === b.scalar && a.int64 === b.int64;
}
