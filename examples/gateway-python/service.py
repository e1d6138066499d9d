"""A service in Python behind Pipit's gateway. What each step is for: docs/gateway-integration.md."""

import argparse
import concurrent.futures
import importlib
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

import grpc

HERE = os.path.dirname(os.path.abspath(__file__))
REGISTRY = os.path.join(HERE, "../../packages/gateway/proto/registry.proto")


def load(proto):
    """The messages of a .proto file as a Python module, and its descriptors, both made by protoc."""
    name = os.path.splitext(os.path.basename(proto))[0]
    with tempfile.TemporaryDirectory() as out:
        descriptors = os.path.join(out, "descriptors.binpb")
        subprocess.run(
            ["protoc", "-I", os.path.dirname(proto), f"--python_out={out}", "--include_imports",
             f"--descriptor_set_out={descriptors}", proto],
            check=True,
        )  # fmt: skip
        sys.path.insert(0, out)
        module = importlib.import_module(f"{name}_pb2")
        sys.path.remove(out)
        with open(descriptors, "rb") as file:
            return module, file.read()


registry, _ = load(REGISTRY)
greeter, DESCRIPTORS = load(os.path.join(HERE, "greeter.proto"))


class Failure(Exception):
    """An answer that is an error, under a gRPC status code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code.value[0]


class Greeter:
    """The methods, each from message to message."""

    def Greet(self, request):
        if not request.name:
            raise Failure(grpc.StatusCode.INVALID_ARGUMENT, "name is required")
        return greeter.Greeting(
            text=f"Hello, {request.name}!", number=request.number, ids=request.ids
        )

    def Login(self, request):
        if request.password != "secret":
            return greeter.LoginResponse(code=100, msg="wrong password")
        return greeter.LoginResponse(data=greeter.Session(token=f"token-of-{request.user}"))

    def Report(self, request):
        rows = "".join(f"{row},{row * row}\n" for row in range(request.rows))
        return greeter.File(
            content_type="text/csv", data=f"n,square\n{rows}".encode(), filename="report.csv"
        )


SERVICE = greeter.DESCRIPTOR.services_by_name["Greeter"]
IMPLEMENTATION = Greeter()
# A message that is too large would end the stream, with all that is on it. 1 KiB is for what is around the payload.
LARGEST = (4096 - 64 - 1) * 1024


def answer(request):
    """The ForwardResponse for a ForwardRequest: the payload is the bare message, both ways."""
    response = registry.ForwardResponse(request_id=request.request_id)
    service, _, name = request.method_path.lstrip("/").rpartition("/")
    method = SERVICE.methods_by_name.get(name) if service == SERVICE.full_name else None
    try:
        if method is None:
            raise Failure(grpc.StatusCode.UNIMPLEMENTED, f"there is no {request.method_path}")
        message = getattr(greeter, method.input_type.name)()
        message.ParseFromString(request.payload)
        payload = getattr(IMPLEMENTATION, name)(message).SerializeToString()
        if len(payload) > LARGEST:
            raise Failure(grpc.StatusCode.RESOURCE_EXHAUSTED, f"the answer has more than {LARGEST} bytes")
        response.payload = payload
        response.status_code = 200
    except Failure as failure:
        response.status_code = failure.code
        response.error_message = str(failure)
    except Exception as error:  # The gateway and its other requests must not suffer from one that fails.
        print(f"failed: {request.method_path}: {error!r}", flush=True)
        response.status_code = grpc.StatusCode.INTERNAL.value[0]
        response.error_message = "internal error"
    return response


class Connection:
    """One stream, from the registration to its end."""

    def __init__(self, channel, api_key, workers, seconds):
        self.outgoing = queue.Queue()
        self.connection_id = ""
        self.connected_at = None
        self.workers = workers
        self.seconds = seconds
        self.over = threading.Event()
        # The first message has to be the registration.
        self.send(register=registry.ConnectionRegister(api_key=api_key, services=[SERVICE.full_name]))
        # Without descriptors the gateway serves gRPC and application/protobuf callers, with them JSON and forms too.
        self.send(descriptor_upload=registry.DescriptorUpload(data=DESCRIPTORS, last=True))
        establish = channel.stream_stream(
            "/registry.RegistryService/EstablishConnection",
            request_serializer=registry.ConnectionMessage.SerializeToString,
            response_deserializer=registry.ConnectionMessage.FromString,
        )
        self.stream = establish(iter(self.outgoing.get, None))

    def send(self, **message):
        self.outgoing.put(registry.ConnectionMessage(**message))

    def run(self):
        """Serves until the stream ends; raises grpc.RpcError where it ends in any other way than in order."""
        try:
            for message in self.stream:
                kind = message.WhichOneof("message_type")
                if kind == "status":
                    self.on_status(message.status)
                elif kind == "request":
                    self.workers.submit(self.serve, message.request)
                # Anything else is of a newer revision, and not for us.
        finally:
            self.over.set()
            self.outgoing.put(None)

    def on_status(self, status):
        if status.status == registry.ConnectionStatus.CONNECTED and not self.connection_id:
            self.connection_id = status.connection_id
            self.connected_at = time.monotonic()
            print(f"connected: {self.connection_id}", flush=True)
            threading.Thread(target=self.heartbeat, daemon=True).start()
        elif status.status != registry.ConnectionStatus.CONNECTED:
            print(f"status: {status.message}", flush=True)

    def serve(self, request):
        self.send(response=answer(request))

    def heartbeat(self):
        while not self.over.wait(self.seconds):
            now = int(time.time() * 1000)
            self.send(heartbeat=registry.Heartbeat(timestamp=now, connection_id=self.connection_id))

    def finish(self):
        """No new requests from now on; those that have come are answered; then our half ends."""
        if self.connection_id:
            disconnected = registry.ConnectionStatus.DISCONNECTED
            self.send(status=registry.ConnectionStatus(status=disconnected, message="SIGTERM"))
            # What the gateway had sent before it read that comes meanwhile.
            time.sleep(1)
        self.workers.shutdown()
        self.outgoing.put(None)


# A network that is gone without a word shows only in PINGs; and gRPC's own pauses between attempts, up to two
# minutes, would come on top of ours.
CHANNEL = [
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default="127.0.0.1:8091", help="host:port, default %(default)s")
    parser.add_argument("--ca", default=".pipit/gateway-dev/ca.pem", help="the gateway's CA, default %(default)s")
    parser.add_argument("--key-file", default=".pipit/gateway-dev/key.txt", help="default %(default)s")
    parser.add_argument("--heartbeat", type=float, default=30, help="seconds between two, default %(default)s")
    parser.add_argument("--plaintext", action="store_true", help="no TLS: only for tests on one machine")
    options = parser.parse_args()

    with open(options.key_file) as file:
        api_key = file.read().strip()
    if options.plaintext:
        channel = grpc.insecure_channel(options.gateway, CHANNEL)
    else:
        with open(options.ca, "rb") as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        channel = grpc.secure_channel(options.gateway, credentials, CHANNEL)

    stopping = threading.Event()
    current = []

    def stop(_signal, _frame):
        stopping.set()
        for connection in current:
            threading.Thread(target=connection.finish).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    attempt = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=16) as workers:
        while not stopping.is_set():
            connection = Connection(channel, api_key, workers, options.heartbeat)
            current[:] = [connection]
            wrong = False
            try:
                connection.run()
                print("ended by the gateway", flush=True)
            except grpc.RpcError as error:
                print(f"lost: {error.code().name}: {error.details()}", flush=True)
                # A key or a right does not become right by asking often.
                wrong = error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
            since = connection.connected_at
            attempt = 0 if since is not None and time.monotonic() - since > 60 else attempt + 1
            # Full jitter, so that a gateway that comes back is not met by all its services at once.
            pause = 60 if wrong else random.uniform(0, min(30, 2 ** (attempt - 1)))
            stopping.wait(pause)
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
