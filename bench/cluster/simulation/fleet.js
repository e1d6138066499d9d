import { createClusterBus } from '@pipit/gateway';

/** Time that a handler takes, in milliseconds. */
const handlerMs = 5;
const mostServices = 1_000_000;
/** Time that a caller's request waits for a service, as in the gateway, and between two looks; in milliseconds. */
const waitMs = 2_000;
const lookMs = 50;

const head = { headers: { 'content-type': 'application/json' }, metadata: [], payload: new Uint8Array(100) };
const body = new Uint8Array(100);

/** A gateway: the real bus, with its presence and its routing, on a simulated carrier, clock and connections. */
class SimulatedGateway {
  /** Services that are connected here, with how each is withdrawn. */
  services = new Map();
  /** How many services others have, as it knows them. */
  known = 0;
  /** By the number that its name ends with: a set of names at each gateway would cost more than the gateways do. */
  #isKnown = new Uint8Array(mostServices);
  isAlive = true;

  constructor(id, world, carrier) {
    this.id = id;
    this.carrier = carrier;
    this.bus = createClusterBus({
      carrier,
      gatewayId: id,
      wallClock: () => world.now,
      clock: {
        now: () => world.now,
        after: (ms, callback) => world.after(ms, () => this.isAlive && callback()),
      },
    });
    this.bus.watch({
      offered: (service) => this.#know(service, 1),
      withdrawn: (service) => this.#know(service, 0),
    });
  }

  #know(service, known) {
    const number = Number(/\d+$/.exec(service)[0]);
    this.known += known - this.#isKnown[number];
    this.#isKnown[number] = known;
  }

  connect(service, world) {
    const take = (_request, sink) => {
      const cancel = world.after(handlerMs, () => sink.answered({ head, rest: undefined }));
      return { cancel };
    };
    this.services.set(service, this.bus.offer(service, take));
  }

  disconnect(service) {
    this.services.get(service)?.();
    this.services.delete(service);
  }
}

/** Gateways, services that are connected to one of them each, and callers. */
export class Fleet {
  gateways = [];
  /** Outcomes of calls, by what they came to. */
  outcomes = new Map();
  #world;
  #network;
  #random;
  #homes = new Map();
  #made = 0;

  constructor({ world, network, random }) {
    this.#world = world;
    this.#network = network;
    this.#random = random;
  }

  get services() {
    return this.#homes.size;
  }

  addGateway() {
    const gateway = new SimulatedGateway(`g${this.#made++}`, this.#world, this.#network.carrier());
    this.gateways.push(gateway);
    return gateway;
  }

  connect(service, gateway = this.any(this.gateways)) {
    this.#homes.set(service, gateway);
    gateway.connect(service, this.#world);
  }

  /** One service leaves, and is back at another gateway after so long. */
  restartService(service, pause) {
    this.#homes.get(service).disconnect(service);
    this.#homes.delete(service);
    this.#world.after(pause, () => this.connect(service));
  }

  /** Services of a gateway find another within so many milliseconds. */
  moveAll(gateway, within) {
    const others = this.gateways.filter((one) => one !== gateway);
    for (const service of gateway.services.keys()) {
      this.#homes.delete(service);
      this.#world.after(this.#random() * within, () => {
        if (gateway.isAlive) gateway.disconnect(service);
        this.connect(service, this.any(others));
      });
    }
  }

  /** It drains: its services go first, and it says goodbye. */
  stop(gateway, within) {
    this.moveAll(gateway, within);
    this.gateways = this.gateways.filter((one) => one !== gateway);
    this.#world.after(within, () => void gateway.bus.close());
  }

  /** It says nothing any more; its services notice, and find another. */
  kill(gateway, within) {
    gateway.isAlive = false;
    void gateway.carrier.close();
    this.gateways = this.gateways.filter((one) => one !== gateway);
    this.moveAll(gateway, within);
  }

  /** Reports whether every gateway knows every service of the others. */
  isSettled() {
    return this.gateways.every((one) => one.known === this.services - one.services.size);
  }

  /** So many calls a second, from now on: of any service, at any gateway. Returns how to stop. */
  call(perSecond, services) {
    let isOver = false;
    const next = () => {
      if (isOver) return;
      const gateway = this.any(this.gateways);
      this.#forward(gateway, this.any(services), this.#world.now);
      this.#world.after(1_000 / perSecond, next);
    };
    next();
    return () => (isOver = true);
  }

  any(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  #forward(gateway, service, started) {
    if (gateway.services.has(service)) return this.#count('local', 0);
    const again = () => {
      if (this.#world.now >= started + waitMs) this.#count('503 nobody', this.#world.now - started);
      else this.#world.after(lookMs, () => this.#forward(gateway, service, started));
    };
    const sink = {
      answered: () => this.#count('answered', this.#world.now - started),
      failed: ({ error }) =>
        this.#count(
          /outcome unknown/.test(error.message) ? '503 unknown' : `503 ${error.code}`,
          this.#world.now - started,
        ),
      returned: again,
    };
    if (gateway.bus.forward(requestOf(service), sink) === undefined) again();
  }

  #count(outcome, ms) {
    const counted = this.outcomes.get(outcome) ?? { calls: 0, longest: 0 };
    counted.calls += 1;
    counted.longest = Math.max(counted.longest, ms);
    this.outcomes.set(outcome, counted);
  }
}

function requestOf(service) {
  return {
    service,
    method: 'Get',
    caller: '192.0.2.1',
    keyId: undefined,
    keyLimit: undefined,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    timeout: 12_000,
    safe: false,
    dialect: 'http',
    verb: 'POST',
    target: `/api/${service}/Get`,
    prefix: '/api',
    headers: { 'content-type': 'application/json', 'content-length': '100' },
    metadata: [],
    body,
  };
}
