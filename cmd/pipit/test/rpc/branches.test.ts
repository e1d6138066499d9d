import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeProject, type TestProject } from './project.ts';

const list = 'cmd/server/services.ts';
const templates = fileURLToPath(new URL('../../templates/project/', import.meta.url));

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => project.remove());

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: project.root,
    stdio: 'pipe',
  });
}

function commitAll(message: string): void {
  git('add', '.');
  git('commit', '-m', message);
}

/** A repository whose branches of these names have a service more each, merged into one. */
async function mergeBranches(...servers: readonly string[]): Promise<string> {
  project.write('.gitignore', 'node_modules\n.pipit\n');
  git('init', '--initial-branch', 'main');
  commitAll('One');
  for (const server of servers) {
    git('checkout', '-b', server, 'main');
    await project.rpc({ server });
    commitAll(server);
  }
  for (const server of servers.slice(0, -1)) git('merge', '--no-edit', server);
  return readFileSync(join(project.root, list), 'utf8');
}

test('services are sorted in, so that branches that add some in different places merge anywhere', async () => {
  project.write(
    list,
    `import type { ServedService } from '@pipit/runtime';

export function services(): ServedService[] {
  return [
  ];
}
`,
  );
  await project.rpc({ server: 'middle' });
  expect(await mergeBranches('alpha', 'zebra')).toBe(`import type { ServedService } from '@pipit/runtime';
import { AlphaServer } from '../../rpc/alpha/v1/alpha.ts';
import { Alpha } from '../../rpc/alpha/v1/alpha.twirp.ts';
import { MiddleServer } from '../../rpc/middle/v1/middle.ts';
import { Middle } from '../../rpc/middle/v1/middle.twirp.ts';
import { ZebraServer } from '../../rpc/zebra/v1/zebra.ts';
import { Zebra } from '../../rpc/zebra/v1/zebra.twirp.ts';

export function services(): ServedService[] {
  return [
    Alpha.serve(new AlphaServer()),
    Middle.serve(new MiddleServer()),
    Zebra.serve(new ZebraServer()),
  ];
}
`);
});

test('in a new project any number of branches that add services in one place merge', async () => {
  const template = (path: string): string =>
    readFileSync(join(templates, path), 'utf8')
      .replaceAll('__service__', 'echo')
      .replaceAll('__Service__', 'Echo');
  project.write('.gitattributes', template('_gitattributes'));
  project.write(list, template(list));
  await project.rpc({ server: 'echo' });
  const merged = await mergeBranches('orders', 'users', 'invoices', 'zones');
  for (const name of ['Echo', 'Invoices', 'Orders', 'Users', 'Zones']) {
    expect(merged.split(`    ${name}.serve(new ${name}Server()),\n`)).toHaveLength(2);
  }
  expect(project.typecheck()).toEqual([]);
});

test('a folder that is renamed is followed; what is gone is told', async () => {
  await project.rpc({ server: 'alpha' });
  await project.rpc({ server: 'gone' });
  renameSync(join(project.root, 'rpc/alpha'), join(project.root, 'rpc/beta'));
  renameSync(join(project.root, 'rpc/gone'), join(project.root, 'gone'));
  const { findings, plan } = await project.rpc({ server: 'beta', service: 'alpha' });
  const path = join(project.root, list);
  expect(plan.files.find((file) => file.path === path)?.done).toEqual(['Alpha follows its folder']);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain("import { AlphaServer } from '../../rpc/beta/v1/alpha.ts';");
  expect(text).toContain("import { Alpha } from '../../rpc/beta/v1/alpha.twirp.ts';");
  expect(text.match(/\.serve\(/g)).toHaveLength(2);
  expect(
    findings.map((finding) =>
      finding.replace(/^.*services\.ts/, 'services.ts').replace(/: .*rpc\//, ': rpc/'),
    ),
  ).toEqual([
    'services.ts:4:1: rpc/gone/v1/gone.ts is not there any more: take out this import, and what is served with it',
    'services.ts:5:1: rpc/gone/v1/gone.twirp.ts is not there any more: take out this import, and what is served with it',
  ]);
});
