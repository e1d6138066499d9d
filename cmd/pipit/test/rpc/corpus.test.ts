import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from './corpus/changes.ts';
import { classes } from './corpus/classes.ts';
import { formats } from './corpus/formats.ts';
import { shapes } from './corpus/shapes.ts';
import type { UserFile } from './corpus/user-file.ts';
import { makeProject, type TestProject } from './project.ts';

/** How often a command is given that has nothing to do; five times in `npm run test:full`. */
const REPEATS = Number(process.env['PIPIT_REPEATS'] ?? 1);
const corpus = [...classes, ...shapes, ...formats, ...changes];
const folderOf = (index: number): string => `case_${index}/v1`;

let project: TestProject;
beforeAll(() => {
  project = makeProject();
});
afterAll(() => {
  project.remove();
});

it('has at least 30 files', () => {
  expect(corpus.flatMap(({ files }) => Object.keys(files)).length).toBeGreaterThanOrEqual(30);
});

describe('a user file is what it was, but for what the proto demands', () => {
  it.each(corpus.map((file, index) => ({ ...file, index })))('$name', async (file) => {
    const { index, before = ['Hello'], after = ['Hello', 'Bye'] } = file;
    const own = makeProject(join(project.root, `case_${index}`));
    const folder = join(own.root, 'rpc', folderOf(index));
    write(folder, 'echo.proto', protoOf(index, before));
    for (const [path, text] of filesOf(file)) write(folder, path, text);
    own.serve(index, file.server?.replaceAll('HERE', `../../rpc/${folderOf(index)}`));

    for (let run = 1; run <= REPEATS; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other is the point
      await own.rpc({ server: `case_${index}`, service: 'echo' });
      for (const [path, text] of filesOf(file)) expect(read(folder, path)).toBe(text);
    }

    write(folder, 'echo.proto', protoOf(index, after));
    const { findings } = await own.rpc({ server: `case_${index}`, service: 'echo' });
    expect(Object.fromEntries(filesOf(file).map(([path]) => [path, read(folder, path)]))).toEqual(
      Object.fromEntries(filesOf(file).map(([path, text]) => [path, demanded(file, path, text)])),
    );
    expect(findings).toEqual((file.left ?? []).map((left) => expect.stringMatching(left)));
    expect(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => isUsers(path))
        .sort(),
    ).toEqual(
      filesOf(file)
        .map(([path]) => path)
        .filter((path) => !path.startsWith('..'))
        .sort(),
    );

    const times = filesOf(file).map(([path]) => statSync(join(folder, path)).mtimeMs);
    for (let run = 1; run <= REPEATS; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other is the point
      await own.rpc({ server: `case_${index}`, service: 'echo' });
      expect(filesOf(file).map(([path]) => statSync(join(folder, path)).mtimeMs)).toEqual(times);
    }
  });

  it('compiles afterwards', () => {
    // A syntax error anywhere is all that the compiler tells.
    for (const [index, { syntax }] of corpus.entries()) {
      if (syntax !== undefined)
        rmSync(join(project.root, `case_${index}`, 'rpc', folderOf(index), 'echo.ts'));
    }
    const broken = corpus.flatMap((file, index) => (file.broken === undefined ? [] : [`case_${index}/`]));
    const errors = project
      .typecheck()
      .filter((line) => !broken.some((folder) => line.includes(folder)))
      // The list serves the broken ones too.
      .filter(
        (line) =>
          !/^case_\d+.cmd.server.services\.ts.*'EchoServer'.* type 'Echo'|parameter of type 'Echo'/.test(
            line,
          ),
      );
    expect(errors).toEqual([]);
  });

  it('says of nothing that it is broken which is not', () => {
    const errors = project.typecheck();
    const intact = corpus.flatMap((file, index) =>
      file.broken !== undefined && !errors.some((line) => line.includes(`case_${index}/`)) ? [file.name] : [],
    );
    expect(intact).toEqual([]);
  });

  function filesOf({ files, name }: UserFile): [string, string][] {
    const index = corpus.findIndex((file) => file.name === name);
    return Object.entries(files).map(([path, text]) => [fill(path, index), fill(text, index)]);
  }

  function demanded(file: UserFile, path: string, text: string): string {
    const index = corpus.findIndex(({ name }) => name === file.name);
    const edits = Object.entries(file.edits ?? {}).find(([key]) => fill(key, index) === path)?.[1] ?? [];
    let result = text;
    for (const [from, to] of edits) {
      const parts = result.split(fill(from, index));
      expect(parts, from).toHaveLength(2);
      result = parts.join(fill(to, index));
    }
    return result;
  }
});

function fill(text: string, index: number): string {
  return text.replaceAll('PACKAGE', `case_${index}.v1`).replaceAll('FOLDER', folderOf(index));
}

/** `Hello Greet` is rpc Hello with the messages of Greet; a full name is a message for both ways. */
function protoOf(index: number, methods: readonly string[]): string {
  const rpcs = methods.map((method) => {
    const [name = '', messages = name] = method.split(' ');
    const both = messages.includes('.')
      ? [messages, messages]
      : [`${messages}Request`, `${messages}Response`];
    return `  rpc ${name}(${both[0]}) returns (${both[1]});\n`;
  });
  const messages = ['Hello', 'Greet', 'Bye', 'Old', 'Twin'].map((name) => {
    const field = name === 'Twin' ? 'hello' : name.toLowerCase();
    return `message ${name}Request { string ${field} = 1; }
message ${name}Data { string ${field} = 1; }
message ${name}Response { int32 code = 1; string msg = 2; ${name}Data data = 3; }
`;
  });
  return `syntax = "proto3";
package case_${index}.v1;
import "google/protobuf/empty.proto";
service Echo {
${rpcs.join('')}}
${messages.join('')}`;
}

function isUsers(path: string): boolean {
  return path.endsWith('.ts') && !/\.(?:pb|twirp|descriptor|json)\.ts$/.test(path);
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}
