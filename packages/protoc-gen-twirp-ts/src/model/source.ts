import type { FileDescriptor } from '../descriptor.ts';
import { type Shape, WireReader } from '../wire-reader.ts';

/** What a google.protobuf.SourceCodeInfo.Location says about a declaration; '' is no comment. */
interface Comments {
  readonly path: readonly number[];
  readonly leading: string;
  readonly trailing: string;
}

/** Where the same Location says the declaration stands: line, column, [end line,] end column, from zero. */
interface Span {
  readonly path: readonly number[];
  readonly span: readonly number[];
}

const COMMENTS: Shape<Comments> = {
  empty: () => ({ path: [], leading: '', trailing: '' }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    3: (m, r) => (m.leading = r.string()),
    4: (m, r) => (m.trailing = r.string()),
  },
};

const SPAN: Shape<Span> = {
  empty: () => ({ path: [], span: [] }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    2: (m, r) => r.int32s(m.span),
  },
};

/** Where things stand in a .proto file and what is said about them there. */
export class SourceInfo {
  private readonly file: FileDescriptor;
  /** By path, joined with dots. */
  private readonly comments: ReadonlyMap<string, string>;

  /** @param generated whether code is generated from the file; comments are read for those files only */
  constructor(file: FileDescriptor, generated: boolean) {
    this.file = file;
    this.comments = generated ? readComments(file) : new Map();
  }

  /** `file:line:column`, as compilers write it; the file alone where the compiler sent no positions. */
  at(path: readonly number[]): string {
    const key = path.join('.');
    let position = '';
    eachLocation(this.file, SPAN, (location) => {
      // The first location of a path is the declaration; extend blocks repeat theirs.
      if (position !== '' || location.path.join('.') !== key) return;
      position = `:${location.span[0]! + 1}:${location.span[1]! + 1}`;
    });
    return this.file.name + position;
  }

  /** The comments before and after a declaration, without their markers; '' for none. */
  comment(path: readonly number[]): string {
    return this.comments.get(path.join('.')) ?? '';
  }
}

function readComments(file: FileDescriptor): Map<string, string> {
  const comments = new Map<string, string>();
  eachLocation(file, COMMENTS, ({ path, leading, trailing }) => {
    if (leading === '' && trailing === '') return;
    const texts = [dedent(leading), dedent(trailing)].filter((text) => text !== '');
    const key = path.join('.');
    if (!comments.has(key)) comments.set(key, texts.join('\n\n'));
  });
  return comments;
}

/** Reads source_code_info one location at a time: there are many more of them than anyone asks for. */
function eachLocation<T>(file: FileDescriptor, shape: Shape<T>, visit: (location: T) => void): void {
  new WireReader(file.sourceCodeInfo).all({
    empty: () => ({}),
    fields: { 1: (_, r) => visit(r.message(shape)) },
  });
}

/** Comments keep the space after `//`, and blank lines around them. */
function dedent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line.slice(1) : line).trimEnd())
    .join('\n')
    .replace(/^\n+/, '');
}
