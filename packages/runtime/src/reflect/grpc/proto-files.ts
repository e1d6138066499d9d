import { readFileDescriptor, Schema } from '@pipit/schema';
import { grpcCode } from '../../protocol/grpc/code.ts';
import type { FileSource } from '../../rpc/schema-source.ts';
import type { ServiceType } from '../../rpc/service-type.ts';
import { bytesOf, filesOf } from '../files.ts';
import type { Question, Reply } from './messages.ts';

/** The proto files of services, by all that they declare. */
export class ProtoFiles {
  readonly #services: readonly string[];
  readonly #files = new Map<string, FileSource>();
  /** Paths by the full names of messages, fields, enums, services, methods and extensions. */
  readonly #symbols = new Map<string, string>();
  /** By message, the paths of its extensions by number. */
  readonly #extensions = new Map<string, Map<number, string>>();

  /** @throws {Error} where a descriptor is not beside the generated code */
  static async of(services: readonly ServiceType[]): Promise<ProtoFiles> {
    const names = services.map(({ typeName }) => typeName);
    return new ProtoFiles(names, await filesOf(services));
  }

  private constructor(services: readonly string[], files: readonly FileSource[]) {
    this.#services = services;
    for (const file of files) this.#files.set(file.path, file);
    const schema = new Schema(files.map((file) => readFileDescriptor(bytesOf(file))));
    for (const file of schema.files.values()) {
      const path = file.descriptor.name;
      const declare = (name: string): void => void this.#symbols.set(name, path);
      for (const { fullName, fields } of file.messages) {
        declare(fullName);
        for (const { name } of fields) declare(`${fullName}.${name}`);
      }
      for (const { fullName } of file.enums) declare(fullName);
      for (const { fullName, methods } of file.services) {
        declare(fullName);
        for (const { name } of methods) declare(`${fullName}.${name}`);
      }
      for (const { fullName, number, extendee } of file.extensions) {
        declare(fullName);
        const known = this.#extensions.get(extendee.fullName) ?? new Map<number, string>();
        this.#extensions.set(extendee.fullName, known.set(number, path));
      }
    }
  }

  answer({ kind, name, number }: Question): Reply {
    switch (kind) {
      case 'services':
        return { services: this.#services };
      case 'file':
        return this.#fileOf(name, name);
      case 'symbol':
        return this.#fileOf(this.#symbols.get(name), name);
      case 'extension':
        return this.#fileOf(this.#extensions.get(name)?.get(number), `extension ${number} of ${name}`);
      case 'extensions':
        if (!this.#symbols.has(name)) return notFound(name);
        return { extended: name, numbers: [...(this.#extensions.get(name)?.keys() ?? [])] };
      default:
        return { code: grpcCode.invalidArgument, message: 'the request asks for nothing that is known here' };
    }
  }

  /** The file and all that it imports, so that clients need not ask again. */
  #fileOf(path: string | undefined, what: string): Reply {
    const file = path === undefined ? undefined : this.#files.get(path);
    if (file === undefined) return notFound(what);
    const all = new Set<FileSource>();
    const add = (one: FileSource): void => {
      if (all.has(one)) return;
      all.add(one);
      for (const imported of one.imports) add(imported);
    };
    add(file);
    return { files: [...all].map(bytesOf) };
  }
}

function notFound(what: string): Reply {
  return { code: grpcCode.notFound, message: `${what} is not declared by the services that are served here` };
}
