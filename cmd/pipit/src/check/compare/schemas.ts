import type {
  EnumSchema,
  FieldSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
} from '@pipit/schema';
import { bothCallers, type Breaks, breaking, type Caller, type Format, type Route, union } from './breaks.ts';
import { compareEnums } from './enums.ts';
import { compareFields, otherField } from './fields.ts';
import { type Finding, Findings } from './finding.ts';
import { compareRules } from './rules.ts';

/** A schema, and which of its files are the project's own. */
export interface Version {
  readonly schema: Schema;
  readonly protos: ReadonlySet<string>;
}

const messageFormats: readonly Format[] = ['JSON', 'protobuf'];

/**
 * Compares two versions of a project's protos as its callers meet them: by URL, by JSON and form name, by number.
 * Types are compared from the methods on, request by request and answer by answer, so that a message may be called
 * something else: its name is sent in an Any only. Where there are no services all messages are compared.
 * @returns what breaks callers, in the order of the older protos; empty where nothing does
 */
export function compareSchemas(old: Version, now: Version): Finding[] {
  return new Comparison(old, now).run();
}

class Comparison {
  readonly #old: Version;
  readonly #now: Version;
  #findings = new Findings();
  /** Pairs of types that have been compared on a route, with what that broke where they were compared on their own. */
  #compared = new Map<string, Breaks>();

  constructor(old: Version, now: Version) {
    this.#old = old;
    this.#now = now;
  }

