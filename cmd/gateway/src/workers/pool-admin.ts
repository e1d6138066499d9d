import type { WorkerPool } from '@pipit/process';
import type { AdminActions, ConnectionAction } from '../admin/admin-actions.ts';
import type { GatewayStatus } from '../admin/status.ts';
import type { Config } from '../settings.ts';
import { mergedStatus } from './merged-status.ts';

/** A question to a worker for the admin page. */
export type AdminQuestion = 'status' | { readonly act: ConnectionAction; readonly id: string };

/** The workers as one gateway, for its operators. */
export class PoolAdmin implements AdminActions {
  readonly #pool: WorkerPool;
  readonly #config: Pick<Config, 'gatewayId'>;

  constructor(pool: WorkerPool, config: Pick<Config, 'gatewayId'>) {
    this.#pool = pool;
    this.#config = config;
  }

  async status(): Promise<GatewayStatus | undefined> {
    const statuses = (await this.#ask('status')) as (GatewayStatus | undefined)[];
    const known = statuses.filter((one) => one !== undefined);
    return mergedStatus(known, this.#config.gatewayId ?? 'workers', process.uptime() * 1_000);
  }

  async act(act: ConnectionAction, id: string): Promise<boolean> {
    return (await this.#ask({ act, id })).includes(true);
  }

  #ask(question: AdminQuestion): Promise<unknown[]> {
    return Promise.all(this.#pool.serving.map((worker) => worker.ask('more', question)));
  }
}

/** Answers a worker's part of it. */
export async function answerAdmin(admin: AdminActions | undefined, question: unknown): Promise<unknown> {
  const asked = question as AdminQuestion;
  return asked === 'status' ? admin?.status() : admin?.act(asked.act, asked.id);
}
