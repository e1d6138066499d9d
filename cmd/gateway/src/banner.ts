import type { DevFiles } from './dev.ts';
import type { Origins } from './origins.ts';

/** Commands to type next, in a folder where `--dev` runs: a service, and a call of it. */
export function nextCommands(
  { callers, services }: Origins,
  prefix: string,
  { ca }: DevFiles,
): readonly [serve: string, call: string] {
  return [
    `npm start -- --gateway ${services}`,
    `curl --cacert ${ca} -d 'message=hello&age=1&ids=1,2,3' ${callers}${prefix}/user.v0.Echo/Hello`,
  ];
}

/** The lines printed on a terminal once the gateway listens. @param prefix of the callers' paths */
export function banner(origins: Origins, prefix: string, dev: DevFiles | undefined): string {
  const { callers, services, admin } = origins;
  const lines = [
    `Callers reach services on ${callers}${prefix}/{package}.{Service}/{Method}`,
    `Services dial ${services}`,
  ];
  if (admin !== undefined) lines.push(`/metrics, /healthz and /readyz on ${admin}`);
  if (dev !== undefined) {
    const [serve, call] = nextCommands(origins, prefix, dev);
    lines.push(
      `Keys and certificates for development are in ${dev.folder}`,
      'Now, in another terminal in this folder:',
      `  ${serve}`,
      'and then:',
      `  ${call}`,
      `  or open ${callers}/ in a browser, which will ask about the certificate`,
    );
  }
  return `${lines.join('\n')}\n`;
}
