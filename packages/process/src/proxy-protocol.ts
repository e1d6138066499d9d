import type { Logger } from '@pipit/runtime';
import { isAddressRange, LogPace } from '@pipit/runtime/door';
import type { ProxyProtocolOptions } from '@pipit/runtime/node';
import { z } from 'zod';
import type { About } from './about.ts';

/** Balancers that speak the PROXY protocol. */
export const balancers = z.array(z.string().refine((value) => value === 'unix' || isAddressRange(value)));

export function balancersAbout(text: string): About {
  return {
    text: `${text}: addresses, ranges, loopback, linklocal, uniquelocal, unix`,
    wrong: 'is not a list of balancers: write addresses like 10.0.0.0/8,loopback',
  };
}

/**
 * Options of `acceptProxyProtocol` for a listener; undefined without balancers. Connections that are closed for their header
 * are one line a minute for each address.
 */
export function proxyProtocolOf(
  from: readonly string[],
  timeout: number,
  log: Pick<Logger, 'warn'>,
): ProxyProtocolOptions | undefined {
  if (from.length === 0) return undefined;
  const pace = new LogPace();
  return {
    from,
    timeout,
    onRefused(why, peer) {
      const more = pace.next('proxy', peer);
      if (more !== undefined) log.warn({ peer, ...more }, `connection of a balancer closed: it ${why}`);
    },
  };
}
