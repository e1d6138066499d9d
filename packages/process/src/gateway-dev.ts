import { join } from 'node:path';

/** The files that `pipit-gateway --dev` makes below the current folder, and `pipit-server` finds there. */
const folder = join('.pipit', 'gateway-dev');

/** The files of a gateway for development. */
export const gatewayDev = {
  folder,
  ca: join(folder, 'ca.pem'),
  cert: join(folder, 'cert.pem'),
  key: join(folder, 'key.pem'),
  keys: join(folder, 'keys.yaml'),
  /** Holds the API key that may do everything. */
  apiKey: join(folder, 'key.txt'),
} as const;
