import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { outlineOf } from './proto-outline.ts';
import { protosOf } from './protos.ts';

/** A method as it stands in a proto. */
export interface ScannedMethod {
  /** `user.v0.Echo` */
  readonly service: string;
  readonly name: string;
  /** Below `rpc/`. */
  readonly proto: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The methods of all protos of a project, read from their text: a hundred times faster than compiling them, and it
 * works on protos that do not compile.
 */
export function scanMethods(project: Project): ScannedMethod[] {
  return protosOf(project).flatMap((proto) =>
    scanProto(proto, readFileSync(join(project.rpcDir, proto), 'utf8')),
  );
}

/** @param proto its path below `rpc/` */
function scanProto(proto: string, text: string): ScannedMethod[] {
  const outline = outlineOf(text);
  const prefix = outline.package === '' ? '' : `${outline.package}.`;
  return outline.services.flatMap(({ name: service, methods }) =>
    methods.map(({ name, line }) => ({ service: prefix + service, name, proto, line })),
  );
}
