import { isMethodName, isServiceName } from '../names.ts';

const longest = 255;
const reserved = ['registry', 'grpc'];

/** The problem with a name that a peer wants to register, for people; undefined where there is none. */
export function serviceNameProblem(name: string): string | undefined {
  if (name.length > longest) {
    return `the service name "${name.slice(0, 40)}..." has ${name.length} characters; at most ${longest} are allowed`;
  }
  if (!isServiceName(name)) {
    return `"${name}" is not a service name: write the full proto name, as in post.PostService`;
  }
  const root = name.split('.', 1)[0]!;
  if (reserved.includes(root)) {
    return `"${name}" is the gateway's own: names under ${root} cannot be registered`;
  }
  return undefined;
}

/** Service and method of `/pkg.Service/Method`; the first slash may be missing. */
export function splitMethodPath(path: string): { service: string; method: string } | undefined {
  const from = path.startsWith('/') ? 1 : 0;
  const slash = path.indexOf('/', from);
  if (slash <= from || slash === path.length - 1 || path.includes('/', slash + 1)) return undefined;
  const method = path.slice(slash + 1);
  return isMethodName(method) ? { service: path.slice(from, slash), method } : undefined;
}
