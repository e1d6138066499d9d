import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedVersion } from '../project/installed.ts';
import { displayPath } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import { filesUnder } from '../project/protos.ts';
import { sourceFiles } from '../project/source-files.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

/** The rules of `buf.validate` that generated code has, and who holds requests against them; nothing where it has none. */
export function ruleFindings(project: Project): Finding[] {
  const { root, rpcDir } = project;
  const checks = filesUnder(project).filter((file) => file.endsWith('.check.ts'));
  if (checks.length === 0) return [];
  const withCel = checks.find((file) =>
    readFileSync(join(rpcDir, file), 'utf8').includes("'@pipit/runtime/validate/cel'"),
  );
  if (withCel !== undefined && installedVersion(root, '@bufbuild/cel') === undefined) {
    return [
      fail(
        'rules',
        `${displayPath(join(rpcDir, withCel))} has rules in CEL, which cannot be run`,
        '`npm install @bufbuild/cel @bufbuild/protobuf`',
      ),
    ];
  }
  const off = sourceFiles(root).find((file) => /\bvalidate\s*:\s*false\b/.test(readFileSync(file, 'utf8')));
  return [
    off === undefined
      ? ok('rules', 'held before the handler')
      : warn(
          'rules',
          `protos have rules, and ${displayPath(off)} switches them off`,
          'leave out `validate: false`',
        ),
  ];
}
