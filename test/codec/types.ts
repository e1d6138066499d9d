import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyType } from './agreement.ts';

/** Every message type that the generated files below a folder export. */
export async function messageTypesBelow(dir: string): Promise<AnyType[]> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.pb.ts'),
  );
  const modules = await Promise.all(
    files
      .toSorted()
      .map((path) => import(/* @vite-ignore */ pathToFileURL(join(dir, path)).href) as Promise<object>),
  );
  // A public import exports the types of another file again.
  const types = modules.flatMap((module) => Object.values(module)).filter(isMessageType);
  return [...new Map(types.map((type) => [type.typeName, type])).values()];
}

function isMessageType(value: unknown): value is AnyType {
  return typeof value === 'object' && value !== null && 'typeName' in value && 'decode' in value;
}
