import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/paths.js';

/** Where revisions are checked out and built, each once: outside the repository, whose tools would read them. */
const cache = join(tmpdir(), 'pipit-bench');

/**
 * A built tree of the repository to measure: `{ title, folder, generated }`. `generated` is the folder for code that is
 * generated for this run: inside of the tree, so that its imports find the tree's runtime, and gone when the run ends.
 * @param wanted a revision, which is checked out, installed and built; the folder of a built tree, taken as it is; or
 *   undefined for this working tree, which is built
 * @throws {Error} where there is no such revision, or it does not build
 */
export function treeOf(wanted) {
  if (wanted === undefined) {
    build(root);
    return tree(describe(root), root);
  }
  if (existsSync(join(wanted, 'package.json')) && statSync(wanted).isDirectory()) {
    return tree(wanted, resolve(wanted));
  }
  const commit = commitOf(wanted);
  const folder = join(cache, commit);
  if (!existsSync(folder)) checkOut(commit, folder);
  return tree(commit.slice(0, 7), folder);
}

function tree(title, folder) {
  // Other runs may use the same tree.
  const generated = join(folder, 'bench/compare/gen', String(process.pid));
  process.on('exit', () => rmSync(generated, { recursive: true, force: true }));
  return { title, folder, generated };
}

/** The URL of what a tree's packages export as `specifier`, in the same words as an import. */
export function exported(folder, specifier) {
  return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(specifier)).href;
}

function commitOf(revision) {
  try {
    return git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  } catch (error) {
    throw new Error(
      `"${revision}" is neither a revision of this repository nor a folder; in a shallow clone, git fetch --unshallow brings the rest`,
      { cause: error },
    );
  }
}

function checkOut(commit, folder) {
  console.error(`Building ${commit.slice(0, 7)} in ${folder} …`);
  // Under another name until it is whole: a build that was interrupted is not taken for one.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', unfinished], { input: archive });
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: unfinished,
      stdio: 'ignore',
    });
    build(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function build(folder) {
  // The compiler of that tree, not of this one.
  execFileSync(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: folder,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
}

function describe(folder) {
  const commit = git(['rev-parse', '--short=7', 'HEAD']);
  const changed = git(['status', '--porcelain', '--', '.', ':!bench'], folder) !== '';
  return changed ? `working tree (${commit} and changes)` : `working tree (${commit})`;
}

function git(args, cwd = root) {
  return execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
}
