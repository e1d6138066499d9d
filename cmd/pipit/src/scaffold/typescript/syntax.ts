import { ts } from 'ts-morph';

/** The first syntax error of a text; merge markers are one. */
export interface SyntaxProblem {
  readonly at: number;
  readonly message: string;
}

export function syntaxProblems(path: string, text: string): SyntaxProblem[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
    },
  });
  return diagnostics
    .filter(({ file, category }) => file !== undefined && category === ts.DiagnosticCategory.Error)
    .map(({ start = 0, messageText }) => ({
      at: start,
      message: ts.flattenDiagnosticMessageText(messageText, ' '),
    }));
}
