/** Time between two calls, in milliseconds. */
const between = 200;
/** Rounds of calls, a second each, after which there is a line even when nothing has changed. */
const mostSilent = 10;

/** Somebody who calls the cluster all the time, and says once a second what became of that if it is something new. */
export class Caller {
  #balancer;
  #timers = [];
  #results = new Map();
  #said = '';
  #silent = 0;

  /** @param balancer whom it calls */
  constructor(balancer) {
    this.#balancer = balancer;
  }

  start() {
    this.#timers = [setInterval(() => void this.#call(), between), setInterval(() => this.#tell(), 1_000)];
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** One call, with all of its answer. */
  async show() {
    const { status, body } = await this.#post();
    console.log(`${status} ${body}`);
  }

  async #call() {
    const { status, body } = await this.#post();
    const [, service] = /from service (\w+)/.exec(body) ?? [];
    const [, code = body] = /"code":"(\w+)"/.exec(body) ?? [];
    const result = service === undefined ? `${status} ${code}` : `answered by service ${service}`;
    this.#results.set(result, (this.#results.get(result) ?? 0) + 1);
  }

  async #post() {
    try {
      const response = await fetch(`${this.#balancer.origin}/api/user.v0.Echo/Hello`, {
        method: 'POST',
        // The next call goes to another gateway.
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"message":"cluster"}',
        signal: AbortSignal.timeout(10_000),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      return { status: 'no answer:', body: error.cause?.code ?? error.name };
    }
  }

  #tell() {
    const results = [...this.#results].sort(([one], [other]) => one.localeCompare(other));
    this.#results.clear();
    const kinds = results.map(([result]) => result).join();
    this.#silent += 1;
    if (results.length === 0 || (kinds === this.#said && this.#silent < mostSilent)) return;
    this.#said = kinds;
    this.#silent = 0;
    const time = new Date().toTimeString().slice(0, 8);
    console.log(`${time} ${results.map(([result, times]) => `${times} × ${result}`).join(', ')}`);
  }
}
