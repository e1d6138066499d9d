import type { Started } from '../../gateway-process/gateway.ts';

/** A number that a gateway's process tells; 0 for one that it does not know yet. @param name with its labels */
export async function metric({ admin }: Started, name: string): Promise<number> {
  const lines = (await (await fetch(`${admin}/metrics`)).text()).split('\n');
  return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length) ?? 0);
}
