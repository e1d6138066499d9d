"""Calls the service of this folder through the gateway, over gRPC: caller.py HOST:PORT NAME [CA]"""

import sys

import grpc

import service  # compiles the protos

greeter = service.greeter


def main():
    target, name, *ca = sys.argv[1:]
    if ca:
        with open(ca[0], "rb") as file:
            channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()))
    else:
        channel = grpc.insecure_channel(target)
    greet = channel.unary_unary(
        "/example.v1.Greeter/Greet",
        request_serializer=greeter.GreetRequest.SerializeToString,
        response_deserializer=greeter.Greeting.FromString,
    )
    try:
        answer = greet(greeter.GreetRequest(name=name, number=2**60, ids=[1, 2]), timeout=10)
        print(f"{answer.text} {answer.number} {list(answer.ids)}")
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}")
        sys.exit(1)


if __name__ == "__main__":
    main()
