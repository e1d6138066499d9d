import { X509Certificate } from 'node:crypto';
import type { ClusterBus, ClusterOverview, Gateway, GatewayOverview, Overview } from '@pipit/gateway';
import { printedConfig, type SourcedConfig } from '@pipit/process';
import type { GatewayFiles, Reload } from '../files.ts';
import { gateway as program } from '../program.ts';
import type { Config } from '../settings.ts';

/** A certificate that is in use. */
interface CertificateStatus {
  /** Of the listener for `callers`, or that for `services`. */
  readonly of: 'callers' | 'services';
  readonly subject: string;
  readonly daysLeft: number;
}

/** The status that the admin page shows, and `pipit gateway status`: `/status.json`. */
export interface GatewayStatus extends GatewayOverview {
  readonly gateway: {
    readonly id: string;
    readonly version: string;
    readonly state: string;
    readonly upMs: number;
  };
  readonly certificates: readonly CertificateStatus[];
  /** As `--print-config` has them; secrets are `***`. */
  readonly settings: string;
  /** The latest first. */
  readonly reloads: readonly Reload[];
  /** The other gateways and the bus to them; null where no NATS is set. */
  readonly cluster: ClusterOverview | null;
}

export interface StatusDeps {
  readonly gateway: Gateway;
  /** To the other gateways, where there may be some. */
  readonly bus: ClusterBus | undefined;
  readonly overview: Overview;
  readonly files: GatewayFiles;
  readonly sourced: SourcedConfig<Config>;
}

const day = 86_400_000;

export function statusOf({ gateway, bus, overview, files, sourced }: StatusDeps): GatewayStatus {
  return {
    ...overview.look(gateway.admin, files.keys),
    gateway: {
      id: gateway.id,
      version: program.version,
      state: gateway.state,
      upMs: Math.round(process.uptime() * 1_000),
    },
    certificates: certificatesOf(files),
    settings: printedConfig(program, sourced),
    reloads: files.reloads,
    cluster: bus?.look() ?? null,
  };
}

function certificatesOf({ inUse }: GatewayFiles): CertificateStatus[] {
  return (['callers', 'services'] as const).flatMap((of) => {
    const cert = inUse[of]?.cert;
    if (cert === undefined) return [];
    const { subject, validTo } = new X509Certificate(cert);
    return [{ of, subject, daysLeft: Math.floor((Date.parse(validTo) - Date.now()) / day) }];
  });
}
