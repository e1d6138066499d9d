import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { pascalCase } from '../files/text.ts';
import { defaults, type Answers } from './answers.ts';

const templates = fileURLToPath(new URL('../../templates/', import.meta.url));
const manifest = new URL('../../package.json', import.meta.url);

/**
 * The files of a new project, by path, with `/`, but for what is generated from its protos.
 * @param vendored Pipit's packages will be in `vendor/`
 */
export function projectFiles(answers: Answers, vendored: boolean): Map<string, string> {
  const values = valuesOf(answers, vendored);
  const files = new Map<string, string>();
  for (const path of filesIn(join(templates, 'project'))) {
    const text = readFileSync(join(templates, 'project', path), 'utf8');
    files.set(nameOf(path, values), filled(text, values));
  }
  return files;
}

/** The values of the templates' placeholders, such as `__service__`. */
function valuesOf({ name, service, prefix }: Answers, vendored: boolean): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const path = prefix.replace(/^\/*/, '/').replace(/\/$/, '');
  return new Map([
    ['name', name],
    ['version', version],
    ['service', service],
    ['Service', pascalCase(service)],
    ['prefix', path || '/'],
    // What stands in front of a service in a URL: nothing, where the prefix is /.
    ['path', path],
    // A line of the Dockerfile: npm needs the tarballs when it installs.
    ['copyVendor', vendored ? 'COPY vendor ./vendor\n' : ''],
    // `pipit call` takes the usual prefix where it is told none.
    ['prefixFlag', path === defaults.prefix ? '' : ` --prefix ${path || '/'}`],
  ]);
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/__([A-Za-z]+)__/g, (placeholder, name: string) => values.get(name) ?? placeholder);
}

/** npm leaves a `.gitignore` out of a package, so what begins with a dot begins with `_` here. */
function nameOf(path: string, values: ReadonlyMap<string, string>): string {
  const parts = path.split('/').map((part) => part.replace(/^_(?!_)/, '.'));
  return filled(parts.join('/'), values);
}

function filesIn(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix))
    .sort()
    .flatMap((entry) => {
      const path = prefix + entry;
      return statSync(join(folder, path)).isDirectory() ? filesIn(folder, `${path}/`) : [path];
    });
}
