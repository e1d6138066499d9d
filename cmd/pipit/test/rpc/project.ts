import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyFiles, type Applied } from '../../src/files/transaction.ts';
import { findProject } from '../../src/project/project.ts';
import { checkNames } from '../../src/scaffold/names.ts';
import { planRpc, type RpcPlan } from '../../src/scaffold/plan.ts';
import { showFinding } from '../../src/scaffold/report.ts';
import { colorsOf } from '../../src/ui/colors.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const plain = colorsOf({ isTTY: false }, {});

const services = `import type { ServedService } from '@pipit/runtime';

export function services(): ServedService[] {
  return [];
}
`;

interface Flags {
  readonly server: string;
  readonly service?: string;
  readonly version?: string;
  readonly package?: string;
  readonly method?: readonly string[];
}

/** A project in a folder of its own, with the packages of this repository. */
export interface TestProject {
  readonly root: string;
  /** Plans and writes, as the command does. */
  rpc(flags: Flags): Promise<{ plan: RpcPlan; applied: Applied; findings: string[] }>;
  /** Writes a file below the root. */
  write(path: string, text: string): void;
  /** Has the server serve one case's service in a file of its own; none without a text. */
  serve(index: number, text: string | undefined): void;
  /** The compiler's errors, a line each. */
  typecheck(): string[];
  remove(): void;
}

/** @param inside a folder of another project, which compiles it too: what a command reads stays small */
export function makeProject(inside?: string): TestProject {
  const root = inside ?? realpathSync(mkdtempSync(join(tmpdir(), 'pipit-rpc-')));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  if (inside === undefined) symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  write('package.json', '{ "name": "shop", "type": "module" }');
  write(
    'tsconfig.json',
    JSON.stringify({
      extends: join(repository, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        composite: false,
        declaration: false,
        declarationMap: false,
        isolatedDeclarations: false,
        rootDir: '/',
      },
      include: ['rpc', 'cmd', 'lib', '*/rpc', '*/cmd', '*/lib'],
    }),
  );
  write('cmd/server/services.ts', services);
  return {
    root,
    write,
    async rpc(flags) {
      const project = findProject(root, { create: true });
      const plan = await planRpc(project, checkNames({ version: '1', method: [], ...flags }));
      const applied = await applyFiles(project, plan.files);
      return { plan, applied, findings: plan.findings.map((finding) => showFinding(finding, plan, plain)) };
    },
    serve(index, text) {
      if (text === undefined) return;
      const imports = text.replaceAll('; ', ';\n').split('\n');
      const served = imports.pop() ?? '';
      write(`cmd/server/case_${index}.ts`, `${imports.join('\n')}\nexport const served = ${served};\n`);
    },
    typecheck() {
      const { stdout } = spawnSync(
        process.execPath,
        [join(repository, 'node_modules/typescript/bin/tsc'), '-p', root, '--pretty', 'false'],
        { cwd: root, encoding: 'utf8' },
      );
      return stdout.split('\n').filter((line) => line.includes('error TS'));
    },
    remove() {
      rmSync(root, { recursive: true });
    },
  };
}
