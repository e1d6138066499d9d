import { displayPath } from '../project/paths.ts';
import { prefixOf } from '../project/prefix.ts';
import { findProject } from '../project/project.ts';
import { type Colors, colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { table } from '../ui/table.ts';
import { listRoutes, type RouteInfo } from './list.ts';
import type { Place } from './source-tree.ts';

/** The flags of `pipit routes`. */
export interface RoutesFlags {
  readonly json?: boolean;
  readonly prefix?: string;
  readonly root?: string;
}

/** Runs `pipit routes`. @throws {CompileError} for protos that do not compile */
export async function routes(flags: RoutesFlags): Promise<void> {
  const project = findProject(flags.root);
  const list = await listRoutes(project, prefixOf(flags.prefix));
  if (flags.json === true) {
    const shown = list.map((route) => ({
      ...route,
      proto: shownPlace(route.proto),
      implementation: route.implementation === null ? null : shownPlace(route.implementation),
    }));
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  if (list.length === 0) {
    process.stdout.write(`no services under ${project.rpcName}: \`pipit rpc --server=NAME\` makes one\n`);
  } else {
    for (const line of lines(list, colorsOf(process.stdout), width)) process.stdout.write(`${line}\n`);
  }
}

function lines(list: readonly RouteInfo[], colors: Colors, width: number): string[] {
  const shown = table(
    ['VERBS', 'PATH', 'REQUEST → RESPONSE', 'KIND', 'IMPLEMENTED AT'],
    list.map((route) => row(route, colors)),
    { colors, width },
  );
  const unsure = list.some(({ implementation }) => implementation?.certain === false)
    ? ['? implemented there, if at all: in a part that pipit cannot look into.']
    : [];
  const missing = list.filter(({ implementation }) => implementation === null).length;
  return [
    ...shown,
    '',
    `${count(list.length, 'route')}${missing > 0 ? `, ${missing} not implemented (\`pipit rpc\` writes stubs)` : ''}. ` +
      'POST takes JSON, protobuf and forms; GET and HEAD a query.',
    ...unsure,
  ];
}

function row(route: RouteInfo, colors: Colors): string[] {
  const { implementation } = route;
  return [
    route.verbs.join(','),
    route.path,
    `${shortName(route.request, route)} → ${shortName(route.response, route)}`,
    [route.kind, route.internal ? 'internal' : null].filter((word) => word !== null).join(', '),
    implementation === null
      ? colors.yellow('missing')
      : `${placeText(implementation)}${implementation.certain ? '' : colors.yellow(' ?')}`,
  ];
}

/** Messages of the service's own package go without it. */
function shortName(message: string, { service }: RouteInfo): string {
  const packageName = service.slice(0, service.lastIndexOf('.') + 1);
  return message.startsWith(packageName) ? message.slice(packageName.length) : message;
}

/** With the path as people see it. */
function shownPlace<T extends Place>(place: T): T {
  return { ...place, file: displayPath(place.file) };
}

function placeText({ file, line }: Place): string {
  return `${displayPath(file)}:${line}`;
}