  run(): Finding[] {
    const services = this.#own(this.#old, ({ services: all }) => all);
    for (const service of services) this.#service(service);
    const files = [...this.#old.schema.files.keys()];
    // What an Any holds is not seen in any method.
    const anyMessage = services.length === 0 || files.includes('google/protobuf/any.proto');
    if (anyMessage)
      for (const message of this.#own(this.#old, ({ messages }) => messages)) this.#named(message);
    return this.#findings.all;
  }

  #own<T>({ schema, protos }: Version, pick: (file: FileSchema) => readonly T[]): T[] {
    return [...schema.files.values()].filter((file) => protos.has(file.descriptor.name)).flatMap(pick);
  }

  #service(old: ServiceSchema): void {
    const now = this.#now.schema.services.get(old.fullName);
    if (now !== undefined) {
      for (const method of old.methods) this.#method(method, now);
      return;
    }
    const others = this.#own(this.#now, ({ services }) => services).filter(
      ({ fullName }) => !this.#old.schema.services.has(fullName),
    );
    const methods = (service: ServiceSchema): string => service.methods.map(({ name }) => name).join();
    const moved =
      others.find(({ name }) => name === old.name) ?? others.find((other) => methods(other) === methods(old));
    const served = old.methods.filter((method) => !method.descriptor.clientStreaming);
    this.#findings.add({
      change: 'service_gone',
      subject: old.fullName,
      what: moved === undefined ? 'is gone' : `is \`${moved.fullName}\` now, and so are its URLs`,
      at: moved === undefined ? old.file.source.at(old.path) : moved.file.source.at(moved.path),
      inOld: moved === undefined,
      breaks: union(
        served.map((method) => urlBreaks(method, moved === undefined ? ['older clients'] : bothCallers)),
      ),
      instead: `serve both for a while: a second service beside it, and \`option deprecated = true\` in \`${old.name}\``,
    });
  }

  #method(old: MethodSchema, service: ServiceSchema): void {
    // Nobody could call it.
    if (old.descriptor.clientStreaming) return;
    const now = service.methods.find(({ name }) => name === old.name);
    if (now === undefined) {
      this.#methodGone(old, service);
      return;
    }
    const [was, is] = [streamOf(old), streamOf(now)];
    if (was !== is) {
      this.#onMethod(
        old,
        now,
        'method_stream',
        `is ${is}, was ${was}`,
        urlBreaks(old, bothCallers),
        otherMethod,
      );
      return;
    }
    this.#get(old, now);
    const links: Format[] = isOpen(old) && isOpen(now) ? ['links in pages'] : [];
    this.#part(old, now, 'input', { to: 'server', formats: [...messageFormats, 'forms', ...links] });
    if (was === 'unary' && old.output.kind !== now.output.kind) {
      this.#kind(old, now);
      // Fields that it has no more, or has in another way, are told too; where it is another message, the kind says it.
      if (old.output.fullName !== now.output.fullName) return;
    }
    // The body of a download is the file: its message is sent to callers by gRPC and Connect only.
    const isDownload = old.output.kind === 'download' && now.output.kind === 'download';
    this.#part(old, now, 'output', { to: 'client', formats: isDownload ? ['protobuf'] : messageFormats });
  }

  #methodGone(old: MethodSchema, service: ServiceSchema): void {
    const renamed = service.methods.find(
      (method) =>
        !old.service.methods.some(({ name }) => name === method.name) &&
        method.descriptor.inputType === old.descriptor.inputType &&
        method.descriptor.outputType === old.descriptor.outputType,
    );
    const at = renamed ?? service;
    this.#findings.add({
      change: 'method_gone',
      subject: old.fullName,
      what: renamed === undefined ? 'is gone' : `is called \`${renamed.name}\`, and so is its URL`,
      at: at.file.source.at(at.path),
      inOld: false,
      breaks: urlBreaks(old, renamed === undefined ? ['older clients'] : bothCallers),
      instead: 'keep it with `option deprecated = true` beside the other until nobody calls it',
    });
  }

  #onMethod(
    old: MethodSchema,
    now: MethodSchema,
    change: Finding['change'],
    what: string,
    breaks: Breaks,
    instead: string,
  ): void {
    const at = now.file.source.at(now.path);
    this.#findings.add({ change, subject: old.fullName, what, at, inOld: false, breaks, instead });
  }

  #get(old: MethodSchema, now: MethodSchema): void {
    if (isOpen(old) === isOpen(now)) return;
    if (isOpen(old)) {
      const what = 'cannot be called by GET any more: it lost `idempotency_level = NO_SIDE_EFFECTS`';
      const instead = 'keep the option, or let a `requestReceived` hook open GET for it';
      this.#onMethod(old, now, 'get_closed', what, breaking(['older clients'], ['links in pages']), instead);
    } else {
      const what = 'is called by GET, too, by links and pages of anybody: it has no side effects, it says';
      const instead = 'bring all servers up to date before pages link to it';
      this.#onMethod(old, now, 'get_opened', what, breaking(['older servers'], ['links in pages']), instead);
    }
  }

  #kind(old: MethodSchema, now: MethodSchema): void {
    const name = (kind: MessageSchema['kind']): string =>
      kind === undefined ? 'a plain message' : `${article(kind)} ${kind}`;
    const [was, is] = [old.output.kind, now.output.kind];
    const what = `answers ${name(is)}, \`${now.output.fullName}\`; it was ${name(was)}`;
    // A client with codecs takes a file, which is marked, for the message, but not the message for the file.
    const isSame = old.output.fullName === now.output.fullName;
    const breaks = bothCallers.map((caller) => {
      const [served, expected] = caller === 'older clients' ? [is, was] : [was, is];
      const isTaken = isSame && served === 'download' && expected === undefined;
      const isLinked = isOpen(old) && (caller === 'older clients' || isOpen(now));
      const links: Format[] = isLinked ? ['links in pages'] : [];
      return breaking([caller], ['JSON', ...(isTaken ? [] : (['protobuf'] as const)), 'forms', ...links]);
    });
    this.#onMethod(old, now, 'method_kind', what, union(breaks), otherMethod);
  }

  /** Compares what goes in or comes out of a method. */
  #part(old: MethodSchema, now: MethodSchema, part: 'input' | 'output', route: Route): void {
    const [was, is] = [old[part], now[part]];
    if (was.fullName === is.fullName) {
      this.#messages(was, is, route);
      return;
    }
    const verb = part === 'input' ? 'takes' : 'answers';
    const what = `${verb} \`${is.fullName}\`, not \`${was.fullName}\``;
    this.#onMethod(old, now, 'method_type', what, this.#apart(was, is, route), otherMethod);
  }

  /** All that one message in the place of another breaks, as one thing. */
  #apart(was: MessageSchema, is: MessageSchema, route: Route): Breaks {
    const key = `apart ${keyOf(was, is, route)}`;
    const known = this.#compared.get(key);
    if (known !== undefined) return known;
    // One that holds itself is equal to itself as far as the rest is.
    this.#compared.set(key, new Map());
    if (isWellKnown(was) || isWellKnown(is)) {
      const breaks = breaking(bothCallers, route.formats);
      this.#compared.set(key, breaks);
      return breaks;
    }
    const [findings, compared] = [this.#findings, this.#compared];
    this.#findings = new Findings();
    this.#compared = new Map([...compared].filter(([other]) => other.startsWith('apart ')));
    this.#messages(was, is, route);
    const breaks = union(this.#findings.all.map((finding) => finding.breaks));
    this.#findings = findings;
    this.#compared = compared.set(key, breaks);
    return breaks;
  }

  #messages(old: MessageSchema, now: MessageSchema, route: Route): void {
    const key = keyOf(old, now, route);
    if (this.#compared.has(key) || (isWellKnown(old) && isWellKnown(now))) return;
    this.#compared.set(key, new Map());
    const pairs = compareFields(old, now, route, this.#findings);
    compareRules(old, now, pairs, route, this.#findings);
    const inner: Route = {
      ...route,
      formats: route.formats.filter((format) => messageFormats.includes(format)),
    };
    for (const pair of pairs) {
      const [was, is] = [pair.old.value, pair.now.value];
      if (was.kind === 'message' && is.kind === 'message') {
        if (was.type.fullName === is.type.fullName) this.#messages(was.type, is.type, inner);
        else this.#fieldType(old, pair.now, was.type, is.type, this.#apart(was.type, is.type, inner));
      } else if (was.kind === 'enum' && is.kind === 'enum') {
        this.#enums(old, pair.now, was.type, is.type, inner);
      }
    }
  }

  #enums(message: MessageSchema, field: FieldSchema, was: EnumSchema, is: EnumSchema, route: Route): void {
    if (was.fullName === is.fullName) {
      compareEnums(was, is, route, this.#findings);
      return;
    }
    const findings = new Findings();
    compareEnums(was, is, route, findings);
    this.#fieldType(message, field, was, is, union(findings.all.map(({ breaks }) => breaks)));
  }

  #fieldType(
    message: MessageSchema,
    field: FieldSchema,
    was: MessageSchema | EnumSchema,
    is: MessageSchema | EnumSchema,
    breaks: Breaks,
  ): void {
    this.#findings.add({
      change: 'field_type',
      subject: `${message.fullName}.${field.name}`,
      what: `is of type ${is.fullName}, was ${was.fullName}`,
      at: field.file.source.at(field.path),
      inOld: false,
      breaks,
      instead: otherField,
    });
  }

  /** Compares a message that is known by its name. */
  #named(old: MessageSchema): void {
    const now = this.#now.schema.messages.get(old.fullName);
    if (now !== undefined) {
      for (const to of ['server', 'client'] as const)
        this.#messages(old, now, { to, formats: messageFormats });
      return;
    }
    this.#findings.add({
      change: 'message_gone',
      subject: old.fullName,
      what: 'is gone: an Any that holds it is not understood',
      at: old.file.source.at(old.path),
      inOld: true,
      breaks: breaking(['older clients'], messageFormats),
      instead: 'keep it with `option deprecated = true` until nobody sends it',
    });
  }
}

const otherMethod = 'leave the method as it is, and add another one beside it';

function keyOf(old: MessageSchema, now: MessageSchema, { to, formats }: Route): string {
  return `${old.fullName} ${now.fullName} ${to} ${formats.join()}`;
}

function isWellKnown({ fullName }: MessageSchema): boolean {
  return fullName.startsWith('google.protobuf.');
}

function isOpen({ idempotency }: MethodSchema): boolean {
  return idempotency === 'NO_SIDE_EFFECTS';
}

function streamOf({ descriptor }: MethodSchema): string {
  if (descriptor.clientStreaming) return 'a client stream';
  return descriptor.serverStreaming ? 'a server stream' : 'unary';
}

function urlBreaks(method: MethodSchema, callers: readonly Caller[]): Breaks {
  const links: Format[] = isOpen(method) ? ['links in pages'] : [];
  return breaking(callers, [...messageFormats, 'forms', ...links]);
}

function article(kind: string): string {
  return kind === 'envelope' ? 'an' : 'a';
}
