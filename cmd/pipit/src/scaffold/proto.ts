import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { closingBrace, outlineOf, type ProtoOutline } from '../project/proto-outline.ts';
import type { ServiceNames } from './names.ts';
import { defaultMethod, messagesOf, type MethodMessages, newMessages, newProto } from './proto-template.ts';
import { readText } from '../files/disk.ts';
import { applyEdits, type Edit, lineBreakOf, lineStart } from '../files/text.ts';

/** The proto as it is and as it shall be. */
export interface ProtoPlan {
  /** Absolute. */
  readonly path: string;
  /** null for no file. */
  readonly before: string | null;
  readonly text: string;
  /** Methods that were added. */
  readonly added: readonly string[];
}

/** A new proto, or the one that is there with the methods that were asked for at the end of its service. */
export function planProto(path: string, names: ServiceNames): ProtoPlan {
  const before = existsSync(path) ? readText(path) : null;
  if (before === undefined) throw new CliError(`${displayPath(path)} is not UTF-8: save it as UTF-8`);
  if (before === null || before.trim() === '') {
    const added = names.methods.length === 0 ? [defaultMethod] : names.methods;
    return { path, before, text: newProto(names, chooseMessages(path, names.service, added)), added };
  }
  const outline = outlineOf(before);
  const service = outline.services.find(({ name }) => name === names.service) ?? outline.services[0];
  if (service === undefined) {
    throw new CliError(
      `${displayPath(path)} has no service: add \`service ${names.service} {}\` to it and run again`,
    );
  }
  const known = new Set(service.methods.map(({ name }) => name));
  const added = names.methods.filter((name) => !known.has(name));
  const brace = closingBrace(before, service);
  // Without one it does not compile, and protoc says so.
  if (added.length === 0 || brace === undefined) return { path, before, text: before, added: [] };
  const messages = chooseMessages(path, service.name, added, outline);
  return { path, before, text: append(before, brace, messages), added };
}

function chooseMessages(
  path: string,
  service: string,
  methods: readonly string[],
  outline?: ProtoOutline,
): MethodMessages[] {
  const taken = new Set([service, ...namesBeside(path)]);
  return methods.map((method) => {
    const messages = messagesOf(method, service, taken, outline?.names ?? new Set());
    for (const name of [messages.request, messages.data, messages.response]) taken.add(name);
    return messages;
  });
}

/** The files of a folder are one package. */
function namesBeside(path: string): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.proto'))
    .flatMap((name) => [...outlineOf(readFileSync(join(folder, name), 'utf8')).names]);
}

/** Methods before the service's closing brace, messages at the end of the file. */
function append(text: string, brace: number, methods: readonly MethodMessages[]): string {
  const eol = lineBreakOf(text);
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const rpcs = methods.map(
    ({ method, request, response }) => `${indent}rpc ${method}(${request}) returns (${response});${eol}`,
  );
  const start = lineStart(text, brace);
  const alone = text.slice(start, brace).trim() === '';
  const edits: Edit[] = [
    alone
      ? { from: start, to: start, text: rpcs.join('') }
      : { from: brace, to: brace, text: eol + rpcs.join('') },
  ];
  const messages = methods
    .map((method) => newMessages(method))
    .join('')
    .replaceAll(/^ {2}/gm, indent)
    .replaceAll('\n', eol);
  if (messages !== '') {
    const ended = text.endsWith('\n');
    // A file without a last line break stays one.
    const addition = ended ? messages : eol + messages.slice(0, -eol.length);
    edits.push({ from: text.length, to: text.length, text: addition });
  }
  return applyEdits(text, edits);
}
