#!/bin/sh
# An authority of your own for the gateway's ports, and a certificate with the names that services and callers dial:
#   ./make-ca.sh gateway.example.com 10.0.0.11 10.0.0.12
# ca.pem goes to services (connectGateway's ca, GATEWAY_CA) and proxies; ca-key.pem goes into a safe.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 NAME_OR_ADDRESS..." >&2; exit 2; }
umask 077
names=
for name in "$@"; do
  case $name in
    *[!0-9.]*) case $name in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
  esac
  names="${names:+$names,}$kind:$name"
done
if [ ! -e ca-key.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Pipit gateway authority' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca-key.pem -out ca.pem
fi
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout key.pem -out request.pem
extensions=$(mktemp)
printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$names" > "$extensions"
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -extfile "$extensions" -out cert.pem
rm -f "$extensions" request.pem
chmod 644 ca.pem cert.pem
openssl verify -CAfile ca.pem cert.pem
