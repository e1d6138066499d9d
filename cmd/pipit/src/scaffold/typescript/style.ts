import { ts } from 'ts-morph';
import { lineBreakOf } from '../../files/text.ts';

/** The style in which a file is written. */
export interface Style {
  readonly eol: '\n' | '\r\n';
  /** One step of indentation. */
  readonly unit: string;
  readonly quote: "'" | '"';
  readonly semicolon: ';' | '';
  /** The ending of relative imports; undefined where there is none. */
  readonly importEnd: string | undefined;
}

export function styleOf(file: ts.SourceFile): Style {
  const { text } = file;
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const specifiers = imports.map(({ moduleSpecifier }) => moduleSpecifier.getText(file));
  const relative = specifiers
    .map((specifier) => specifier.slice(1, -1))
    .filter((path) => path.startsWith('.') && !/\.(?:json|css|node|wasm|html|txt)$/.test(path));
  // The end of `./echo.twirp.ts` and of `./echo.twirp`.
  const ends = relative.map((path) => /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? '');
  return {
    eol: lineBreakOf(text),
    unit: unitOf(text),
    quote: specifiers[0]?.startsWith('"') === true ? '"' : "'",
    semicolon:
      imports.length === 0 || imports.some((statement) => statement.getText(file).endsWith(';')) ? ';' : '',
    importEnd: ends[0],
  };
}

/** The first indented line outside of comments says it. */
function unitOf(text: string): string {
  return /^([ \t]+)[^\s*]/m.exec(text)?.[1] ?? '  ';
}
