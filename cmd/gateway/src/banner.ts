import type { DevFiles } from './dev.ts';
import type { Origins } from './origins.ts';

/** The lines printed once the gateway listens. @param prefix of the callers' paths */
export function banner(
  { callers, services, admin }: Origins,
  prefix: string,
  dev: DevFiles | undefined,
): string {
  const lines = [
    `Callers reach services on ${callers}${prefix}/{package}.{Service}/{Method}`,
    `Services dial ${services}`,
  ];
  if (admin !== undefined) lines.push(`/metrics, /healthz and /readyz on ${admin}`);
  if (dev !== undefined) {
    lines.push(
      `Keys and certificates for development are in ${dev.folder}`,
      'Now, in another terminal in this folder:',
      `  npm start -- --gateway ${services}`,
      'and then:',
      `  curl --cacert ${dev.ca} -d 'message=hello&age=1&ids=1,2,3' ${callers}${prefix}/user.v0.Echo/Hello`,
      `  or open ${callers}/ in a browser, which will ask about the certificate`,
    );
  }
  return `${lines.join('\n')}\n`;
}
