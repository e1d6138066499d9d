import type { DevFiles } from './dev.ts';

/** Where things listen. */
export interface Places {
  readonly callers: { readonly origin: string; readonly prefix: string };
  readonly services: string;
  readonly admin: string | undefined;
}

/** What is printed once the gateway listens. */
export function banner({ callers, services, admin }: Places, dev: DevFiles | undefined): string {
  const lines = [
    `Callers reach services on ${callers.origin}${callers.prefix}/{package}.{Service}/{Method}`,
    `Services dial ${services}`,
  ];
  if (admin !== undefined) lines.push(`/metrics, /healthz and /readyz on ${admin}`);
  if (dev !== undefined) {
    lines.push(
      `Keys and certificates for development are in ${dev.folder}`,
      'Now, in another terminal in this folder:',
      `  npm start -- --gateway ${services}`,
      'and then:',
      `  curl --cacert ${dev.ca} -d 'message=hello&age=1&ids=1,2,3' ${callers.origin}${callers.prefix}/user.v0.Echo/Hello`,
      `  or open ${callers.origin}/ in a browser, which will ask about the certificate`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** `0.0.0.0` and `::` are every address of the machine, and none to call. */
export function originOf(scheme: string, host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
