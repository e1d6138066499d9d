import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runProtoc } from '../generate/protoc.ts';
import { displayPath } from '../project/paths.ts';
import { findProject } from '../project/project.ts';
import { protosOf } from '../project/protos.ts';
import { colorsOf } from '../ui/colors.ts';
import { answersOf, checkAnswers, type Answers, type NewFlags } from './answers.ts';
import { gitInit, wantsRepository } from './git.ts';
import { place } from './place.ts';
import { projectFiles } from './template.ts';
import { isVendored, vendorPackages } from './vendor.ts';

/**
 * Makes a project, or nothing. Asks what the flags do not say, where there is somebody to ask.
 * @throws {CliError} for a folder that has a project, a bad name, or a place that cannot be written to
 */
export async function createProject(dir: string | undefined, flags: NewFlags): Promise<void> {
  checkAnswers(dir, flags);
  const answers = await answersFrom(dir, flags);
  checkAnswers(answers.dir, answers);
  let files = 0;
  const kept = await place(
    answers.dir,
    async (folder) => {
      files = await fill(folder, answers);
    },
    isOptional,
  );
  for (const path of kept) process.stderr.write(`kept ${path} as it was\n`);
  process.stdout.write(nextSteps(answers, files - kept.length));
}

/** Tells whether a project runs without a file of the template: where the user has one, theirs is kept. */
function isOptional(path: string): boolean {
  return /^(?:README\.md|\.gitignore|\.gitattributes|\.editorconfig|\.dockerignore|Dockerfile|buf(?:\.gen)?\.yaml|\.github\/.*)$/.test(
    path,
  );
}

async function answersFrom(dir: string | undefined, flags: NewFlags): Promise<Answers> {
  const somebody = process.stdin.isTTY && process.stdout.isTTY;
  if (!somebody || flags.yes === true) return answersOf(dir, flags);
  const { ask } = await import('./ask.ts');
  const answers = await ask(dir, flags);
  process.stdout.write('\n');
  return answers;
}

/** Writes everything, with what is generated, so that the project is complete before anything is installed. */
async function fill(folder: string, answers: Answers): Promise<number> {
  const vendored = isVendored(answers.vendor);
  const files = projectFiles(answers, vendored);
  writeAll(folder, files);
  const tarballs = vendored ? vendorPackages(folder, answers.vendor) : 0;
  const project = findProject(folder);
  const generated = (await runProtoc(project, protosOf(project))).generate();
  writeAll(project.rpcDir, generated);
  if (answers.git && wantsRepository(answers.dir)) gitInit(folder);
  return files.size + generated.size + tarballs;
}

function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function nextSteps({ dir }: Answers, files: number): string {
  const { bold, green } = colorsOf(process.stdout);
  const path = displayPath(resolve(dir));
  const steps = [...(path === '.' ? [] : [`cd ${quoted(path)}`]), 'npm install', 'npm start'];
  const lines = [
    `${green('made')} ${path === '.' ? 'the project' : path}: ${files} files. Now:`,
    ...steps.map((step) => `  ${bold(step)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./~@+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
