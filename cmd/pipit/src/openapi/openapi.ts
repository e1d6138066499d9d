import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openApi } from '@pipit/openapi';
import { Schema } from '@pipit/schema';
import { CliError } from '../cli-error.ts';
import { runProtoc } from '../generate/protoc.ts';
import { displayPath } from '../project/paths.ts';
import { prefixOf } from '../project/prefix.ts';
import { findProject, type Project } from '../project/project.ts';
import { protosOf } from '../project/protos.ts';
import { count } from '../ui/count.ts';

/** The flags of `pipit openapi`. */
export interface OpenApiFlags {
  readonly output?: string;
  readonly check?: boolean;
  readonly public?: boolean;
  readonly title?: string;
  readonly apiVersion?: string;
  readonly server?: readonly string[];
  readonly prefix?: string;
  readonly jsonNames?: 'proto' | 'camel';
  readonly root?: string;
}

/** Runs `pipit openapi`. @throws {CompileError} for protos that do not compile; {CliError} where --check finds a difference */
export async function openapi(flags: OpenApiFlags): Promise<void> {
  if (flags.check === true && flags.output === undefined) {
    throw new CliError('--check needs --output: the file that it looks at', { status: 2 });
  }
  const { text, services } = await documentOf(findProject(flags.root), flags);
  if (flags.output === undefined) {
    process.stdout.write(text);
    return;
  }
  const path = displayPath(resolve(flags.output));
  if (flags.check === true) {
    check(flags.output, path, text);
    process.stdout.write(`${path}: up to date\n`);
    return;
  }
  write(flags.output, path, text);
  process.stdout.write(`${path}: ${count(services, 'service')}\n`);
}

async function documentOf(
  project: Project,
  flags: OpenApiFlags,
): Promise<{ readonly text: string; readonly services: number }> {
  const protos = protosOf(project);
  const own = new Set(protos);
  // protoc takes no empty list.
  const files = protos.length === 0 ? [] : (await runProtoc(project, protos)).files;
  const services = [...new Schema(files).services.values()].filter(
    ({ file: { descriptor } }) =>
      own.has(descriptor.name) && !(flags.public === true && /(?:^|\.)v0$/.test(descriptor.package)),
  );
  const manifest = manifestOf(project);
  const document = openApi(services, {
    title: flags.title ?? manifest.name ?? 'API',
    version: flags.apiVersion ?? manifest.version ?? '0.0.0',
    prefix: prefixOf(flags.prefix) || '/',
    ...(flags.server === undefined ? {} : { servers: flags.server }),
    ...(flags.jsonNames === undefined ? {} : { jsonNames: flags.jsonNames }),
  });
  return { text: `${JSON.stringify(document, null, 2)}\n`, services: services.length };
}

function manifestOf({ root }: Project): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name?: string; version?: string };
}

/** @throws {CliError} */
function check(file: string, path: string, text: string): void {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  // Git may have made the ends of lines those of Windows.
  if (there?.replaceAll('\r\n', '\n') === text) return;
  const how = there === undefined ? 'is not there' : 'is not up to date';
  throw new CliError(`${path} ${how}: run the same command without --check`);
}

/** @throws {CliError} */
function write(file: string, path: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(`cannot write ${path} (${code}): choose another file`, { cause });
  }
}
