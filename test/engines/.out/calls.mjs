(() => {
  // packages/runtime/src/rpc/brand.ts
  function brand(base, name) {
    const key = /* @__PURE__ */ Symbol.for(`@pipit/runtime/${name}`);
    base.prototype[key] = true;
    Object.defineProperty(base, Symbol.hasInstance, {
      value(error) {
        return this === base ? Object(error)[key] : this.prototype.isPrototypeOf(error);
      }
    });
  }

  // packages/runtime/src/rpc/code.ts
  var codes = [
    "canceled",
    "unknown",
    "invalid_argument",
    "malformed",
    "deadline_exceeded",
    "not_found",
    "bad_route",
    "already_exists",
    "permission_denied",
    "unauthenticated",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss"
  ];
  function isCode(value) {
    return codes.includes(value);
  }

  // packages/runtime/src/rpc/twirp-error.ts
  var TwirpError = class extends Error {
    static {
      brand(this, "TwirpError");
    }
    name = "TwirpError";
    code;
    /** The text for the caller; the same as `message`. */
    msg;
    meta;
    constructor(code, msg, options = {}) {
      const text = isCode(code) ? msg : `invalid error type ${String(code)}`;
      super(text, options);
      this.code = isCode(code) ? code : "internal";
      this.msg = text;
      this.meta = options.meta ?? {};
    }
  };

  // packages/runtime/src/codec/errors.ts
  var DecodeError = class extends Error {
    name = "DecodeError";
  };
  var EncodeError = class extends Error {
    name = "EncodeError";
  };
  function missingField(name) {
    return new EncodeError(`required field ${name} is not set`);
  }

  // packages/runtime/src/rpc/service-type.ts
  function serviceType(typeName, methods) {
    const type = {
      typeName,
      methods,
      serve: (implementation, options = {}) => ({
        type,
        implementation,
        options
      })
    };
    return type;
  }

  // packages/runtime/src/codec/ascii.ts
  var MAX_SHORT = 24;
  var { fromCharCode } = String;
  function shortAscii(b, i, length) {
    switch (length) {
      case 0:
        return "";
      case 1:
        return fromCharCode(b[i]);
      case 2:
        return fromCharCode(b[i], b[i + 1]);
      case 3:
        return fromCharCode(b[i], b[i + 1], b[i + 2]);
      case 4:
        return fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3]);
      case 5:
        return fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4]);
      case 6:
        return fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5]);
      case 7:
        return fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6]);
      case 8:
        return fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]);
      case 9:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8]
        );
      case 10:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9]
        );
      case 11:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10]
        );
      case 12:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11]
        );
      case 13:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12]
        );
      case 14:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13]
        );
      case 15:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14]
        );
      case 16:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15]
        );
      case 17:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16]
        );
      case 18:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17]
        );
      case 19:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18]
        );
      case 20:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18],
          b[i + 19]
        );
      case 21:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18],
          b[i + 19],
          b[i + 20]
        );
      case 22:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18],
          b[i + 19],
          b[i + 20],
          b[i + 21]
        );
      case 23:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18],
          b[i + 19],
          b[i + 20],
          b[i + 21],
          b[i + 22]
        );
      case 24:
        return fromCharCode(
          b[i],
          b[i + 1],
          b[i + 2],
          b[i + 3],
          b[i + 4],
          b[i + 5],
          b[i + 6],
          b[i + 7],
          b[i + 8],
          b[i + 9],
          b[i + 10],
          b[i + 11],
          b[i + 12],
          b[i + 13],
          b[i + 14],
          b[i + 15],
          b[i + 16],
          b[i + 17],
          b[i + 18],
          b[i + 19],
          b[i + 20],
          b[i + 21],
          b[i + 22],
          b[i + 23]
        );
      default:
        throw new RangeError(`${length} bytes are not short`);
    }
  }

  // packages/runtime/src/codec/text-coding.ts
  function textDecoder(strict2) {
    return typeof TextDecoder === "undefined" ? { decode: (bytes) => decodeUtf8(bytes, strict2) } : new TextDecoder("utf-8", { fatal: strict2, ignoreBOM: true });
  }
  function textEncoder() {
    return typeof TextEncoder === "undefined" ? { encode, encodeInto } : new TextEncoder();
  }
  function encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, encodeInto(text, bytes).written);
  }
  function encodeInto(text, bytes) {
    let at = 0;
    for (const character of text) {
      const point = character.codePointAt(0);
      const code = point >= 55296 && point <= 57343 ? 65533 : point;
      if (code < 128) bytes[at++] = code;
      else {
        const more = code < 2048 ? 1 : code < 65536 ? 2 : 3;
        bytes[at++] = 3840 >> more + 1 & 255 | code >> 6 * more;
        for (let left = more - 1; left >= 0; left--) bytes[at++] = 128 | code >> 6 * left & 63;
      }
    }
    return { written: at };
  }
  function decodeUtf8(bytes, strict2) {
    let text = "";
    let at = 0;
    while (at < bytes.length) {
      const first = bytes[at++];
      if (first < 128) {
        text += String.fromCharCode(first);
        continue;
      }
      const more = first >= 194 && first <= 223 ? 1 : first >= 224 && first <= 239 ? 2 : 3;
      let code = first >= 194 && first <= 244 ? first & 63 >> more : -1;
      let low = first === 224 ? 160 : first === 240 ? 144 : 128;
      let high = first === 237 ? 159 : first === 244 ? 143 : 191;
      for (let left = more; left > 0 && code >= 0; left--) {
        const byte = bytes[at];
        if (byte === void 0 || byte < low || byte > high) code = -1;
        else {
          code = code << 6 | byte & 63;
          at++;
        }
        low = 128;
        high = 191;
      }
      if (code < 0 && strict2) throw new TypeError("invalid UTF-8");
      text += String.fromCodePoint(code < 0 ? 65533 : code);
    }
    return text;
  }

  // packages/runtime/src/codec/utf8.ts
  var buffer = globalThis.Buffer?.prototype;
  var latin1Slice = buffer?.latin1Slice;
  var utf8Slice = buffer?.utf8Slice;
  var utf8Write = buffer?.utf8Write;
  var encoder = textEncoder();
  var strict = textDecoder(true);
  var lenient = textDecoder(false);
  var REPLACEMENT = "\uFFFD";
  function readAscii(bytes, start, end) {
    if (end - start <= MAX_SHORT) return shortAscii(bytes, start, end - start);
    return latin1Slice === void 0 ? lenient.decode(bytes.subarray(start, end)) : latin1Slice.call(bytes, start, end);
  }
  function readUtf8(bytes, start, end) {
    if (end - start <= MAX_SHORT) {
      let bits = 0;
      for (let i = start; i < end; i++) bits |= bytes[i];
      if (bits < 128) return shortAscii(bytes, start, end - start);
    }
    if (utf8Slice !== void 0) {
      const text = utf8Slice.call(bytes, start, end);
      if (!text.includes(REPLACEMENT)) return text;
    }
    try {
      return strict.decode(bytes.subarray(start, end));
    } catch {
      return void 0;
    }
  }
  function readUtf8Lenient(bytes, start, end) {
    return lenient.decode(bytes.subarray(start, end));
  }
  function writeUtf8(text, bytes, offset) {
    return utf8Write === void 0 ? encoder.encodeInto(text, bytes.subarray(offset)).written : utf8Write.call(bytes, text, offset, text.length * 3);
  }
  function toUtf8(text) {
    return encoder.encode(text);
  }

  // packages/runtime/src/client/base-of.ts
  function baseOf({ baseUrl, prefix = "api" }) {
    const base = String(baseUrl);
    if (/[?#]/.test(base)) throw new TypeError(`query or fragment in baseUrl: ${base}`);
    return `${base}/${prefix}/`.replace(/(^|[^:])\/+/g, "$1/");
  }

  // packages/runtime/src/rpc/client-error.ts
  var ClientError = class extends TwirpError {
    static {
      brand(this, "ClientError");
    }
  };

  // packages/runtime/src/client/response-body.ts
  async function responseBody(response, textWillDo, max = 67108864) {
    const body = (!textWillDo || globalThis.TextDecoder) && response.body;
    const reader = body && (body.getReader?.() ?? body[Symbol.asyncIterator]?.());
    if (reader) {
      const chunks = [];
      for (let size = 0; size <= max; ) {
        const { done, value } = await (reader.read?.() ?? reader.next());
        if (done) {
          const bytes = new Uint8Array(size);
          for (const chunk of chunks.reverse()) bytes.set(chunk, size -= chunk.length);
          return bytes;
        }
        chunks.push(value);
        size += value.length;
      }
      reader.releaseLock?.();
    } else {
      const whole = textWillDo ? await response.text() : new Uint8Array(await response.arrayBuffer());
      if (whole.length <= max) return whole;
    }
    throw new ClientError("resource_exhausted", `answer exceeds maxResponseBytes: ${max}`);
  }
  function asText(body) {
    return typeof body === "string" ? body : new TextDecoder().decode(body);
  }
  function discard({ body }) {
    if (body?.destroy) body.destroy();
    else body?.cancel?.().catch(() => void 0);
  }

  // packages/runtime/src/client/response-error.ts
  var codeOf = {
    400: "internal",
    401: "unauthenticated",
    403: "permission_denied",
    404: "bad_route",
    429: "resource_exhausted",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable"
  };
  async function responseError({ status, statusText, headers }, read) {
    const meta = { http_error_from_intermediary: "true", status_code: `${status}` };
    const reason = `HTTP status code ${status} "${statusText}"`;
    if (!status || status > 299 && status < 400) {
      const location = headers.get("location") ?? "";
      return new ClientError("internal", `unexpected ${reason} received, Location="${location}"`, {
        meta: { ...meta, location }
      });
    }
    const body = asText(await read());
    return twirpError(body) ?? new ClientError(codeOf[status] ?? "unknown", `Error from intermediary with ${reason}`, {
      meta: { ...meta, body }
    });
  }
  function twirpError(body) {
    let fields;
    try {
      const entries = Object.entries(JSON.parse(body.slice(0, body.lastIndexOf("}") + 1)));
      fields = Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value ?? void 0]));
    } catch {
      return void 0;
    }
    let { code, msg = "", meta = {}, ...others } = fields;
    const texts = [code, msg, ...Object.values(meta)];
    const isForeign = !code || typeof meta !== "object" || Object.keys(others).length;
    if (isForeign || texts.some((text) => typeof text !== "string")) return void 0;
    if (code === "dataloss") code = "data_loss";
    if (!isCode(code)) {
      return new ClientError(
        "internal",
        `invalid type returned from server error response: ${code}`,
        {
          meta: { body }
        }
      );
    }
    return new (code === "bad_route" ? ClientError : TwirpError)(code, msg, {
      meta: { ...meta }
    });
  }

  // packages/runtime/src/client/text-of.ts
  function textOf(thrown) {
    const { message = String(thrown), cause } = Object(thrown);
    const { message: why, code } = Object(cause);
    return why || code ? `${message}: ${why || code}` : message;
  }

  // packages/runtime/src/client/attempt.ts
  var TransportError = class extends ClientError {
  };
  async function attempt(send, limit, format, { kind, download }, maxBytes, onResponse) {
    const step = async (what, start, Failure = TransportError) => {
      try {
        return await limit.until(start);
      } catch (cause) {
        if (cause instanceof ClientError) throw cause;
        throw limit.failure() ?? new Failure("internal", `failed to ${what}: ${textOf(cause)}`, { cause });
      }
    };
    const read = (what, textWillDo) => step(`read ${what} body`, () => responseBody(response, textWillDo, maxBytes));
    const response = await step("do request", send);
    try {
      await limit.until(() => onResponse(response));
      const file = download?.(response, () => read("response", false));
      if (file) return await file;
      if (response.status !== 200)
        throw await responseError(response, () => read("server error response", true));
      const body = await read("response", format.isText);
      return await step("unmarshal response", () => format.decode(body, kind), ClientError);
    } finally {
      discard(response);
    }
  }

  // packages/runtime/src/client/on-abort.ts
  var listenersOf = /* @__PURE__ */ new WeakMap();
  function onAbort(signal, listener) {
    if (signal.aborted) listener();
    const known = listenersOf.get(signal);
    const all = known ?? /* @__PURE__ */ new Set();
    if (!known) {
      listenersOf.set(signal, all);
      signal.addEventListener("abort", () => all.forEach((each) => each()));
    }
    all.add(listener);
    return () => all.delete(listener);
  }

  // packages/runtime/src/client/time-limit.ts
  var timeoutHeader = "x-request-timeout-ms";
  var longestTimer = 2147483647;
  function timeLimit(caller, timeoutMs = Infinity) {
    const timed = timeoutMs <= longestTimer;
    const controller = new AbortController();
    let failure;
    let reject;
    const over = new Promise((_, refuse) => reject = refuse);
    const fail = (error) => {
      reject(failure ??= error);
      controller.abort(failure);
    };
    const expire = () => fail(new ClientError("deadline_exceeded", `no answer within ${timeoutMs} ms`));
    const timer = timed ? setTimeout(expire, timeoutMs) : void 0;
    const end = performance.now() + timeoutMs;
    const forget = caller && onAbort(caller, () => fail(abortError(caller)));
    return {
      signal: controller.signal,
      failure: () => failure,
      late: over.catch((error) => new Promise((_, refuse) => setTimeout(refuse, 0, error))),
      until: async (start, end2 = over) => Promise.race([failure ? end2 : start(), end2]),
      tell(headers) {
        if (timed) headers.set(timeoutHeader, `${end - performance.now() | 0 || 1}`);
      },
      release() {
        clearTimeout(timer);
        forget?.();
      }
    };
  }
  function abortError({ reason = "canceled" }) {
    if (reason instanceof TwirpError) return reason;
    return new ClientError("canceled", `aborted because context was done: ${textOf(reason)}`, {
      cause: reason
    });
  }

  // packages/runtime/src/client/call.ts
  async function call(base, service, method, format, request, options, callOptions = {}) {
    const {
      headers: own,
      interceptors = [],
      hooks = [],
      retries = 0,
      fetch: send = fetch,
      maxResponseBytes
    } = options;
    const limit = timeLimit(callOptions.signal, callOptions.timeoutMs ?? options.timeoutMs);
    const { signal } = limit;
    let timer;
    const start = async () => {
      const headers = new Headers(typeof own === "function" ? await limit.until(own) : own);
      new Headers(callOptions.headers).forEach((value, key) => headers.set(key, value));
      const state = { service, method, headers, signal };
      const attempts = async (passed) => {
        const body = format.encode(passed);
        for (let left = method.idempotency === "NO_SIDE_EFFECTS" ? retries : 0, ms = 50; ; left--, ms *= 2) {
          limit.tell(headers);
          for (const hook of hooks) await hook.requestPrepared?.(state);
          headers.set("content-type", format.contentType);
          const init = { method: "POST", headers, body, redirect: "manual", signal };
          try {
            return await attempt(
              () => send(`${base}${service}/${method.name}`, init),
              limit,
              format,
              method,
              maxResponseBytes,
              async (response) => {
                await callOptions.onResponse?.(response);
                for (const hook of hooks) await hook.responseReceived?.(state, response);
              }
            );
          } catch (error) {
            if (!(error instanceof TwirpError)) throw error;
            for (const hook of hooks) await hook.error?.(state, error);
            if (left < 1 || !(error instanceof TransportError || error.code === "unavailable")) throw error;
            await limit.until(
              () => new Promise((wake) => timer = setTimeout(wake, ms * (1 + Math.random())))
            );
          }
        }
      };
      return interceptors.reduceRight(
        (next, interceptor) => (passed) => interceptor(passed, state, next),
        attempts
      )(request);
    };
    try {
      return await limit.until(start, limit.late);
    } finally {
      clearTimeout(timer);
      limit.release();
    }
  }

  // packages/runtime/src/client/read-download.ts
  function readDownload({ ok, status, headers }, read) {
    const type = headers.get("content-type") ?? "";
    if (!headers.has("x-pipit-download")) {
      if (!ok) return void 0;
      if (/^application\/(json|protobuf)/i.test(type)) {
        throw new ClientError("internal", `expected a download, got ${type}`);
      }
    }
    return read().then((data) => ({
      content_type: type,
      data,
      status,
      filename: filenameOf(headers.get("content-disposition") ?? "")
    }));
  }
  function filenameOf(disposition) {
    try {
      const encoded = /filename\*=utf-8''([^;\s]+)/i.exec(disposition);
      if (encoded !== null) return decodeURIComponent(encoded[1]);
    } catch {
    }
    const [, quoted, token] = /filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
    return quoted ?? token ?? "";
  }

  // packages/runtime/src/client/create-client.ts
  function createClient(service, options) {
    const base = baseOf(options);
    const client = {};
    for (const [name, method] of Object.entries(service.methods)) {
      const format = messageFormat(method, options);
      const called = method.kind === "download" ? { ...method, download: downloadOf(method) } : method;
      client[name] = (request, callOptions) => call(base, service.typeName, called, format, request, options, callOptions);
    }
    return client;
  }
  function messageFormat({ input, output, kind }, options) {
    const { format = "json", registry } = options;
    const json = registry === void 0 ? {} : { registry };
    return {
      contentType: `application/${format}`,
      isText: format === "json",
      encode: (request) => format === "json" ? input.toJsonBytes(request, { emitDefaults: false, ...json }) : input.encode(request),
      decode(body) {
        const message = format === "json" ? output.fromJsonBytes(typeof body === "string" ? toUtf8(body) : body, {
          ...json,
          firstValueOnly: true
        }) : output.decode(body);
        if (kind === "envelope") message.data ??= output.create({ data: {} }).data;
        return message;
      }
    };
  }
  function downloadOf({ output }) {
    return (response, read) => readDownload(response, read)?.then(
      ({ content_type: contentType, ...rest }) => output.create({ contentType, ...rest })
    );
  }

  // packages/runtime/src/client/json/create-json-client.ts
  var plainJson = {
    contentType: "application/json",
    isText: true,
    encode: JSON.stringify,
    decode(body, kind) {
      const text = asText(body);
      if (kind !== "value" && !/^\s*{/.test(text)) throw new TypeError("not an object");
      return JSON.parse(text);
    }
  };
  function createJsonClient(options) {
    const base = baseOf(options);
    return (method, request, callOptions) => call(base, method.service, method, plainJson, request, options, callOptions);
  }

  // test/gen/twirp/example/haberdasher/haberdasher.json.ts
  var makeHat = {
    service: "twirp.example.haberdasher.Haberdasher",
    name: "MakeHat"
  };

  // packages/runtime/src/codec/limits.ts
  var MAX_DEPTH = 100;
  var MIN_INT32 = -0x80000000n;
  var MAX_INT32 = 0x7fffffffn;
  var MAX_UINT32 = 0xffffffffn;
  var MIN_INT64 = -0x8000000000000000n;
  var MAX_INT64 = 0x7fffffffffffffffn;
  var MAX_UINT64 = 0xffffffffffffffffn;
  var MAX_FLOAT = 34028235677973366e22;

  // packages/runtime/src/codec/unknown-keeper.ts
  var NONE = new Uint8Array();
  var UnknownKeeper = class {
    /** The message whose fields `bytes` holds. */
    message = void 0;
    bytes = NONE;
    end = 0;
    /** @param length is written between the tag and the value where there is one */
    keep(message, tag, value, length) {
      const size = 10 + value.length;
      const chunks = message.$unknown ??= [];
      const isMore = this.message === message;
      if (!isMore || this.end + size > this.bytes.length) {
        this.bytes = new Uint8Array(Math.max(size, isMore ? this.bytes.length * 2 : 0));
        this.end = 0;
        this.message = message;
        chunks.push(this.bytes);
      }
      let at = putVarint(this.bytes, this.end, tag);
      if (length !== void 0) at = putVarint(this.bytes, at, length);
      this.bytes.set(value, at);
      this.end = at + value.length;
      chunks[chunks.length - 1] = this.bytes.subarray(0, this.end);
    }
  };
  function putVarint(bytes, at, value) {
    while (value > 127) {
      bytes[at++] = value & 127 | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
    return at;
  }

  // packages/runtime/src/codec/int64.ts
  var words = new Uint32Array(2);
  var highWord = new Int32Array(words.buffer, 4);
  var signed = new BigInt64Array(words.buffer);
  function fromInteger(value) {
    words[0] = value;
    highWord[0] = Math.floor(value / 4294967296);
    return signed[0];
  }
  function fromBillions(high, low) {
    const upper = Math.floor(high / 32768) * 1e9;
    const lower = high % 32768 * 1e9 + low + upper % 131072 * 32768;
    words[0] = lower;
    highWord[0] = Math.floor(upper / 131072) + Math.floor(lower / 4294967296);
    return signed[0];
  }
  function toBillions(value) {
    signed[0] = value;
    const high = words[1];
    const low = words[0];
    const upper = high % 1e9 * 65536 + (low >>> 16);
    const lower = upper % 1e9 * 65536 + (low & 65535);
    const billions = Math.floor(high / 1e9) * 4294967296 + Math.floor(upper / 1e9) * 65536 + Math.floor(lower / 1e9);
    return [billions, lower % 1e9];
  }
  function nearInt64(value) {
    signed[0] = value;
    return highWord[0] * 4294967296 + words[0];
  }
  function nearUint64(value) {
    signed[0] = value;
    return words[1] * 4294967296 + words[0];
  }
  function toInt64(value) {
    const integer = typeof value === "bigint" ? value : parse(value, "int64");
    if (integer < MIN_INT64 || integer > MAX_INT64) throw new EncodeError(`expected int64, got ${integer}`);
    return integer;
  }
  function toUint64(value) {
    const integer = typeof value === "bigint" ? value : parse(value, "uint64");
    if (integer < 0n || integer > MAX_UINT64) throw new EncodeError(`expected uint64, got ${integer}`);
    return integer;
  }
  function toSafeNumber(value) {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new DecodeError(`${value} is beyond 2^53: generate with int64=bigint or int64=string`);
    }
    return number;
  }
  function parse(value, kind) {
    const isInteger = typeof value === "number" ? Number.isSafeInteger(value) : /^-?\d+$/.test(value);
    if (!isInteger)
      throw new EncodeError(
        `expected ${kind}, got ${typeof value === "string" ? `"${value}"` : String(value)}`
      );
    return BigInt(value);
  }

  // packages/runtime/src/codec/wire-reader.ts
  var words2 = new Uint32Array(2);
  var signed64 = new BigInt64Array(words2.buffer);
  var unsigned64 = new BigUint64Array(words2.buffer);
  var WireReader = class {
    buf;
    /** Where the bytes end. */
    end;
    pos;
    /** Whether bytes fields are views of these bytes. */
    shareBytes = false;
    view;
    constructor(buf) {
      this.buf = buf;
      this.end = buf.length;
      this.pos = 0;
      this.view = void 0;
    }
    /** Starts anew on other bytes. */
    reset(buf) {
      this.buf = buf;
      this.end = buf.length;
      this.pos = 0;
      this.view = void 0;
    }
    /** The next tag, `field number << 3 | wire type`. */
    tag() {
      const { buf, pos } = this;
      const first = buf[pos];
      if (first < 128) {
        this.pos = pos + 1;
        return first;
      }
      const second = buf[pos + 1];
      if (second < 128) {
        this.pos = pos + 2;
        return first & 127 | second << 7;
      }
      return this.longTag();
    }
    longTag() {
      this.varint64();
      if (words2[1] !== 0) throw new DecodeError("invalid tag: field number too large");
      return words2[0];
    }
    uint32() {
      const { buf } = this;
      let { pos } = this;
      let byte = buf[pos++];
      let value = byte & 127;
      if (byte >= 128) {
        value |= ((byte = buf[pos++]) & 127) << 7;
        if (byte >= 128) {
          value |= ((byte = buf[pos++]) & 127) << 14;
          if (byte >= 128) {
            value |= ((byte = buf[pos++]) & 127) << 21;
            if (byte >= 128) value |= (byte = buf[pos++]) << 28;
          }
        }
      }
      if (byte < 128) {
        this.pos = pos;
        return value >>> 0;
      }
      this.varint64();
      return words2[0];
    }
    int32() {
      return this.uint32() | 0;
    }
    sint32() {
      const value = this.uint32();
      return value >>> 1 ^ -(value & 1);
    }
    bool() {
      const first = this.buf[this.pos];
      if (first < 128) {
        this.pos++;
        return first !== 0;
      }
      this.varint64();
      return words2[0] !== 0 || words2[1] !== 0;
    }
    int64() {
      const first = this.buf[this.pos];
      if (first < 128) {
        this.pos++;
        words2[0] = first;
        words2[1] = 0;
        return signed64[0];
      }
      this.varint64();
      return signed64[0];
    }
    uint64() {
      const first = this.buf[this.pos];
      if (first < 128) {
        this.pos++;
        words2[0] = first;
        words2[1] = 0;
        return unsigned64[0];
      }
      this.varint64();
      return unsigned64[0];
    }
    sint64() {
      const value = this.uint64();
      return value >> 1n ^ -(value & 1n);
    }
    fixed32() {
      return this.skipTo(4).getUint32(this.pos - 4, true);
    }
    sfixed32() {
      return this.skipTo(4).getInt32(this.pos - 4, true);
    }
    fixed64() {
      return this.skipTo(8).getBigUint64(this.pos - 8, true);
    }
    sfixed64() {
      return this.skipTo(8).getBigInt64(this.pos - 8, true);
    }
    float() {
      return this.skipTo(4).getFloat32(this.pos - 4, true);
    }
    double() {
      return this.skipTo(8).getFloat64(this.pos - 8, true);
    }
    int64String() {
      return String(this.int64());
    }
    uint64String() {
      return String(this.uint64());
    }
    sint64String() {
      return String(this.sint64());
    }
    fixed64String() {
      return String(this.fixed64());
    }
    sfixed64String() {
      return String(this.sfixed64());
    }
    int64Number() {
      return toSafeNumber(this.int64());
    }
    uint64Number() {
      return toSafeNumber(this.uint64());
    }
    sint64Number() {
      return toSafeNumber(this.sint64());
    }
    fixed64Number() {
      return toSafeNumber(this.fixed64());
    }
    sfixed64Number() {
      return toSafeNumber(this.sfixed64());
    }
    /** A string that must be valid UTF-8, as proto3 demands. */
    string() {
      const end = this.length();
      const text = readUtf8(this.buf, this.pos, end);
      if (text === void 0) throw new DecodeError("string is not valid UTF-8");
      this.pos = end;
      return text;
    }
    /** A string of a field without UTF-8 validation (proto2, `utf8_validation = NONE`): invalid bytes become U+FFFD. */
    uncheckedString() {
      const end = this.length();
      const text = readUtf8(this.buf, this.pos, end) ?? readUtf8Lenient(this.buf, this.pos, end);
      this.pos = end;
      return text;
    }
    /** A copy, unless the bytes are shared: the message must not change when its input does. */
    bytes() {
      const end = this.length();
      const { buf, pos } = this;
      this.pos = end;
      return this.shareBytes ? new Uint8Array(buf.buffer, buf.byteOffset + pos, end - pos) : this.copy(pos, end);
    }
    /** Reads a length and checks it against the bytes there are. */
    length() {
      let length = this.buf[this.pos];
      if (length < 128) this.pos++;
      else {
        this.varint64();
        if (words2[1] !== 0) throw truncated();
        length = words2[0];
      }
      const end = this.pos + length;
      if (end > this.end) throw truncated();
      return end;
    }
    skipTo(size) {
      this.pos += size;
      if (this.pos > this.end) throw truncated();
      return this.view ??= new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
    }
    copy(start, end) {
      const copy = new Uint8Array(end - start);
      copy.set(this.buf.subarray(start, end));
      return copy;
    }
    /** Leaves the 64 bits in `words`, low ones first. */
    varint64() {
      const { buf } = this;
      let { pos } = this;
      let low = 0;
      let middle = 0;
      let high = 0;
      let byte = 128;
      for (let shift = 0; shift < 28 && byte >= 128; shift += 7) low |= ((byte = buf[pos++]) & 127) << shift;
      for (let shift = 0; shift < 28 && byte >= 128; shift += 7)
        middle |= ((byte = buf[pos++]) & 127) << shift;
      for (let shift = 0; shift < 14 && byte >= 128; shift += 7)
        high |= ((byte = buf[pos++]) & 127) << shift;
      if (!(byte < 128)) throw pos > this.end ? truncated() : new DecodeError("varint longer than 10 bytes");
      this.pos = pos;
      words2[0] = low | middle << 28;
      words2[1] = middle >>> 4 | high << 24;
    }
  };
  function truncated() {
    return new DecodeError("truncated: a field ends beyond its message");
  }

  // packages/runtime/src/codec/binary-reader.ts
  var NONE2 = new Uint8Array();
  var BinaryReader = class extends WireReader {
    discardUnknown;
    depth;
    keeper;
    constructor(buf, discardUnknown = false) {
      super(buf);
      this.discardUnknown = discardUnknown;
      this.depth = 1;
      this.keeper = void 0;
    }
    /** Starts anew on other bytes: one reader serves all messages, which saves making one for each. */
    open(buf, discardUnknown = false, shareBytes = false) {
      this.reset(buf);
      this.discardUnknown = discardUnknown;
      this.shareBytes = shareBytes;
      this.depth = 1;
      this.keeper = void 0;
    }
    /** Lets go of the bytes. */
    close() {
      this.reset(NONE2);
      this.keeper = void 0;
    }
    /**
     * Enters a message with a length in front.
     * @returns where it ends
     */
    enter() {
      const end = this.length();
      this.deepen();
      return end;
    }
    /** Enters a group; `end` is where the message around it ends. */
    enterGroup(end) {
      this.deepen();
      return end;
    }
    /** Leaves a message, and finds out whether it was whole. */
    leave(end, group) {
      if (this.pos !== end || group !== 0) throw truncated();
      this.depth--;
    }
    /** Where the packed list that comes next ends. */
    packed() {
      return this.length();
    }
    /** Finds out whether the packed list was whole. */
    packedEnd(end) {
      if (this.pos !== end) throw truncated();
    }
    /**
     * Takes a field the schema does not know (or knows with another wire type): kept in `$unknown`, or dropped.
     * @returns true where it was the end of the group being read
     */
    unknown(message, tag, group) {
      if ((tag & 7) === 4) return this.endGroup(tag, group);
      const start = this.pos;
      this.skip(tag);
      if (!this.discardUnknown) this.keep(message, tag, start);
      return false;
    }
    /** Keeps an enum value its closed enum does not name; it is unknown to the schema as well. */
    unknownEnum(message, tag, start) {
      if (!this.discardUnknown) this.keep(message, tag & ~7, start);
    }
    /** Keeps a map entry whose value is an enum value its closed enum does not name. */
    unknownEntry(message, tag, start) {
      if (!this.discardUnknown) this.keep(message, tag, start, this.pos - start);
    }
    /** Skips a field of a map entry. */
    skip(tag) {
      if (tag >>> 3 === 0) throw new DecodeError("invalid tag: field number 0");
      switch (tag & 7) {
        case 0:
          this.varint64();
          return;
        case 1:
          this.skipTo(8);
          return;
        case 2:
          this.pos = this.length();
          return;
        case 3:
          this.deepen();
          for (let inner = this.tagInside(); inner !== (tag ^ 7) >>> 0; inner = this.tagInside()) {
            if ((inner & 7) === 4) throw unmatched(inner);
            this.skip(inner);
          }
          this.depth--;
          return;
        case 5:
          this.skipTo(4);
          return;
        case 4:
          throw unmatched(tag);
        default:
          throw new DecodeError(`invalid wire type ${tag & 7} of field ${tag >>> 3}`);
      }
    }
    tagInside() {
      if (this.pos >= this.end) throw truncated();
      return this.tag();
    }
    endGroup(tag, group) {
      if (tag >>> 3 !== group || group === 0) throw unmatched(tag);
      this.depth--;
      return true;
    }
    keep(message, tag, start, length) {
      this.keeper ??= new UnknownKeeper();
      this.keeper.keep(message, tag >>> 0, this.buf.subarray(start, this.pos), length);
    }
    deepen() {
      if (++this.depth > MAX_DEPTH) throw new DecodeError(`nested deeper than ${MAX_DEPTH} messages`);
    }
  };
  function unmatched(tag) {
    return new DecodeError(`end of group ${tag >>> 3} without its start`);
  }

  // packages/runtime/src/codec/bytes.ts
  function isBytes(value) {
    return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
  }

  // packages/runtime/src/codec/output-buffer.ts
  var SLAB_SIZE = 64 * 1024;
  var OutputBuffer = class {
    buf = new Uint8Array(SLAB_SIZE);
    /** The same bytes. */
    view = new DataView(this.buf.buffer);
    /** Where the next byte goes. */
    pos = 0;
    /** Where the message being written starts. Positions kept across a `reserve` are relative to it. */
    start = 0;
    /** The size of the large message before: the next may be as large. */
    expected = 0;
    /** Makes room for `size` more bytes, and one for a comma after them. */
    reserve(size) {
      if (this.pos + size >= this.buf.length) this.grow(size + 1);
    }
    grow(size) {
      const used = this.pos - this.start;
      const enough = used === 0 ? size : Math.max((used + size) * 2, this.expected + size);
      const next = new Uint8Array(Math.max(SLAB_SIZE, enough));
      next.set(this.buf.subarray(this.start, this.pos));
      this.setSlab(next);
      this.start = 0;
      this.pos = used;
    }
    setSlab(slab) {
      this.buf = slab;
      this.view = new DataView(slab.buffer);
    }
    /** The bytes of the finished message. */
    finish() {
      const bytes = new Uint8Array(this.buf.buffer, this.start, this.pos - this.start);
      if (this.pos > SLAB_SIZE) {
        this.expected = bytes.length;
        this.setSlab(new Uint8Array(SLAB_SIZE));
        this.pos = 0;
      }
      this.start = this.pos;
      return bytes;
    }
    /** Forgets the message being written. */
    discard() {
      this.pos = this.start;
    }
  };

  // packages/runtime/src/codec/wire-writer.ts
  var words3 = new Uint32Array(2);
  var word64 = new BigInt64Array(words3.buffer);
  var WireWriter = class extends OutputBuffer {
    /** Starts something with a length in front: a message, a map entry, a packed list. */
    begin(tag) {
      this.reserve(10);
      this.varint(tag);
      return this.mark();
    }
    /** Ends what `begin` started. */
    end(mark) {
      const from = this.start + mark;
      const length = this.pos - from;
      if (length < 128) {
        this.buf[from - 1] = length;
        return;
      }
      const extra = length < 16384 ? 1 : length < 2097152 ? 2 : length < 268435456 ? 3 : 4;
      this.reserve(extra);
      const at = this.start + mark;
      this.buf.copyWithin(at + extra, at, this.pos);
      const end = this.pos + extra;
      this.pos = at - 1;
      this.varint(length);
      this.pos = end;
    }
    /** A bare tag: the start or the end of a group. */
    tag(tag) {
      this.reserve(5);
      this.varint(tag);
    }
    /** A required message that is not there: it has no default that could be written. */
    missing(name) {
      throw missingField(name);
    }
    /** Fields kept as they came. */
    unknown(chunks) {
      for (const chunk of chunks) {
        this.reserve(chunk.length);
        this.buf.set(chunk, this.pos);
        this.pos += chunk.length;
      }
    }
    mark() {
      return ++this.pos - this.start;
    }
    varint(value) {
      const { buf } = this;
      while (value > 127) {
        buf[this.pos++] = value & 127 | 128;
        value >>>= 7;
      }
      buf[this.pos++] = value;
    }
    /** An int32 or enum: negative values are sign-extended to 64 bits. */
    signed(value) {
      if (value >= 0) this.varint(value);
      else this.varint64(value >>> 0, 4294967295);
    }
    varint64(low, high) {
      const { buf } = this;
      while (high !== 0) {
        buf[this.pos++] = low & 127 | 128;
        low = (low >>> 7 | high << 25) >>> 0;
        high >>>= 7;
      }
      this.varint(low);
    }
    zigzag64(value) {
      const signed2 = toInt64(value);
      word64[0] = signed2 << 1n ^ signed2 >> 63n;
      this.varint64(words3[0], words3[1]);
    }
    word(value) {
      const { buf, pos } = this;
      buf[pos] = value;
      buf[pos + 1] = value >>> 8;
      buf[pos + 2] = value >>> 16;
      buf[pos + 3] = value >>> 24;
      this.pos = pos + 4;
    }
  };

  // packages/runtime/src/codec/binary-writer.ts
  var SHORT_TEXT = 24;
  var words4 = new Uint32Array(2);
  var word642 = new BigInt64Array(words4.buffer);
  var numbers = new DataView(new ArrayBuffer(8));
  var BinaryWriter = class extends WireWriter {
    int32(tag, value) {
      if ((value | 0) !== value) throw wrongValue(tag, "int32", value);
      this.reserve(15);
      this.varint(tag);
      this.signed(value);
    }
    uint32(tag, value) {
      if (value >>> 0 !== value) throw wrongValue(tag, "uint32", value);
      this.reserve(10);
      this.varint(tag);
      this.varint(value);
    }
    sint32(tag, value) {
      if ((value | 0) !== value) throw wrongValue(tag, "sint32", value);
      this.reserve(10);
      this.varint(tag);
      this.varint((value << 1 ^ value >> 31) >>> 0);
    }
    bool(tag, value) {
      this.reserve(6);
      this.varint(tag);
      this.buf[this.pos++] = value ? 1 : 0;
    }
    int64(tag, value) {
      this.reserve(15);
      this.varint(tag);
      word642[0] = toInt64(value);
      this.varint64(words4[0], words4[1]);
    }
    uint64(tag, value) {
      this.reserve(15);
      this.varint(tag);
      word642[0] = toUint64(value);
      this.varint64(words4[0], words4[1]);
    }
    sint64(tag, value) {
      this.reserve(15);
      this.varint(tag);
      this.zigzag64(value);
    }
    fixed32(tag, value) {
      if (value >>> 0 !== value) throw wrongValue(tag, "fixed32", value);
      this.reserve(9);
      this.varint(tag);
      this.word(value);
    }
    sfixed32(tag, value) {
      if ((value | 0) !== value) throw wrongValue(tag, "sfixed32", value);
      this.reserve(9);
      this.varint(tag);
      this.word(value);
    }
    fixed64(tag, value) {
      this.reserve(13);
      this.varint(tag);
      word642[0] = toUint64(value);
      this.word(words4[0]);
      this.word(words4[1]);
    }
    sfixed64(tag, value) {
      this.reserve(13);
      this.varint(tag);
      word642[0] = toInt64(value);
      this.word(words4[0]);
      this.word(words4[1]);
    }
    float(tag, value) {
      if (typeof value !== "number") throw wrongValue(tag, "float", value);
      this.reserve(9);
      this.varint(tag);
      numbers.setFloat32(0, value, true);
      this.word(numbers.getUint32(0, true));
    }
    double(tag, value) {
      if (typeof value !== "number") throw wrongValue(tag, "double", value);
      this.reserve(13);
      this.varint(tag);
      this.float64(value);
    }
    string(tag, value) {
      if (typeof value !== "string") throw wrongValue(tag, "string", value);
      const length = value.length;
      this.reserve(10 + length * 3);
      this.varint(tag);
      if (length <= SHORT_TEXT) {
        const { buf } = this;
        let at = this.pos + 1;
        let i = 0;
        for (; i < length; i++) {
          const unit = value.charCodeAt(i);
          if (unit >= 128) break;
          buf[at++] = unit;
        }
        if (i === length) {
          buf[this.pos] = length;
          this.pos = at;
          return;
        }
      }
      const mark = this.mark();
      this.pos += writeUtf8(value, this.buf, this.pos);
      this.end(mark);
    }
    bytes(tag, value) {
      if (!isBytes(value)) throw wrongValue(tag, "bytes", value);
      this.reserve(10 + value.length);
      this.varint(tag);
      this.varint(value.length);
      this.buf.set(value, this.pos);
      this.pos += value.length;
    }
    packedInt32(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 10);
      for (const value of values) {
        if ((value | 0) !== value) throw wrongValue(tag, "int32", value);
        this.signed(value);
      }
      this.end(mark);
    }
    packedUint32(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 5);
      for (const value of values) {
        if (value >>> 0 !== value) throw wrongValue(tag, "uint32", value);
        this.varint(value);
      }
      this.end(mark);
    }
    packedSint32(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 5);
      for (const value of values) {
        if ((value | 0) !== value) throw wrongValue(tag, "sint32", value);
        this.varint((value << 1 ^ value >> 31) >>> 0);
      }
      this.end(mark);
    }
    packedBool(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length);
      for (const value of values) this.buf[this.pos++] = value ? 1 : 0;
      this.end(mark);
    }
    packedInt64(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 10);
      for (const value of values) {
        word642[0] = toInt64(value);
        this.varint64(words4[0], words4[1]);
      }
      this.end(mark);
    }
    packedUint64(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 10);
      for (const value of values) {
        word642[0] = toUint64(value);
        this.varint64(words4[0], words4[1]);
      }
      this.end(mark);
    }
    packedSint64(tag, values) {
      const mark = this.begin(tag);
      this.reserve(values.length * 10);
      for (const value of values) this.zigzag64(value);
      this.end(mark);
    }
    packedFixed32(tag, values) {
      this.reserve(10 + values.length * 4);
      this.varint(tag);
      this.varint(values.length * 4);
      for (const value of values) {
        if (value >>> 0 !== value) throw wrongValue(tag, "fixed32", value);
        this.word(value);
      }
    }
    packedSfixed32(tag, values) {
      this.reserve(10 + values.length * 4);
      this.varint(tag);
      this.varint(values.length * 4);
      for (const value of values) {
        if ((value | 0) !== value) throw wrongValue(tag, "sfixed32", value);
        this.word(value);
      }
    }
    packedFixed64(tag, values) {
      this.reserve(10 + values.length * 8);
      this.varint(tag);
      this.varint(values.length * 8);
      for (const value of values) {
        word642[0] = toUint64(value);
        this.word(words4[0]);
        this.word(words4[1]);
      }
    }
    packedSfixed64(tag, values) {
      this.reserve(10 + values.length * 8);
      this.varint(tag);
      this.varint(values.length * 8);
      for (const value of values) {
        word642[0] = toInt64(value);
        this.word(words4[0]);
        this.word(words4[1]);
      }
    }
    packedFloat(tag, values) {
      this.reserve(10 + values.length * 4);
      this.varint(tag);
      this.varint(values.length * 4);
      const view = new DataView(this.buf.buffer, this.pos);
      for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i], true);
      this.pos += values.length * 4;
    }
    packedDouble(tag, values) {
      this.reserve(10 + values.length * 8);
      this.varint(tag);
      this.varint(values.length * 8);
      const view = new DataView(this.buf.buffer, this.pos);
      for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i], true);
      this.pos += values.length * 8;
    }
    float64(value) {
      numbers.setFloat64(0, value, true);
      this.word(numbers.getUint32(0, true));
      this.word(numbers.getUint32(4, true));
    }
  };
  function wrongValue(tag, expected, value) {
    return new EncodeError(`field ${tag >>> 3}: expected ${expected}, got ${String(value)}`);
  }

  // packages/runtime/src/codec/name-table.ts
  function nameTable(numbers2) {
    const list = [...numbers2].map(([name, number]) => ({ bytes: toUtf8(name), number }));
    const slots = new Int16Array(2 ** Math.ceil(Math.log2(list.length * 4 + 1))).fill(-1);
    for (const [index, { bytes }] of list.entries()) {
      let hash = 0;
      for (const byte of bytes) hash = nextHash(hash, byte);
      while (slots[hash & slots.length - 1] !== -1) hash++;
      slots[hash & slots.length - 1] = index;
    }
    return { list, slots, numbers: numbers2, hint: 0 };
  }
  function nextHash(hash, byte) {
    return Math.imul(hash, 31) + byte | 0;
  }

  // packages/runtime/src/codec/packed-text.ts
  function packText(text) {
    const words5 = new Int32Array(Math.ceil(text.length / 4));
    for (let i = 0; i < text.length; i++) words5[i >> 2] |= text.charCodeAt(i) << (i & 3) * 8;
    return { words: words5, length: text.length };
  }

  // packages/runtime/src/codec/json-fields.ts
  function jsonFields(...fields) {
    return extendableJsonFields(void 0, ...fields);
  }
  function extendableJsonFields(extendee, ...fields) {
    const numbers2 = /* @__PURE__ */ new Map();
    const nullable = /* @__PURE__ */ new Set();
    for (const [signed2, { name }] of fields) {
      numbers2.set(name, Math.abs(signed2));
      if (signed2 < 0) nullable.add(-signed2);
    }
    for (const [signed2, { jsonName }] of fields) {
      if (!numbers2.has(jsonName)) numbers2.set(jsonName, Math.abs(signed2));
    }
    return { names: nameTable(numbers2), nullable: nullable.size > 0 ? nullable : void 0, extendee };
  }

  // packages/runtime/src/codec/json-key.ts
  function jsonKey(name, jsonName = name) {
    return { name, jsonName, proto: packText(keyText(name)), camel: packText(keyText(jsonName)) };
  }
  function keyText(name) {
    const ascii = JSON.stringify(name).replace(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    );
    return `,${ascii}:`;
  }

  // packages/runtime/src/codec/json-number.ts
  var NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
  var ZERO = 48;
  function isJsonNumber(text) {
    return NUMBER.test(text);
  }
  function parseInteger(text) {
    const match = NUMBER.exec(text);
    if (match === null) return void 0;
    const [, sign, whole, fraction = "", exponent = "0"] = match;
    const digits = whole + fraction;
    let end = digits.length;
    while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
    let start = 0;
    while (start < end && digits.charCodeAt(start) === ZERO) start++;
    if (start === end) return 0n;
    const zeros = digits.length - end + Number(exponent) - fraction.length;
    if (zeros < 0 || zeros + end - start > 20) return void 0;
    const integer = BigInt(digits.slice(start, end) + "0".repeat(zeros));
    return sign === "-" ? -integer : integer;
  }

  // packages/runtime/src/codec/float.ts
  var POWERS = Array.from({ length: 23 }, (_, k) => 10 ** k);
  var MAX_EXACT = 2 ** 53;
  function shortestFloat(value) {
    const float = Math.fround(value);
    const size = Math.abs(float);
    if (size >= 1e-4 && size < 1e7) {
      for (let decimals = 0; decimals <= 12; decimals++) {
        const short = Math.round(float * POWERS[decimals]) / POWERS[decimals];
        if (Math.fround(short) === float) return short;
      }
    }
    for (let digits = 6; digits < 9; digits++) {
      const short = Number(float.toPrecision(digits));
      if (Math.fround(short) === float) return short;
    }
    return float;
  }
  function millionths(value) {
    const scaled = Math.round(value * 1e6);
    return scaled <= MAX_EXACT && scaled / 1e6 === value ? scaled : -1;
  }
  function fromDecimal(digits, decimals) {
    return digits / POWERS[decimals];
  }

  // packages/runtime/src/codec/base64.ts
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  var encodeTable = new Uint8Array(64);
  var decodeTable = new Int8Array(256).fill(-1);
  for (let i = 0; i < 64; i++) {
    encodeTable[i] = ALPHABET.charCodeAt(i);
    decodeTable[ALPHABET.charCodeAt(i)] = i;
  }
  decodeTable["-".charCodeAt(0)] = 62;
  decodeTable["_".charCodeAt(0)] = 63;
  var PADDING = 61;
  function base64Length(length) {
    return Math.ceil(length / 3) * 4;
  }
  function writeBase64(bytes, out, at) {
    let i = 0;
    for (; i + 2 < bytes.length; i += 3) {
      const bits2 = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
      out[at++] = encodeTable[bits2 >>> 18];
      out[at++] = encodeTable[bits2 >>> 12 & 63];
      out[at++] = encodeTable[bits2 >>> 6 & 63];
      out[at++] = encodeTable[bits2 & 63];
    }
    const left = bytes.length - i;
    if (left === 0) return;
    const bits = bytes[i] << 16 | (left === 2 ? bytes[i + 1] << 8 : 0);
    out[at++] = encodeTable[bits >>> 18];
    out[at++] = encodeTable[bits >>> 12 & 63];
    out[at++] = left === 2 ? encodeTable[bits >>> 6 & 63] : PADDING;
    out[at] = PADDING;
  }
  function readBase64(text, start, end) {
    if (end > start && text[end - 1] === PADDING && (end - start) % 4 === 0) {
      end -= text[end - 2] === PADDING ? 2 : 1;
    }
    const length = end - start;
    if (length % 4 === 1) return void 0;
    const bytes = new Uint8Array(Math.floor(length * 3 / 4));
    let valid = 0;
    let at = 0;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const bits = decodeTable[text[i]] << 18 | decodeTable[text[i + 1]] << 12 | decodeTable[text[i + 2]] << 6 | decodeTable[text[i + 3]];
      valid |= bits;
      bytes[at++] = bits >> 16;
      bytes[at++] = bits >> 8;
      bytes[at++] = bits;
    }
    if (i < end) {
      const bits = decodeTable[text[i]] << 18 | decodeTable[text[i + 1]] << 12 | (i + 2 < end ? decodeTable[text[i + 2]] << 6 : 0);
      valid |= bits;
      bytes[at++] = bits >> 16;
      if (i + 2 < end) bytes[at] = bits >> 8;
    }
    return valid < 0 ? void 0 : bytes;
  }

  // packages/runtime/src/codec/json-path.ts
  function jsonPath(text, pos) {
    const stack = [];
    let key = "";
    for (let i = 0; i < pos; i++) {
      switch (text[i]) {
        case 123:
          stack.push("");
          break;
        case 91:
          stack.push(0);
          break;
        case 125:
        // }
        case 93:
          stack.pop();
          break;
        case 34: {
          const end = stringEnd(text, i + 1);
          key = readUtf8Lenient(text, i + 1, end);
          i = end;
          break;
        }
        case 58:
          stack[stack.length - 1] = key;
          break;
        case 44: {
          const top = stack.at(-1);
          if (typeof top === "number") stack[stack.length - 1] = top + 1;
          break;
        }
        default:
      }
    }
    let path = "";
    for (const part of stack) {
      if (typeof part === "number") path += `[${part}]`;
      else if (part !== "") path += path === "" ? part : `.${part}`;
    }
    return path;
  }
  function stringEnd(text, from) {
    let i = from;
    while (i < text.length && text[i] !== 34) i += text[i] === 92 ? 2 : 1;
    return i;
  }

  // packages/runtime/src/codec/json-scan.ts
  var SPACES = 538976288;
  var QUOTES = 572662306;
  var BACKSLASHES = 1549556828;
  var ONES = 16843009;
  var HIGH_BITS = 2155905152 | 0;
  function special(word) {
    const quotes = word ^ QUOTES;
    const backslashes = word ^ BACKSLASHES;
    return word - SPACES & ~word | quotes - ONES & ~quotes | backslashes - ONES & ~backslashes;
  }
  function needsEscape(view, start, end) {
    let found = 0;
    let i = start;
    for (; i + 4 <= end; i += 4) found |= special(view.getInt32(i, true));
    for (; i < end; i++) found |= special(view.getUint8(i) | 1077952512);
    return (found & HIGH_BITS) !== 0;
  }
  function plainUntil(view, start, end) {
    let i = start;
    while (i + 4 <= end && (special(view.getInt32(i, true)) & HIGH_BITS) === 0) i += 4;
    return i;
  }

  // packages/runtime/src/codec/json-cursor.ts
  var MAX_SHOWN = 40;
  var QUOTE = 34;
  var COMMA = 44;
  var COLON = 58;
  var OPEN_LIST = 91;
  var BACKSLASH = 92;
  var CLOSE_LIST = 93;
  var OPEN_OBJECT = 123;
  var CLOSE_OBJECT = 125;
  var JsonCursor = class {
    buf;
    pos;
    view;
    constructor(buf) {
      this.buf = buf;
      this.pos = 0;
      this.view = void 0;
    }
    /** After the top value: nothing but white space may follow. */
    finish() {
      this.space();
      if (this.pos < this.buf.length) throw this.syntax("the end");
    }
    /** What kind of value comes next. */
    kind() {
      switch (this.space()) {
        case 110:
          return "null";
        case 116:
        case 102:
          return "bool";
        case QUOTE:
          return "string";
        case OPEN_LIST:
          return "list";
        case OPEN_OBJECT:
          return "object";
        default:
          return "number";
      }
    }
    /** Whether `null` comes next; it is taken. */
    null() {
      if (this.space() !== 110) return false;
      this.literal("null");
      return true;
    }
    /** Skips white space. @returns the byte after it; undefined at the end, which equals none */
    space() {
      const byte = this.buf[this.pos];
      return byte > 32 ? byte : this.skipSpace();
    }
    skipSpace() {
      const { buf } = this;
      let byte = buf[this.pos];
      while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = buf[++this.pos];
      return byte;
    }
    literal(text) {
      const { buf, pos } = this;
      for (let i = 0; i < text.length; i++) {
        if (buf[pos + i] !== text.charCodeAt(i)) throw this.wrong("value");
      }
      this.pos = pos + text.length;
    }
    /** The text from here on, up to its end or to a quote, a backslash or a control character, or a bit before. */
    skipPlain(from) {
      const { buf } = this;
      this.view ??= new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
      return plainUntil(this.view, from, buf.length);
    }
    /** Where the closing quote is. */
    stringEnd(start) {
      const { buf } = this;
      for (let end = start; ; ) {
        end = this.skipPlain(end);
        const byte = buf[end];
        if (byte === QUOTE) return end;
        if (byte === void 0) throw this.wrong("string");
        end += byte === BACKSLASH ? 2 : 1;
      }
    }
    syntax(expected) {
      return this.error(`expected ${expected}, got ${this.shown()} at byte ${this.pos}`);
    }
    /** The value that comes next is not what the field holds. */
    wrong(expected) {
      return this.error(`expected ${expected}, got ${this.shown()}`);
    }
    error(text) {
      const path = jsonPath(this.buf, this.pos);
      return new DecodeError(path === "" ? text : `${path}: ${text}`);
    }
    /** The value that comes next, cut short. */
    shown() {
      const { buf, pos } = this;
      const first = buf[pos];
      if (first === void 0) return "the end";
      if (first === OPEN_OBJECT) return "an object";
      if (first === OPEN_LIST) return "a list";
      let end = pos + 1;
      if (first === QUOTE) {
        while (end < buf.length && buf[end] !== QUOTE) end += buf[end] === BACKSLASH ? 2 : 1;
        end++;
      } else while (end < buf.length && !isDelimiter(buf[end])) end++;
      const text = readUtf8Lenient(buf, pos, Math.min(end, pos + MAX_SHOWN, buf.length));
      return end - pos > MAX_SHOWN ? `${text}\u2026` : text;
    }
  };
  function isDelimiter(byte) {
    return byte <= 32 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COLON;
  }

  // packages/runtime/src/codec/json-text-reader.ts
  var QUOTE2 = 34;
  var BACKSLASH2 = 92;
  var PLAIN = Uint8Array.from(
    { length: 256 },
    (_, byte) => byte >= 32 && byte < 128 && byte !== QUOTE2 && byte !== BACKSLASH2 ? 1 : 0
  );
  var JsonTextReader = class extends JsonCursor {
    string() {
      if (this.space() !== QUOTE2) throw this.wrong("string");
      const { buf } = this;
      const start = this.pos + 1;
      const limit = start + MAX_SHORT;
      let end = start;
      while (end < limit && PLAIN[buf[end]] === 1) end++;
      const byte = buf[end];
      if (byte !== QUOTE2) return byte === BACKSLASH2 ? this.escapedString(start) : this.longString(start, end);
      this.pos = end + 1;
      return shortAscii(buf, start, end - start);
    }
    longString(start, from) {
      const { buf } = this;
      let end = this.skipPlain(from);
      let byte = buf[end];
      while (byte !== QUOTE2) {
        if (byte === BACKSLASH2) return this.escapedString(start);
        if (!(byte >= 32)) throw this.wrong("string");
        byte = buf[++end];
      }
      const text = readUtf8(buf, start, end);
      if (text === void 0) throw this.error("string is not valid UTF-8");
      this.pos = end + 1;
      return text;
    }
    escapedString(start) {
      const end = this.stringEnd(start);
      const raw = readUtf8(this.buf, start - 1, end + 1);
      if (raw === void 0) throw this.error("string is not valid UTF-8");
      let text;
      try {
        text = JSON.parse(raw);
      } catch {
        throw this.wrong("string");
      }
      if (raw.includes("\\u") && !text.isWellFormed()) throw this.error("string has a lone surrogate");
      this.pos = end + 1;
      return text;
    }
    /** A string that stands for something else; `parse` answers undefined for one that does not. */
    parsed(expected, parse2) {
      if (this.space() !== QUOTE2) throw this.wrong(expected);
      const start = this.pos;
      const value = parse2(this.string());
      if (value !== void 0) return value;
      this.pos = start;
      throw this.wrong(expected);
    }
    bytes() {
      if (this.space() !== QUOTE2) throw this.wrong("base64");
      const start = this.pos + 1;
      const end = this.stringEnd(start);
      const bytes = readBase64(this.buf, start, end) ?? this.escapedBytes();
      this.pos = end + 1;
      return bytes;
    }
    escapedBytes() {
      const start = this.pos;
      const text = toUtf8(this.string());
      const bytes = readBase64(text, 0, text.length);
      this.pos = start;
      if (bytes === void 0) throw this.wrong("base64");
      return bytes;
    }
    /** Takes the string that comes next if it is one of the names, written without escapes. */
    findName(names) {
      const { list, hint } = names;
      const expected = list[hint];
      if (expected !== void 0 && this.isName(expected)) return this.takeName(names, hint);
      const { slots } = names;
      const { buf } = this;
      let hash = 0;
      for (let at = this.pos + 1, byte = buf[at]; byte !== QUOTE2; byte = buf[++at]) {
        if (byte === void 0 || byte === BACKSLASH2) return void 0;
        hash = nextHash(hash, byte);
      }
      for (let index = slots[hash & slots.length - 1]; index >= 0; index = slots[++hash & slots.length - 1]) {
        if (this.isName(list[index])) return this.takeName(names, index);
      }
      return void 0;
    }
    takeName(names, index) {
      const name = names.list[index];
      names.hint = index + 1;
      this.pos += name.bytes.length + 2;
      return name;
    }
    isName({ bytes }) {
      const { buf } = this;
      const start = this.pos + 1;
      const { length } = bytes;
      if (buf[start + length] !== QUOTE2 || buf[start] !== bytes[0]) return false;
      for (let i = 1; i < length; i++) if (buf[start + i] !== bytes[i]) return false;
      return true;
    }
  };

  // packages/runtime/src/codec/json-number-reader.ts
  var QUOTE3 = 34;
  var MAX_BILLIONS = 9223372036;
  var DIGITS = /^-?[1-9]\d{0,19}$/;
  var JsonNumberReader = class extends JsonTextReader {
    int32() {
      return this.smallInteger(-2147483648, 2147483647) ?? Number(this.integer("int32", MIN_INT32, MAX_INT32));
    }
    uint32() {
      return this.smallInteger(0, 4294967295) ?? Number(this.integer("uint32", 0n, MAX_UINT32));
    }
    int64() {
      const value = this.smallInteger(-1e15, 1e15);
      if (value !== void 0) return fromInteger(value);
      return this.largeInteger() ?? this.integer("int64", MIN_INT64, MAX_INT64);
    }
    uint64() {
      const value = this.smallInteger(0, 1e15);
      if (value !== void 0) return fromInteger(value);
      return this.largeInteger() ?? this.integer("uint64", 0n, MAX_UINT64);
    }
    int64String() {
      return String(this.int64());
    }
    uint64String() {
      return String(this.uint64());
    }
    int64Number() {
      return toSafeNumber(this.int64());
    }
    uint64Number() {
      return toSafeNumber(this.uint64());
    }
    double() {
      return this.float64("double", Number.MAX_VALUE);
    }
    float() {
      return Math.fround(this.float64("float", MAX_FLOAT));
    }
    float64(expected, max) {
      const first = this.space();
      const decimal = this.decimal(first);
      if (decimal !== void 0) return decimal;
      const start = this.pos;
      const quoted = first === QUOTE3;
      const text = quoted ? this.string() : this.numberText(expected);
      if (quoted && (text === "NaN" || text === "Infinity" || text === "-Infinity")) return Number(text);
      const value = Number(text);
      if (value > max || value < -max || quoted && !isJsonNumber(text)) {
        this.pos = start;
        throw this.wrong(expected);
      }
      return value;
    }
    /**
     * A bare number of at most 15 digits without an exponent: all but a few.
     * @returns undefined where it is written otherwise; nothing has been taken then
     */
    decimal(first) {
      const { buf } = this;
      let at = this.pos;
      let byte = first;
      const negative = byte === 45;
      if (negative) byte = buf[++at];
      const start = at;
      let digits = 0;
      while (byte >= 48 && byte <= 57) {
        digits = digits * 10 + byte - 48;
        byte = buf[++at];
      }
      let count = at - start;
      if (count === 0 || count > 1 && buf[start] === 48) return void 0;
      let decimals = 0;
      if (byte === 46) {
        byte = buf[++at];
        const point = at;
        while (byte >= 48 && byte <= 57) {
          digits = digits * 10 + byte - 48;
          byte = buf[++at];
        }
        decimals = at - point;
        if (decimals === 0) return void 0;
        count += decimals;
      }
      if (count > 15 || (byte | 32) === 101) return void 0;
      this.pos = at;
      const value = decimals === 0 ? digits : fromDecimal(digits, decimals);
      return negative ? -value : value;
    }
    /**
     * An integer of at most 15 digits, bare or quoted: all but a few.
     * @returns undefined where it is written otherwise or out of range; nothing has been taken then
     */
    smallInteger(min, max) {
      const { buf } = this;
      let byte = this.space();
      let at = this.pos;
      const quoted = byte === QUOTE3;
      if (quoted) byte = buf[++at];
      const negative = byte === 45;
      if (negative) byte = buf[++at];
      const start = at;
      let value = 0;
      while (byte >= 48 && byte <= 57) {
        value = value * 10 + byte - 48;
        byte = buf[++at];
      }
      const digits = at - start;
      if (digits === 0 || digits > 15 || digits > 1 && buf[start] === 48) return void 0;
      if (quoted) {
        if (byte !== QUOTE3) return void 0;
        at++;
      } else if (byte === 46 || (byte | 32) === 101) return void 0;
      if (negative && value !== 0) value = -value;
      if (value < min || value > max) return void 0;
      this.pos = at;
      return value;
    }
    /**
     * A quoted positive integer of 10 to 19 digits, as 64-bit numbers mostly are.
     * @returns undefined where it is written otherwise; nothing has been taken then
     */
    largeInteger() {
      const { buf } = this;
      const start = this.pos + 1;
      let end = start;
      while (isDigit(buf[end])) end++;
      const count = end - start;
      if (count < 10 || count > 19 || buf[start - 1] !== QUOTE3 || buf[end] !== QUOTE3 || buf[start] === 48)
        return void 0;
      const billions = this.digits(start, end - 9);
      if (billions >= MAX_BILLIONS) return void 0;
      this.pos = end + 1;
      return fromBillions(billions, this.digits(end - 9, end));
    }
    digits(start, end) {
      let value = 0;
      for (let i = start; i < end; i++) value = value * 10 + this.buf[i] - 48;
      return value;
    }
    integer(expected, min, max) {
      const start = this.pos;
      const text = this.buf[start] === QUOTE3 ? this.string() : this.numberText(expected);
      const value = DIGITS.test(text) ? BigInt(text) : parseInteger(text);
      if (value === void 0 || value < min || value > max) {
        this.pos = start;
        throw this.wrong(expected);
      }
      return value;
    }
    /** A bare number as it is written. */
    numberText(expected) {
      const { buf, pos } = this;
      let end = pos;
      while (isNumberByte(buf[end])) end++;
      const text = readAscii(buf, pos, end);
      if (!isJsonNumber(text)) throw this.wrong(expected);
      this.pos = end;
      return text;
    }
  };
  function isDigit(byte) {
    return byte >= 48 && byte <= 57;
  }
  function isNumberByte(byte) {
    return isDigit(byte) || byte === 45 || byte === 43 || byte === 46 || (byte | 32) === 101;
  }

  // packages/runtime/src/codec/json-reader.ts
  var QUOTE4 = 34;
  var COMMA2 = 44;
  var COLON2 = 58;
  var OPEN_LIST2 = 91;
  var CLOSE_LIST2 = 93;
  var OPEN_OBJECT2 = 123;
  var CLOSE_OBJECT2 = 125;
  var SMALL = /^(?:0|-?[1-9]\d{0,8})$/;
  var JsonReader = class extends JsonNumberReader {
    options;
    strict;
    /** Nothing of the object or list being read has been seen yet. */
    first;
    depth;
    /** Under `strict`: the keys seen in each object around. */
    seen;
    /** The messages an Any may hold, and extensions by name. */
    registry;
    /** The depth at which the key `@type` is not a field: the object being read is an Any. */
    anyDepth;
    /** The key of the extension `field` has come to. */
    extensionName;
    constructor(buf, options = {}) {
      super(buf);
      this.options = options;
      this.strict = options.strict ?? false;
      this.registry = options.registry;
      this.first = false;
      this.depth = 0;
      this.seen = [];
      this.anyDepth = 0;
      this.extensionName = "";
    }
    bool() {
      const byte = this.space();
      if (byte !== 116 && byte !== 102) throw this.wrong("bool");
      this.literal(byte === 116 ? "true" : "false");
      return byte === 116;
    }
    /** @returns undefined for a name the enum does not have, such as one a newer peer has learnt; refused under `strict` */
    enum(type) {
      if (this.space() !== QUOTE4) return this.int32();
      const start = this.pos;
      const key = this.findName(type.table);
      if (key !== void 0) {
        type.table.hint--;
        return key.number;
      }
      const name = this.string();
      const number = type.numbers.get(name);
      if (number === void 0 && this.strict) {
        this.pos = start;
        throw this.wrong(`a value of ${type.typeName}`);
      }
      return number;
    }
    /** A value of google.protobuf.NullValue: `null`, or as any enum. */
    nullValue(type) {
      return this.null() ? 0 : this.enum(type);
    }
    beginObject() {
      if (this.space() !== OPEN_OBJECT2) throw this.wrong("object");
      this.open();
      if (this.strict) this.seen.push(/* @__PURE__ */ new Set());
    }
    beginList() {
      if (this.space() !== OPEN_LIST2) throw this.wrong("list");
      this.open();
    }
    open() {
      if (++this.depth > MAX_DEPTH) throw this.error(`nested deeper than ${MAX_DEPTH} levels`);
      this.pos++;
      this.first = true;
    }
    /** Whether the list has a next element; its value comes next. */
    element() {
      if (!this.first && this.buf[this.pos] === COMMA2) {
        this.pos++;
        return true;
      }
      const byte = this.space();
      if (byte === CLOSE_LIST2) return this.close();
      this.separator(byte, "',' or ']'");
      return true;
    }
    /**
     * The key of the object's next member that the message knows and that is not `null`.
     * Others are skipped; under `strict` they are refused, and so are duplicates.
     * @returns its field number, or 0 at the end of the object
     */
    field(fields) {
      for (; ; ) {
        if (!this.nextKey() && !this.member()) return 0;
        const start = this.pos;
        const number = this.matchKey(fields.names);
        if (this.strict) this.once(number === 0 ? this.keyAt(start) : number, start);
        this.colon();
        if (number === 0) {
          const key = fields.extendee === void 0 && !this.strict ? "" : this.keyAt(start);
          if (fields.extendee !== void 0 && this.registry?.extension(key, fields.extendee) !== void 0) {
            this.extensionName = key;
            return -1;
          }
          if (this.strict && !(key === "@type" && this.anyDepth === this.depth)) throw this.unknownField(start);
          this.skip();
        } else if (this.space() === 110 && fields.nullable?.has(number) !== true) this.skip();
        else return number;
      }
    }
    /** Takes the extension `field` answered -1 for into the fields kept from binary. */
    extension(message) {
      const name = this.extensionName;
      if (this.null()) return;
      const start = this.pos;
      this.skip();
      this.registry.readExtension(name, message, this.buf.subarray(start, this.pos), this.options);
    }
    /** Refuses a second member of a oneof. */
    oneof(current) {
      if (current !== void 0) throw this.error(`a second member of a oneof, after ${current.case}`);
    }
    /** The next key of a map, or undefined at its end. */
    mapKey() {
      if (!this.member()) return void 0;
      const start = this.pos;
      const key = this.string();
      if (this.strict) this.once(key, start);
      this.colon();
      return key;
    }
    mapKeyBool() {
      const start = this.pos;
      const key = this.mapKey();
      if (key !== void 0 && key !== "true" && key !== "false") throw this.wrongKey("bool", key, start);
      return key;
    }
    mapKeyInt32() {
      return this.mapKeyInteger("int32", MIN_INT32, MAX_INT32);
    }
    mapKeyUint32() {
      return this.mapKeyInteger("uint32", 0n, MAX_UINT32);
    }
    mapKeyInt64() {
      return this.mapKeyInteger("int64", MIN_INT64, MAX_INT64);
    }
    mapKeyUint64() {
      return this.mapKeyInteger("uint64", 0n, MAX_UINT64);
    }
    mapKeyInteger(expected, min, max) {
      const start = this.pos;
      const key = this.mapKey();
      if (key === void 0 || SMALL.test(key) && (key[0] !== "-" || min < 0n)) return key;
      const value = parseInteger(key);
      if (value === void 0 || value < min || value > max) throw this.wrongKey(expected, key, start);
      return String(value);
    }
    /**
     * Looks ahead in the object that comes next, wherever in it the member is.
     * @returns the string member `key`, undefined where there is none; `null` where the object has no members
     */
    peekMember(key) {
      if (this.space() !== OPEN_OBJECT2) throw this.wrong("object");
      const { pos, depth } = this;
      const seen = this.seen.length;
      let found = null;
      this.beginObject();
      while (this.member()) {
        const name = this.string();
        this.colon();
        if (name === key) found = this.string();
        else {
          found ??= void 0;
          this.skip();
        }
      }
      this.pos = pos;
      this.depth = depth;
      this.seen.length = seen;
      return found;
    }
    /** Reads an object in which `@type` is no field but says what the others are. */
    inAny(read) {
      const { anyDepth } = this;
      this.anyDepth = this.depth + 1;
      const value = read();
      this.anyDepth = anyDepth;
      return value;
    }
    /** Skips a value, making sure that it is one. */
    skip() {
      switch (this.space()) {
        case OPEN_OBJECT2:
          this.beginObject();
          while (this.member()) {
            const start = this.pos;
            const key = this.string();
            if (this.strict) this.once(key, start);
            this.colon();
            this.skip();
          }
          return;
        case OPEN_LIST2:
          this.beginList();
          while (this.element()) this.skip();
          return;
        case QUOTE4:
          this.string();
          return;
        case 110:
          this.literal("null");
          return;
        case 116:
          this.literal("true");
          return;
        case 102:
          this.literal("false");
          return;
        default:
          this.numberText("value");
      }
    }
    /** Goes to the next key where it follows at once, as compact JSON has it. */
    nextKey() {
      const { buf, pos } = this;
      if (this.first || buf[pos] !== COMMA2 || buf[pos + 1] !== QUOTE4) return false;
      this.pos = pos + 1;
      return true;
    }
    /** Whether the object has a next member; its key comes next. */
    member() {
      const byte = this.space();
      if (byte === CLOSE_OBJECT2) {
        if (this.strict) this.seen.pop();
        return this.close();
      }
      this.separator(byte, "',' or '}'");
      if (this.space() !== QUOTE4) throw this.syntax("a key in quotes");
      return true;
    }
    separator(byte, expected) {
      if (this.first) {
        this.first = false;
        return;
      }
      if (byte !== COMMA2) throw this.syntax(expected);
      this.pos++;
    }
    close() {
      this.pos++;
      this.first = false;
      this.depth--;
      return false;
    }
    colon() {
      if (this.space() !== COLON2) throw this.syntax("':'");
      this.pos++;
    }
    /** Takes a string that may be one of the keys. @returns its number, or 0 */
    matchKey(names) {
      const key = this.findName(names);
      return key === void 0 ? names.numbers.get(this.string()) ?? 0 : key.number;
    }
    keyAt(start) {
      const { pos } = this;
      this.pos = start;
      const key = this.string();
      this.pos = pos;
      return key;
    }
    once(key, start) {
      const seen = this.seen.at(-1);
      if (!seen.has(key)) {
        seen.add(key);
        return;
      }
      const text = this.keyAt(start);
      this.pos = start;
      throw this.error(`duplicate key "${text}"`);
    }
    unknownField(start) {
      const key = this.keyAt(start);
      this.pos = start;
      return this.error(`unknown field "${key}"`);
    }
    wrongKey(expected, key, start) {
      this.pos = start;
      return this.error(`expected a key of kind ${expected}, got "${key}"`);
    }
  };

  // packages/runtime/src/codec/json-value-writer.ts
  var PAIRS = Uint8Array.from(
    { length: 200 },
    (_, i) => 48 + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10)
  );
  var SHORT_TEXT2 = 16;
  var COLON3 = 58;
  var QUOTE5 = 34;
  var BACKSLASH3 = 92;
  var JsonValueWriter = class extends OutputBuffer {
    /** ASCII text as it is. */
    text(text) {
      const { length } = text;
      this.reserve(length);
      const { buf, pos } = this;
      for (let i = 0; i < length; i++) buf[pos + i] = text.charCodeAt(i);
      this.pos = pos + length;
    }
    packed({ words: words5, length }) {
      this.reserve(length + 3);
      const { view, pos } = this;
      for (let i = 0; i < words5.length; i++) view.setInt32(pos + i * 4, words5[i], true);
      this.pos = pos + length;
    }
    null() {
      this.text("null");
    }
    bool(value) {
      this.text(value ? "true" : "false");
    }
    /** A 32-bit integer of any kind. */
    int32(value) {
      if (!Number.isInteger(value)) throw new EncodeError(`expected a 32-bit integer, got ${String(value)}`);
      this.reserve(11);
      if (value < 0) {
        this.buf[this.pos++] = 45;
        value = -value;
      }
      this.digits(value);
    }
    int64(value) {
      const integer = toInt64(value);
      this.quotedInteger(integer, nearInt64(integer));
    }
    uint64(value) {
      const integer = toUint64(value);
      this.quotedInteger(integer, nearUint64(integer));
    }
    double(value) {
      if (!(Math.abs(value) < 1e15)) {
        this.oddNumber(value);
        return;
      }
      const size = Math.abs(value);
      const scaled = Number.isInteger(size) ? size * 1e6 : millionths(size);
      if (scaled < 0) {
        this.text(String(value));
        return;
      }
      this.reserve(24);
      if (value < 0 || Object.is(value, -0)) this.buf[this.pos++] = 45;
      const whole = Math.floor(size);
      this.digits(whole);
      this.fraction(scaled - whole * 1e6 | 0);
    }
    float(value) {
      this.double(Number.isInteger(value) || millionths(value) >= 0 ? value : shortestFloat(value));
    }
    string(value) {
      if (typeof value !== "string") throw new EncodeError(`expected string, got ${String(value)}`);
      const { length } = value;
      this.reserve(3 + length * 3);
      if (length <= SHORT_TEXT2) {
        const { buf } = this;
        let at = this.pos;
        buf[at++] = QUOTE5;
        let i = 0;
        for (; i < length; i++) {
          const unit = value.charCodeAt(i);
          if (unit < 32 || unit >= 128 || unit === QUOTE5 || unit === BACKSLASH3) break;
          buf[at++] = unit;
        }
        if (i === length) {
          buf[at++] = QUOTE5;
          this.pos = at;
          return;
        }
      }
      const start = this.pos;
      const end = start + 1 + writeUtf8(value, this.buf, start + 1);
      if (needsEscape(this.view, start + 1, end)) {
        this.escaped(value);
        return;
      }
      this.buf[start] = QUOTE5;
      this.buf[end] = QUOTE5;
      this.pos = end + 1;
    }
    bytes(value) {
      if (!isBytes(value)) throw new EncodeError(`expected bytes, got ${String(value)}`);
      const size = base64Length(value.length);
      this.reserve(size + 2);
      this.buf[this.pos++] = QUOTE5;
      writeBase64(value, this.buf, this.pos);
      this.pos += size;
      this.buf[this.pos++] = QUOTE5;
    }
    /** An enum value by its name, or by its number where it has none. */
    enum(type, value) {
      const name = type.quoted.get(value);
      if (name === void 0) this.int32(value);
      else this.packed(name);
    }
    /** Nanoseconds as the fraction of a second, of 0, 3, 6 or 9 digits, and what follows it. */
    nanos(nanos, end) {
      this.reserve(12);
      if (nanos !== 0) {
        this.buf[this.pos++] = 46;
        if (nanos % 1e6 === 0) this.fixedDigits(nanos / 1e6, 3);
        else if (nanos % 1e3 === 0) this.fixedDigits(nanos / 1e3, 6);
        else this.fixedDigits(nanos, 9);
      }
      for (let i = 0; i < end.length; i++) this.buf[this.pos++] = end.charCodeAt(i);
    }
    /** A date and a time in UTC as RFC 3339 writes them, up to the seconds. */
    dateTime(year, month, day, secondOfDay) {
      this.reserve(20);
      const { buf } = this;
      buf[this.pos++] = QUOTE5;
      this.fixedDigits(year, 4);
      buf[this.pos++] = 45;
      this.fixedDigits(month, 2);
      buf[this.pos++] = 45;
      this.fixedDigits(day, 2);
      buf[this.pos++] = 84;
      this.fixedDigits(secondOfDay / 3600 | 0, 2);
      buf[this.pos++] = COLON3;
      this.fixedDigits((secondOfDay / 60 | 0) % 60, 2);
      buf[this.pos++] = COLON3;
      this.fixedDigits(secondOfDay % 60, 2);
    }
    /** What is no number of JSON, or a very large one. */
    oddNumber(value) {
      if (typeof value !== "number") throw new EncodeError(`expected a number, got ${String(value)}`);
      this.text(Number.isFinite(value) ? String(value) : `"${value}"`);
    }
    /** Millionths after the point, without the zeros at the end. */
    fraction(millionths2) {
      if (millionths2 === 0) return;
      let width = 6;
      for (; millionths2 % 10 === 0; width--) millionths2 = millionths2 / 10 | 0;
      this.buf[this.pos++] = 46;
      this.fixedDigits(millionths2, width);
    }
    quotedInteger(value, number) {
      this.reserve(22);
      this.buf[this.pos++] = QUOTE5;
      if (number < 0) this.buf[this.pos++] = 45;
      const size = Math.abs(number);
      if (size < 1e15) this.digits(size);
      else {
        const [billions, rest] = toBillions(number < 0 ? -value : value);
        this.digits(billions);
        this.fixedDigits(rest, 9);
      }
      this.buf[this.pos++] = QUOTE5;
    }
    /** A non-negative integer below 1e15; there must be room. */
    digits(value) {
      if (value < 2147483648) {
        this.smallDigits(value | 0);
        return;
      }
      const billions = Math.floor(value / 1e9);
      this.smallDigits(billions | 0);
      this.fixedDigits(value - billions * 1e9 | 0, 9);
    }
    smallDigits(value) {
      let width = 1;
      if (value >= 10) {
        if (value < 100) width = 2;
        else if (value < 1e3) width = 3;
        else if (value < 1e4) width = 4;
        else if (value < 1e5) width = 5;
        else if (value < 1e6) width = 6;
        else if (value < 1e7) width = 7;
        else if (value < 1e8) width = 8;
        else width = value < 1e9 ? 9 : 10;
      }
      this.fixedDigits(value, width);
    }
    /** A 32-bit integer in `width` digits, with leading zeros; there must be room. */
    fixedDigits(value, width) {
      const { buf, pos } = this;
      let at = pos + width;
      this.pos = at;
      while (at - pos >= 2) {
        const quotient = value / 100 | 0;
        const pair = value - quotient * 100 << 1;
        buf[--at] = PAIRS[pair + 1];
        buf[--at] = PAIRS[pair];
        value = quotient;
      }
      if (at > pos) buf[pos] = 48 + value;
    }
    escaped(value) {
      const text = JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
      this.reserve(1 + text.length * 3);
      this.pos += writeUtf8(text, this.buf, this.pos);
    }
  };

  // packages/runtime/src/codec/json-writer.ts
  var COMMA3 = 44;
  var COLON4 = 58;
  var JsonWriter = class extends JsonValueWriter {
    /** Write `userName` instead of `user_name`. */
    camel = false;
    /** Write fields that hold their default value. */
    defaults = true;
    /** The messages an Any may hold, and extensions by name. */
    registry = void 0;
    /** The message being written is the top of an envelope. */
    envelope = false;
    configure(options) {
      this.camel = options?.jsonNames === "camel";
      this.defaults = options?.emitDefaults ?? true;
      this.registry = options?.registry;
      this.envelope = options?.envelope ?? false;
    }
    beginObject() {
      this.reserve(2);
      return this.pos - this.start;
    }
    endObject(mark) {
      this.close(mark, 123, 125);
    }
    beginList(key) {
      this.key(key);
      return this.beginObject();
    }
    endList(mark) {
      this.close(mark, 91, 93);
    }
    beginMap(key) {
      return this.beginList(key);
    }
    /** Ends a map; an empty one takes its key back where defaults are not written. */
    endMap(mark, key) {
      if (this.pos === this.start + mark && !this.defaults)
        this.pos -= (this.camel ? key.camel : key.proto).length;
      else this.endObject(mark);
    }
    /**
     * Writes the object that `write` writes as more members of the one being written (the fields of an Any).
     */
    members(write) {
      this.comma();
      const at = this.pos - this.start;
      write();
      const from = this.start + at;
      if (this.pos - from === 2) this.pos = from - 1;
      else {
        this.buf.copyWithin(from, from + 1, this.pos - 1);
        this.pos -= 2;
      }
    }
    /** The extensions among the fields kept from binary, as far as the registry names them. */
    extensions(extendee, message) {
      if (message.$unknown !== void 0) this.registry?.writeExtensions(extendee, message, this);
    }
    close(mark, open, close) {
      this.reserve(2);
      const at = this.start + mark;
      this.buf[at] = open;
      if (at === this.pos) this.pos++;
      this.buf[this.pos++] = close;
    }
    /** Starts the next element of a list. */
    comma() {
      this.buf[this.pos++] = COMMA3;
    }
    /** The key of a field, with a comma before and a colon after it. */
    key(key) {
      this.packed(this.camel ? key.camel : key.proto);
    }
    /** The key of a map entry. */
    mapKey(key) {
      this.comma();
      this.string(key);
      this.buf[this.pos++] = COLON4;
    }
    // Fields that are written only when they hold something, or when defaults are asked for.
    stringField(key, value) {
      if (value !== void 0 && value !== "") {
        this.key(key);
        this.string(value);
      } else this.default(key, '""');
    }
    int32Field(key, value) {
      if (value !== void 0 && value !== 0) {
        this.key(key);
        this.int32(value);
      } else this.default(key, "0");
    }
    int64Field(key, value) {
      if (value && value !== "0") {
        this.key(key);
        this.int64(value);
      } else this.default(key, '"0"');
    }
    uint64Field(key, value) {
      if (value && value !== "0") {
        this.key(key);
        this.uint64(value);
      } else this.default(key, '"0"');
    }
    doubleField(key, value) {
      if (value !== void 0 && !Object.is(value, 0)) {
        this.key(key);
        this.double(value);
      } else this.default(key, "0");
    }
    floatField(key, value) {
      if (value !== void 0 && !Object.is(value, 0)) {
        this.key(key);
        this.float(value);
      } else this.default(key, "0");
    }
    boolField(key, value) {
      if (value === true) {
        this.key(key);
        this.text("true");
      } else this.default(key, "false");
    }
    bytesField(key, value) {
      if (value !== void 0 && value.length > 0) {
        this.key(key);
        this.bytes(value);
      } else this.default(key, '""');
    }
    enumField(key, type, value) {
      if (value !== void 0 && value !== 0) {
        this.key(key);
        this.enum(type, value);
      } else if (this.defaults) {
        this.key(key);
        this.enum(type, 0);
      }
    }
    /** A field that holds nothing: an unset message is `null`, an empty list `[]`, an empty map `{}`. */
    default(key, value) {
      if (!this.defaults) return;
      this.key(key);
      this.text(value);
    }
    /** A required message that is not there: it has no default that could be written. */
    missing(name) {
      throw missingField(name);
    }
    /** The unset `data` of an envelope is `{}` at the top of an answer, always; elsewhere it is `null` (wire.md, Envelope). */
    unsetData(key, mark) {
      if (this.envelope && mark === 0) {
        this.key(key);
        this.text("{}");
      } else this.default(key, "null");
    }
  };

  // packages/runtime/src/codec/generated-type.ts
  var binaryReader = new BinaryReader(new Uint8Array());
  var binaryWriter = new BinaryWriter();
  var jsonWriter = new JsonWriter();
  var GeneratedType = class {
    typeName;
    create;
    codec;
    constructor(typeName, codec) {
      this.typeName = typeName;
      this.codec = codec;
      this.create = codec.create;
    }
    encode(message) {
      try {
        this.codec.write(message, binaryWriter);
      } catch (error) {
        throw this.failed(binaryWriter, error);
      }
      return binaryWriter.finish();
    }
    decode(bytes, options) {
      binaryReader.open(bytes, options?.discardUnknown, options?.shareBytes);
      try {
        return this.codec.read(binaryReader, binaryReader.end);
      } finally {
        binaryReader.close();
      }
    }
    toJsonBytes(message, options) {
      jsonWriter.configure(options);
      try {
        this.codec.writeJson(message, jsonWriter);
      } catch (error) {
        throw this.failed(jsonWriter, error);
      }
      return jsonWriter.finish();
    }
    toJsonString(message, options) {
      const bytes = this.toJsonBytes(message, options);
      return readUtf8Lenient(bytes, 0, bytes.length);
    }
    toJson(message, options) {
      return JSON.parse(this.toJsonString(message, options));
    }
    fromJsonBytes(json, options) {
      const r = new JsonReader(json, options);
      const message = this.codec.readJson(r);
      if (options?.firstValueOnly !== true) r.finish();
      return message;
    }
    fromJsonString(json, options) {
      return this.fromJsonBytes(toUtf8(json), options);
    }
    fromJson(json, options) {
      return this.fromJsonString(JSON.stringify(json), options);
    }
    fromForm(form) {
      return this.codec.readForm(form);
    }
    failed(output, error) {
      output.discard();
      if (error instanceof EncodeError) return new EncodeError(`${this.typeName}: ${error.message}`);
      if (error instanceof RangeError) {
        return new EncodeError(`${this.typeName}: nested too deeply, or in a circle`, { cause: error });
      }
      return error;
    }
  };
  function messageType(typeName, codec) {
    return new GeneratedType(typeName, codec);
  }

  // test/gen/twirp/example/haberdasher/haberdasher.pb.ts
  var Size = /* @__PURE__ */ messageType("twirp.example.haberdasher.Size", {
    create: Size$create,
    write: Size$write,
    read: Size$read,
    writeJson: Size$writeJson,
    readJson: Size$readJson,
    readForm: Size$readForm
  });
  var Hat = /* @__PURE__ */ messageType("twirp.example.haberdasher.Hat", {
    create: Hat$create,
    write: Hat$write,
    read: Hat$read,
    writeJson: Hat$writeJson,
    readJson: Hat$readJson,
    readForm: Hat$readForm
  });
  var $inches = /* @__PURE__ */ jsonKey("inches");
  var $size = /* @__PURE__ */ jsonKey("size");
  var $color = /* @__PURE__ */ jsonKey("color");
  var $name = /* @__PURE__ */ jsonKey("name");
  function Size$new() {
    return {
      inches: 0
    };
  }
  function Size$create(init) {
    const m = Size$new();
    if (init === void 0) return m;
    if (init.inches !== void 0) m.inches = init.inches;
    if (init.$unknown !== void 0) m.$unknown = [...init.$unknown];
    return m;
  }
  function Size$write(m, w) {
    if (m.inches) w.int32(8, m.inches);
    if (m.$unknown !== void 0) w.unknown(m.$unknown);
  }
  function Size$read(r, end, m = Size$new(), group = 0) {
    while (r.pos < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.inches = r.int32();
          break;
        default:
          if (r.unknown(m, tag, group)) return m;
      }
    }
    r.leave(end, group);
    return m;
  }
  function Size$writeJson(m, w) {
    const mark = w.beginObject();
    w.int32Field($inches, m.inches);
    w.endObject(mark);
  }
  var Size$fields = /* @__PURE__ */ jsonFields([1, $inches]);
  function Size$readJson(r, m = Size$new()) {
    r.beginObject();
    for (; ; ) {
      switch (r.field(Size$fields)) {
        case 1:
          m.inches = r.int32();
          break;
        default:
          return m;
      }
    }
  }
  function Size$readForm(form) {
    const m = Size$new();
    m.inches = form.int32("inches") ?? m.inches;
    return m;
  }
  function Hat$new() {
    return {
      size: 0,
      color: "",
      name: ""
    };
  }
  function Hat$create(init) {
    const m = Hat$new();
    if (init === void 0) return m;
    if (init.size !== void 0) m.size = init.size;
    if (init.color !== void 0) m.color = init.color;
    if (init.name !== void 0) m.name = init.name;
    if (init.$unknown !== void 0) m.$unknown = [...init.$unknown];
    return m;
  }
  function Hat$write(m, w) {
    if (m.size) w.int32(8, m.size);
    if (m.color) w.string(18, m.color);
    if (m.name) w.string(26, m.name);
    if (m.$unknown !== void 0) w.unknown(m.$unknown);
  }
  function Hat$read(r, end, m = Hat$new(), group = 0) {
    while (r.pos < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.size = r.int32();
          break;
        case 18:
          m.color = r.string();
          break;
        case 26:
          m.name = r.string();
          break;
        default:
          if (r.unknown(m, tag, group)) return m;
      }
    }
    r.leave(end, group);
    return m;
  }
  function Hat$writeJson(m, w) {
    const mark = w.beginObject();
    w.int32Field($size, m.size);
    w.stringField($color, m.color);
    w.stringField($name, m.name);
    w.endObject(mark);
  }
  var Hat$fields = /* @__PURE__ */ jsonFields([1, $size], [2, $color], [3, $name]);
  function Hat$readJson(r, m = Hat$new()) {
    r.beginObject();
    for (; ; ) {
      switch (r.field(Hat$fields)) {
        case 1:
          m.size = r.int32();
          break;
        case 2:
          m.color = r.string();
          break;
        case 3:
          m.name = r.string();
          break;
        default:
          return m;
      }
    }
  }
  function Hat$readForm(form) {
    const m = Hat$new();
    m.size = form.int32("size") ?? m.size;
    m.color = form.string("color") ?? m.color;
    m.name = form.string("name") ?? m.name;
    return m;
  }

  // test/gen/twirp/example/haberdasher/haberdasher.twirp.ts
  var Haberdasher = /* @__PURE__ */ serviceType("twirp.example.haberdasher.Haberdasher", {
    makeHat: { name: "MakeHat", input: Size, output: Hat }
  });

  // test/engines/calls.ts
  async function outcomes(calls, engineFetch) {
    return Promise.all(calls.map((call2) => outcome(call2, engineFetch)));
  }
  async function outcome({ kind, leave, ...rest }, engineFetch) {
    const options = { ...rest, prefix: "/twirp", fetch: engineFetch, timeoutMs: 3e4 };
    const controller = new AbortController();
    if (leave === true) setTimeout(() => controller.abort(), 20);
    const callOptions = { signal: controller.signal };
    try {
      if (kind === "codec-free")
        return { ok: await createJsonClient(options)(makeHat, { inches: 12 }, callOptions) };
      const hat = await createClient(Haberdasher, { ...options, format: kind }).makeHat(
        { inches: 12 },
        callOptions
      );
      return { ok: Hat.toJson(hat, { emitDefaults: false }) };
    } catch (error) {
      if (!(error instanceof TwirpError)) return { thrown: String(error) };
      const { code, msg, meta } = error;
      return { code, msg, meta };
    }
  }
  Object.assign(globalThis, { pipitOutcomes: outcomes });
})();

const calls = JSON.parse((globalThis.Deno?.args ?? process.argv.slice(2))[0]);
pipitOutcomes(calls, fetch).then((outcomes) => { console.log(JSON.stringify(outcomes)); globalThis.process?.exit?.(0); });