import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { protosOf } from './protos.ts';

/** A method as it stands in a proto. */
export interface ScannedMethod {
  /** `user.v0.Echo` */
  readonly service: string;
  readonly name: string;
  /** Below `rpc/`. */
  readonly proto: string;
  /** From 1; of the service and of the method. */
  readonly serviceLine: number;
  readonly line: number;
}

/**
 * The methods of all protos of a project, read from their text: a hundred times faster than compiling them, and it
 * works on protos that do not compile.
 */
export function scanMethods(project: Project): ScannedMethod[] {
  return protosOf(project).flatMap((proto) =>
    scanProto(proto, readFileSync(join(project.rpcDir, proto), 'utf8')),
  );
}

const token =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[A-Za-z_][\w.]*|[{}]|\n/g;

/** @param proto its path below `rpc/` */
function scanProto(proto: string, text: string): ScannedMethod[] {
  const methods: ScannedMethod[] = [];
  let packageName = '';
  let service: { name: string; line: number } | undefined;
  let depth = 0;
  let line = 1;
  let previous = '';
  for (const [word] of text.matchAll(token)) {
    if (word === '\n') line++;
    else if (word.startsWith('/*')) line += word.split('\n').length - 1;
    else if (/^["'/]/.test(word)) continue;
    else if (word === '{') depth++;
    else if (word === '}') depth--;
    else if (depth === 0 && previous === 'package') packageName = `${word}.`;
    else if (depth === 0 && previous === 'service') service = { name: packageName + word, line };
    else if (depth === 1 && previous === 'rpc' && service !== undefined) {
      methods.push({ service: service.name, name: word, proto, serviceLine: service.line, line });
    }
    if (word === '}' && depth === 0) service = undefined;
    if (!/^[\s/]/.test(word)) previous = word;
  }
  return methods;
}
