import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Project } from '../project/project.ts';
import { filesUnder } from '../project/protos.ts';
import { isGeneratedName } from '../generate/generated-file.ts';

/** Where something stands. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

interface Source {
  readonly text: string;
  /** The same with comments and strings blanked out. */
  readonly code: string;
}

/** A class that implements a service. */
interface Implementation {
  readonly file: string;
  readonly code: string;
  /** Where the class begins, and its body. */
  readonly start: number;
  readonly body: string;
  readonly bodyStart: number;
  readonly inherits: boolean;
}

/**
 * Finds the classes under `rpc/` that implement services, from their text: `class … implements Echo`. Reading it with
 * a compiler would take half a second more, and say no more of usual code.
 */
export class Implementations {
  private readonly project: Project;
  private readonly files: readonly string[];
  private readonly sources = new Map<string, Source>();
  private readonly classes = new Map<string, Implementation | undefined>();

  constructor(project: Project) {
    this.project = project;
    this.files = filesUnder(project).filter(
      (file) => /\.[cm]?ts$/.test(file) && !/\.d\.[cm]?ts$/.test(file) && !isGeneratedName(file),
    );
  }

  /**
   * Where a method is implemented; the class where it has the method from another one.
   * @param proto path of the service's proto below `rpc/`
   * @param service name of the generated interface
   * @param method name in TypeScript
   */
  find(proto: string, service: string, method: string): Place | undefined {
    const key = `${proto}:${service}`;
    if (!this.classes.has(key)) this.classes.set(key, this.classOf(proto, service));
    const found = this.classes.get(key);
    if (found === undefined) return undefined;
    const at = memberAt(found.body, method);
    if (at === undefined && !found.inherits) return undefined;
    const index = at === undefined ? found.start : found.bodyStart + at;
    return { file: found.file, line: found.code.slice(0, index).split('\n').length };
  }

  /** A class is looked for beside the proto first; elsewhere it has to import the generated file. */
  private classOf(proto: string, service: string): Implementation | undefined {
    const folder = posix.dirname(proto);
    const near = this.files.filter((file) => posix.dirname(file) === folder);
    for (const file of near) {
      const found = this.inFile(file, service);
      if (found !== undefined) return found;
    }
    const generated = `/${posix.basename(proto, '.proto')}.twirp`;
    for (const file of this.files) {
      if (posix.dirname(file) === folder || !this.read(file).text.includes(generated)) continue;
      const found = this.inFile(file, service);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private inFile(file: string, service: string): Implementation | undefined {
    const { code } = this.read(file);
    const head = new RegExp(
      `\\bclass\\b[^{};]*?\\bimplements\\b[^{}]*?(?:^|[\\s,.])${service}\\b[^{}]*\\{`,
      'm',
    );
    const match = head.exec(code);
    if (match === null) return undefined;
    const bodyStart = match.index + match[0].length;
    return {
      file: join(this.project.rpcDir, file),
      code,
      start: match.index,
      body: code.slice(bodyStart, endOfBlock(code, bodyStart)),
      bodyStart,
      inherits: /\bextends\b/.test(match[0]),
    };
  }

  private read(file: string): Source {
    let source = this.sources.get(file);
    if (source === undefined) {
      const text = readFileSync(join(this.project.rpcDir, file), 'utf8');
      source = { text, code: withoutText(text) };
      this.sources.set(file, source);
    }
    return source;
  }
}

/** Comments, strings and templates as blanks: positions and lines stay. */
function withoutText(code: string): string {
  return code.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g,
    (text) => text.replace(/[^\n]/g, ' '),
  );
}

/** Where the block ends that began before `start`. */
function endOfBlock(code: string, start: number): number {
  let depth = 1;
  for (let at = start; at < code.length; at++) {
    if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth === 0) return at;
  }
  return code.length;
}

/** A method, an arrow function in a property, or an accessor: on the first level of a class body. */
function memberAt(body: string, name: string): number | undefined {
  const member = new RegExp(`(?<![\\w$.#])${name.replaceAll('$', '\\$')}\\s*[?!]?\\s*[(<=:]`, 'g');
  for (const match of body.matchAll(member)) {
    let depth = 0;
    for (const character of body.slice(0, match.index)) {
      if ('{(['.includes(character)) depth++;
      else if ('})]'.includes(character)) depth--;
    }
    if (depth === 0) return match.index;
  }
  return undefined;
}
