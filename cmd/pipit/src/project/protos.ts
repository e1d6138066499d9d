import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

/** Every file under `rpc/`, relative to it, with `/`; not what is hidden, installed or built. */
export function filesUnder(project: Project): string[] {
  const found: string[] = [];
  walk(project.rpcDir, '', found);
  return found.sort();
}

/** Every proto of the project as protoc knows it: `user/v0/echo.proto`. */
export function protosOf(project: Project): string[] {
  return filesUnder(project).filter((file) => file.endsWith('.proto'));
}

function walk(folder: string, prefix: string, found: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = prefix + entry.name;
    if (entry.isDirectory()) walk(join(folder, entry.name), `${path}/`, found);
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
}
