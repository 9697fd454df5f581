# The requests of a healthy check, one after the other and each by a curl of its own, as a person would try them by hand.
# Needs BACKEND, OPENEO_AUTH_CLIENT_ID, OPENEO_AUTH_CLIENT_SECRET and OPENEO_AUTH_PROVIDER_ID.
set -eu

member() { # the first text member of that name in a JSON document
  sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -n 1
}
get() { curl --silent --show-error --fail "$@"; }

# The default version is the last production one; its address is the only thing that is needed of this answer.
api=$(get "$BACKEND/.well-known/openeo" | sed 's/},{/}\n{/g' | sed -n '/"production":true/s/.*"url":"\([^"]*\)".*/\1/p' | tail -n 1)
issuer=$(get "${api}credentials/oidc" | sed 's/"id":"/\n&/g' | sed -n "/^\"id\":\"$OPENEO_AUTH_PROVIDER_ID\"/s/.*\"issuer\":\"\\([^\"]*\\)\".*/\\1/p")
document=$(get "$issuer/.well-known/openid-configuration")
token=$(printf 'grant_type=client_credentials&client_id=%s&client_secret=%s&scope=openid+email+eduperson_entitlement+eduperson_scoped_affiliation' \
  "$OPENEO_AUTH_CLIENT_ID" "$OPENEO_AUTH_CLIENT_SECRET" |
  get --data-binary @- "$(printf %s "$document" | member token_endpoint)" | member access_token)
header() { printf 'header = "Authorization: Bearer %s"\n' "$1"; } # by standard input: a token does not belong on a command line
header "$token" | get --config - "$(printf %s "$document" | member userinfo_endpoint)"
get --output /dev/null "$(printf %s "$document" | member jwks_uri)"
header "oidc/$OPENEO_AUTH_PROVIDER_ID/$token" | get --config - "${api}me"
