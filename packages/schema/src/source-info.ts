import type { FileDescriptor } from './descriptors.ts';
import { commentsOf } from './file-bytes.ts';
import { type Shape, WireError, WireReader } from './wire-reader.ts';

/** The comments of a google.protobuf.SourceCodeInfo.Location; '' stands for none. */
interface Comments {
  readonly path: readonly number[];
  readonly detached: readonly string[];
  readonly leading: string;
  readonly trailing: string;
}

/** The place of the same Location: line, column, [end line,] end column, from zero. */
interface Span {
  readonly path: readonly number[];
  readonly span: readonly number[];
}

const comments: Shape<Comments> = {
  empty: () => ({ path: [], detached: [], leading: '', trailing: '' }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    3: (m, r) => (m.leading = r.string()),
    4: (m, r) => (m.trailing = r.string()),
    6: (m, r) => m.detached.push(r.string()),
  },
};

const span: Shape<Span> = {
  empty: () => ({ path: [], span: [] }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    2: (m, r) => r.int32s(m.span),
  },
};

/**
 * Positions and comments of the declarations in a .proto file. A declaration's path is that of SourceCodeInfo, with
 * dots: `4.0.2.1` is the second field of the first message. Comments are read when one is first asked for.
 */
export class SourceInfo {
  readonly #file: FileDescriptor;
  #comments: CommentTexts | undefined;

  constructor(file: FileDescriptor) {
    this.#file = file;
  }

  /** `file:line:column`, as compilers write it; the file alone where the compiler sent no positions. */
  at(path: string): string {
    let position = '';
    eachLocation(this.#file.sourceInfo, span, (location) => {
      // The first location of a path is the declaration; extend blocks repeat theirs.
      if (position !== '' || location.path.join('.') !== path) return;
      const [line, column] = location.span;
      if (line === undefined || column === undefined) return;
      position = `:${line + 1}:${column + 1}`;
    });
    return this.#file.name + position;
  }

  /** The comments before and after a declaration, without their markers; '' for none. */
  comment(path: string): string {
    return this.#texts().attached.get(path) ?? '';
  }

  /** The comments of the file itself: a licence before its syntax, and all before its package. */
  get fileComment(): string {
    const { detached, attached } = this.#texts();
    const paths = [fileSyntax, fileEdition, filePackage];
    const texts = paths.flatMap((path) => [detached.get(path), attached.get(path)]);
    return texts.filter((text) => text !== undefined).join('\n\n');
  }

  #texts(): CommentTexts {
    return (this.#comments ??= readComments(this.#file));
  }
}

/** Comments by path: those of a declaration, and those of a file that stand before an empty line. */
interface CommentTexts {
  readonly attached: ReadonlyMap<string, string>;
  readonly detached: ReadonlyMap<string, string>;
}

/** The paths of a file's syntax, edition and package. */
const fileSyntax = '12';
const fileEdition = '14';
const filePackage = '2';

function readComments(file: FileDescriptor): CommentTexts {
  const attached = new Map<string, string>();
  const detached = new Map<string, string>();
  eachLocation(withComments(file.sourceInfo), comments, (location) => {
    const { path, leading, trailing } = location;
    // The declarations within a message or the like keep none.
    if (path.length === 1) add(detached, path, location.detached);
    if (leading !== '' || trailing !== '') add(attached, path, [leading, trailing]);
  });
  return { attached, detached };
}

function add(to: Map<string, string>, path: readonly number[], comment: readonly string[]): void {
  const texts = comment.map(dedent).filter((text) => text !== '');
  const key = path.join('.');
  if (texts.length > 0 && !to.has(key)) to.set(key, texts.join('\n\n'));
}

/** Few of the many locations have comments, and what is to be read of the others is skipped faster than read. */
function withComments(sourceInfo: Uint8Array): Uint8Array {
  try {
    return commentsOf(sourceInfo);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return sourceInfo;
  }
}

/** Reads the locations one at a time: there are many more of them than anyone asks for. */
function eachLocation<T>(sourceInfo: Uint8Array, shape: Shape<T>, visit: (location: T) => void): void {
  try {
    new WireReader(sourceInfo).all({
      empty: () => ({}),
      fields: { 1: (_, r) => visit(r.message(shape)) },
    });
  } catch (error) {
    // A comment is not worth an error: what was read of them so far stands.
    if (!(error instanceof WireError)) throw error;
  }
}

/** Comments keep the space after `//`, and blank lines around them. */
function dedent(text: string): string {
  const trimmed = text.trimEnd();
  // As most are.
  if (!trimmed.includes('\n')) return withoutSpace(trimmed);
  return trimmed
    .split('\n')
    .map((line) => withoutSpace(line).trimEnd())
    .join('\n')
    .replace(/^\n+/, '');
}

function withoutSpace(line: string): string {
  return line.startsWith(' ') ? line.slice(1) : line;
}
