#!/usr/bin/env bash
# Watches a run over SSE with curl until it ends, and resumes where it was when the connection breaks.
#
#   STUDIO_URL=http://localhost:3000/graphql STUDIO_TOKEN=… ./watch-execution.sh <executionId>
#
# Prints one line of JSON for each event. Exit code: 0 when the run has COMPLETED, 1 for every other end.
set -u
url="${STUDIO_URL:-http://localhost:3000/graphql}"
token="${STUDIO_TOKEN:?set STUDIO_TOKEN to an access token}"
execution="${1:?usage: watch-execution.sh <executionId>}"

query='subscription ($id: ID!, $after: Int) { executionEvents(executionId: $id, after: $after) { __typename seq ... on StatusChanged { status message } ... on OutputAppended { text } ... on ToolCallUpdated { toolName callStatus } } }'
after=0
status=''

while :; do
  is_complete=''
  while IFS= read -r line; do
    case "$line" in
      'event: complete'*) is_complete=yes ;;
      'data: {'*'"executionEvents":{'*)
        echo "${line#data: }"
        after="$(sed -E 's/.*"seq":([0-9]+).*/\1/' <<<"$line")"
        case "$line" in *'"__typename":"StatusChanged"'*)
          status="$(sed -E 's/.*"status":"([A-Z_]+)".*/\1/' <<<"$line")" ;;
        esac
        ;;
      'data: {'* | '{'*)
        # Errors and no event: not found, not signed in, or the session has ended.
        echo "$line" >&2
        exit 1
        ;;
    esac
  done < <(
    curl --silent --no-buffer "$url" \
      --header 'content-type: application/json' \
      --header 'accept: text/event-stream' \
      --header "authorization: Bearer $token" \
      --data "{\"query\":\"$query\",\"variables\":{\"id\":\"$execution\",\"after\":$after}}"
  )
  if [ -n "$is_complete" ]; then
    [ "$status" = COMPLETED ] && exit 0
    exit 1
  fi
  sleep 1
done
