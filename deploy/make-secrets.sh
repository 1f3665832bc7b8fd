#!/bin/sh
# Secrets of deploy/compose.yaml, once: sh deploy/make-secrets.sh deploy/secrets
# Only you can walk into the folder. The files in it are open to users of the containers, which get
# each its own; on the machine itself nobody reaches them.
set -eu
folder=${1:?name the folder, for example deploy/secrets}
if [ -e "$folder" ]; then
    echo "$folder is there already: move it away to have new secrets" >&2
    exit 2
fi
umask 077
mkdir -p "$folder"

password() { # 32 letters and numbers of random bytes
    head -c 24 /dev/urandom | base64 | tr '+/' 'ab'
}

write() { # name, text
    printf '%s' "$2" > "$folder/$1"
    chmod 444 "$folder/$1"
}

owner=$(password)
write database_password "$owner"
write owner_dsn "postgresql://lokaalmeten:$owner@database:5432/lokaalmeten"
for part in ingest dashboard forecast broker crowd notify; do
    write "${part}_dsn" "postgresql://$part:$(password)@database:5432/lokaalmeten"
done
write broker_url "mqtt://lokaalmeten:$(password)@broker:1883"
write smtp ""
echo "$folder: keep it, and a copy elsewhere; smtp is empty until notices go by mail"
