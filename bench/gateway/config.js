import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes a gateway's configuration and keys: plaintext on loopback, one key that may do everything, and only warnings in
 * the log, as nginx has no access log beside it.
 * @param newKey of `@pipit/gateway/keys`
 * @returns `{ text, config }`: the key, and the file's name
 */
export function gatewayConfig(newKey, { port, servicesPort, descriptors }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
  const { text, entry } = newKey({ owner: 'bench', register: ['*'], call: ['*'] });
  const keys = join(folder, 'keys.yaml');
  writeFileSync(keys, JSON.stringify({ keys: [entry] }));
  const config = join(folder, 'gateway.yaml');
  const settings = {
    port,
    servicesPort,
    keys,
    descriptors,
    bodyLimit: 64 * 1024 * 1024,
    log: { level: 'warn' },
  };
  writeFileSync(config, JSON.stringify(settings));
  return { text, config };
}
