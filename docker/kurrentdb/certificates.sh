#!/usr/bin/env bash
# A certificate authority, and a certificate for each node of a cluster, in PEM. What is there already stays as it is.
#
#   certificates.sh AUTHORITY TRUST NODES NAME...
#
#   AUTHORITY/ca.key        signs; needed again only for another node or when a certificate ends
#   TRUST/ca.crt            what nodes and clients trust
#   NODES/NAME/node.{crt,key}   for the host NAME, and for localhost, from where its health is asked
#
# All nodes have one common name: by it a node tells another node from a user.
set -euo pipefail

authority=${1:?the folder of the authority} trust=${2:?the folder of what is trusted} nodes=${3:?the folder of the nodes}
shift 3
(($# > 0)) || { echo 'no node is named' >&2; exit 2; }

common_name=eventstoredb-node
owner=1000:1000
umask 077

# A file appears whole or not at all: what was interrupted is done again at the next start.
if [[ ! -s $trust/ca.crt ]]; then
  mkdir -p "$authority" "$trust"
  openssl req -x509 -new -newkey rsa:3072 -nodes -sha256 -days 3650 -subj '/O=Sijill/CN=Sijill event store CA' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$authority/ca.key" -out "$trust/ca.crt.new" 2>/dev/null
  chmod 0444 "$trust/ca.crt.new"
  mv "$trust/ca.crt.new" "$trust/ca.crt"
fi

for name in "$@"; do
  folder=$nodes/$name
  [[ -s $folder/node.crt ]] && continue
  mkdir -p "$folder"
  openssl req -new -newkey rsa:3072 -nodes -sha256 -subj "/O=Sijill/CN=$common_name" \
    -keyout "$folder/node.key" -out "$folder/node.csr" 2>/dev/null
  openssl x509 -req -in "$folder/node.csr" -CA "$trust/ca.crt" -CAkey "$authority/ca.key" -sha256 -days 825 \
    -extfile <(
      echo 'basicConstraints=critical,CA:FALSE'
      echo 'keyUsage=critical,digitalSignature,keyEncipherment'
      echo 'extendedKeyUsage=serverAuth,clientAuth'
      echo "subjectAltName=DNS:$name,DNS:localhost,IP:127.0.0.1"
    ) -out "$folder/node.crt.new" 2>/dev/null
  rm "$folder/node.csr"
  chmod 0400 "$folder/node.key" "$folder/node.crt.new"
  mv "$folder/node.crt.new" "$folder/node.crt"
done

if ((EUID == 0)); then
  chmod 0755 "$trust"
  for name in "$@"; do chown -R "$owner" "$nodes/$name"; done
fi
