import { printable } from '../ui/printable.ts';
import { askGateway, type AdminFlags } from './admin-client.ts';

/**
 * Runs `pipit gateway drain` and `pipit gateway kill`.
 * @throws {CliError} where the gateway has no connection of that id, and for what `askGateway` says
 */
export async function endConnection(id: string, how: 'drain' | 'kill', flags: AdminFlags): Promise<void> {
  await askGateway(flags, `/connections/${encodeURIComponent(id)}/${how}`, 'POST');
  const done = how === 'drain' ? 'gets no more requests, and ends when it has none' : 'was ended';
  process.stdout.write(`connection ${printable(id)} ${done}\n`);
}
