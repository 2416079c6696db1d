#!/usr/bin/env bash
# Makes the certificates of this folder anew, with OpenSSL 3. Their keys are for the emulator alone and protect nothing.
set -euo pipefail
cd "$(dirname "$0")"
password=emulated-password
quietly() { "$@" 2>/dev/null; }
key() { quietly openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1"; }
certificate() { # KEY NAME OUT FROM UNTIL
  printf '' >index.txt
  printf '[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\nx509_extensions=v3\n[p]\ncommonName=supplied\n[v3]\nbasicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n' >ca.conf
  printf '01\n' >serial
  openssl req -new -key "$1" -subj "/CN=$2" -out request.pem
  quietly openssl ca -batch -config ca.conf -selfsign -keyfile "$1" -in request.pem -startdate "$4" -enddate "$5" -notext -out "$3"
  rm -f index.txt* serial* ca.conf request.pem 0?.pem
}

key client.key
certificate client.key "Incident Automation" client.crt 20200101000000Z 21200101000000Z
certificate client.key "Incident Automation (expired)" expired.crt 20200101000000Z 20210101000000Z
# Without extensions it is one of version 1, as plain openssl makes it.
openssl req -new -key client.key -subj "/CN=Incident Automation (version 1)" -out request.pem
quietly openssl x509 -req -in request.pem -signkey client.key -days 34000 -out version-1.crt
rm request.pem
key other.key
certificate other.key "Somebody else" other.crt 20200101000000Z 21200101000000Z

cat client.key client.crt >client.pem
cat client.key expired.crt >expired.pem
cat client.key version-1.crt >version-1.pem
cat other.key other.crt >unregistered.pem
cat other.crt client.key client.crt >with-another-certificate.pem
cat client.key other.key client.crt >two-keys.pem
cat client.crt >no-key.pem
cat client.key >no-certificate.pem
cat other.key client.crt >not-a-pair.pem
{ openssl rsa -in client.key -traditional 2>/dev/null; cat client.crt; } >pkcs1.pem
{ openssl pkcs8 -topk8 -in client.key -v2 aes-256-cbc -passout pass:$password; cat client.crt; } >encrypted.pem
{ openssl rsa -in client.key -traditional -aes256 -passout pass:$password 2>/dev/null; cat client.crt; } >encrypted-of-old.pem
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt >elliptic.key
certificate elliptic.key "Elliptic" elliptic.crt 20200101000000Z 21200101000000Z
cat elliptic.key elliptic.crt >elliptic.pem

export() { openssl pkcs12 -export -inkey client.key -in client.crt -out "$@"; }
export client.pfx -passout pass:$password
export triple-des.pfx -passout pass:$password -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
export rc2.pfx -passout pass:$password -legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-40 -macalg sha1
export aes-128.pfx -passout pass:$password -keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512
# The MAC of RFC 9879, which takes OpenSSL 3.4.
export pbmac1.pfx -passout pass:$password -pbmac1_pbkdf2 -pbmac1_pbkdf2_md sha256 -macalg sha512
export no-mac.pfx -passout pass:$password -nomac
export no-password.pfx -passout pass:
export chain.pfx -passout pass:$password -certfile other.crt
openssl pkcs12 -export -nokeys -in client.crt -out no-key.pfx -passout pass:$password
rm -f ./*.key ./*.crt
