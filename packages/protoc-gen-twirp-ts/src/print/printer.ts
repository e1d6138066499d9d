import { quote } from '../model/names.ts';

/** Lines that become bytes together: garbage collection copies strings that are kept, again and again. */
const CHUNK = 256;

/** Lines of a generated file, indented. Empty ones at its end are left out. */
export class Printer {
  private readonly chunks: Uint8Array[] = [];
  private lines: string[] = [];
  private emptyLines = 0;
  private depth = 0;

  line(text = ''): void {
    if (text === '') {
      this.emptyLines++;
      return;
    }
    for (; this.emptyLines > 0; this.emptyLines--) this.lines.push('');
    this.lines.push(indent(this.depth) + text);
    if (this.lines.length >= CHUNK) this.flush();
  }

  /** A line that opens a block; what `body` prints stands indented before `end`, null for no such line. */
  block(start: string, body: () => void, end: string | null = '}'): void {
    this.line(start);
    this.depth++;
    body();
    this.depth--;
    if (end !== null) this.line(end);
  }

  /** A TSDoc comment; nothing for no text. */
  doc(text: string, deprecated = false): void {
    const lines = text === '' ? [] : commentLines(text);
    if (deprecated) lines.push('@deprecated');
    if (lines.length === 1) this.line(`/** ${lines[0]!.trim()} */`);
    if (lines.length < 2) return;
    this.line('/**');
    for (const line of lines) this.line(line === '' ? ' *' : ` * ${line}`);
    this.line(' */');
  }

  /** All of it as UTF-8, in pieces that follow each other; none where nothing was printed. */
  bytes(): readonly Uint8Array[] {
    if (this.lines.length > 0) this.flush();
    return this.chunks;
  }

  toString(): string {
    return Buffer.concat(this.bytes()).toString().trimEnd();
  }

  private flush(): void {
    this.chunks.push(Buffer.from(`${this.lines.join('\n')}\n`));
    this.lines = [];
  }
}

const emptyLine = Buffer.from('\n');

/** The text of a file, as UTF-8: its parts, with an empty line between two of them. */
export function textOf(...parts: readonly Printer[]): Uint8Array {
  const printed = parts.map((part) => part.bytes()).filter((pieces) => pieces.length > 0);
  return Buffer.concat(printed.flatMap((pieces, i) => (i === 0 ? pieces : [emptyLine, ...pieces])));
}

/** The lines of a text that neither ends a comment nor is a directive of TypeScript in it. */
export function commentLines(text: string): string[] {
  return text
    .replaceAll('*/', '*\\/')
    .replace(/^([\s*/]*)@ts-/gm, '$1\\@ts-')
    .split(/\r\n?|[\n\u2028\u2029]/);
}

const indents: string[] = [];

function indent(depth: number): string {
  return (indents[depth] ??= '  '.repeat(depth));
}

/** The imports of one file: collected while it is printed, never written by hand. */
export class Imports {
  private readonly taken: Set<string>;
  private readonly modules = new Map<string, Map<string, { local: string; value: boolean }>>();

  /** @param taken names the file declares itself */
  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** Imports a value. @returns what it is called in this file */
  value(name: string, from: string): string {
    return this.use(name, from, true);
  }

  /** Imports a type only. @returns what it is called in this file */
  type(name: string, from: string): string {
    return this.use(name, from, false);
  }

  private use(name: string, from: string, value: boolean): string {
    let names = this.modules.get(from);
    if (names === undefined) this.modules.set(from, (names = new Map()));
    let entry = names.get(name);
    if (entry === undefined) {
      let local = name;
      for (let n = 1; this.taken.has(local); n++) local = `${name}$${n}`;
      this.taken.add(local);
      names.set(name, (entry = { local, value }));
    }
    entry.value ||= value;
    return entry.local;
  }

  print(p: Printer): void {
    for (const from of [...this.modules.keys()].sort(packagesFirst)) {
      const names = this.modules.get(from)!;
      const onlyTypes = [...names.values()].every((entry) => !entry.value);
      const items = [...names].sort(byName).map(([name, { local, value }]) => {
        const renamed = name === local ? name : `${name} as ${local}`;
        return value || onlyTypes ? renamed : `type ${renamed}`;
      });
      const keyword = onlyTypes ? 'import type' : 'import';
      const line = `${keyword} { ${items.join(', ')} } from ${quote(from)};`;
      if (line.length <= 110) p.line(line);
      else
        p.block(`${keyword} {`, () => items.forEach((item) => p.line(`${item},`)), `} from ${quote(from)};`);
    }
  }
}

function packagesFirst(a: string, b: string): number {
  return Number(a.startsWith('.')) - Number(b.startsWith('.')) || (a < b ? -1 : 1);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How one generated file refers to another. */
export function relativeImport(fromStem: string, toStem: string, suffix: string): string {
  const from = fromStem.split('/').slice(0, -1);
  const to = toStem.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  const path = [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
  return `${path.startsWith('..') ? '' : './'}${path}${suffix}`;
}
