import { runProtoc } from '../generate/protoc.ts';
import type { Project } from '../project/project.ts';
import { protosOf } from '../project/protos.ts';
import { scanMethods } from '../project/services.ts';
import { join } from 'node:path';
import { type Implementation, Implementations } from './implementation.ts';
import type { Place } from './source-tree.ts';

/** One method, and how it is reached. */
export interface RouteInfo {
  readonly path: string;
  readonly verbs: readonly string[];
  /** `user.v0.Echo` */
  readonly service: string;
  /** `Hello` */
  readonly method: string;
  /** Full names of the messages. */
  readonly request: string;
  readonly response: string;
  /** The media types that a request may be sent as. */
  readonly contentTypes: readonly string[];
  readonly kind: 'download' | 'envelope' | null;
  readonly idempotency: 'NO_SIDE_EFFECTS' | 'IDEMPOTENT' | null;
  /** Version 0: not for the public. */
  readonly internal: boolean;
  readonly proto: Place;
  readonly implementation: Implementation | null;
}

const contentTypes = ['application/json', 'application/protobuf', 'application/x-www-form-urlencoded'];

/** Every route of the project's protos. @throws {CompileError} for protos that do not compile */
export async function listRoutes(project: Project, prefix: string): Promise<RouteInfo[]> {
  const protos = protosOf(project);
  if (protos.length === 0) return [];
  const files = (await runProtoc(project, protos)).describe();
  const implementations = await Implementations.of(project);
  const lines = new Map(
    scanMethods(project).map((method) => [`${method.service}/${method.name}`, method.line]),
  );
  return files.flatMap((file) =>
    file.services.flatMap((service) =>
      service.methods.map((method): RouteInfo => {
        const name = `${service.typeName}/${method.protoName}`;
        return {
          path: `${prefix}/${name}`,
          verbs: method.idempotency === 'NO_SIDE_EFFECTS' ? ['POST', 'GET', 'HEAD'] : ['POST'],
          service: service.typeName,
          method: method.protoName,
          request: method.input.typeName,
          response: method.output.typeName,
          contentTypes,
          kind: method.output.kind ?? null,
          idempotency: method.idempotency ?? null,
          internal: /(?:^|\.)v0$/.test(file.package),
          proto: { file: join(project.rpcDir, file.path), line: lines.get(name) ?? 1 },
          implementation: implementations.find(file.path, service.name, method.name) ?? null,
        };
      }),
    ),
  );
}
