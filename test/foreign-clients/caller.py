"""Makes one call, which comes as a line of JSON; a second line cancels it. Answers what it came to as JSON."""

import base64
import json
import sys
import threading

import grpc

call = json.loads(sys.stdin.readline())
compression = grpc.Compression.Gzip if call["gzip"] else grpc.Compression.NoCompression
channel = grpc.insecure_channel(call["target"], compression=compression)
method = (channel.unary_stream if call["isStream"] else channel.unary_unary)(call["path"])
timeout = None if call["timeoutMs"] is None else call["timeoutMs"] / 1000
options = {"timeout": timeout, "metadata": list(call["metadata"].items())}
request = base64.b64decode(call["request"])

# A unary call's future, so that it can be cancelled.
answer = method(request, **options) if call["isStream"] else method.future(request, **options)


def cancel():
    if sys.stdin.readline():
        answer.cancel()


threading.Thread(target=cancel, daemon=True).start()

messages = []
try:
    if call["isStream"]:
        messages.extend(answer)
    else:
        messages.append(answer.result())
except (grpc.RpcError, grpc.FutureCancelledError):
    pass

metadata = {}
for key, value in [*answer.initial_metadata(), *answer.trailing_metadata()]:
    value = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    metadata[key] = f"{metadata[key]}, {value}" if key in metadata else value

print(
    json.dumps(
        {
            "messages": [base64.b64encode(message).decode() for message in messages],
            "code": answer.code().value[0],
            "message": answer.details() or "",
            "metadata": metadata,
        }
    ),
    flush=True,
)
