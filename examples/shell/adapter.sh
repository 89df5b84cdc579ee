#!/bin/sh
# A card reader that is a command, connected to vitale-testbed. The command here is `vitale read`; in its place put yours.
#
#     vitale certify --product "exec:sh examples/shell/adapter.sh"
#
# POSIX sh and jq. Standard output is for the answers alone, standard error is free: the report keeps its end.

read_card() { # its result is a card object, or {"error": {"code": ..., "message": ...}}
    set -- read --format json --vitale "$vitale" --on "$on" --api "$api"
    if [ "$cps" ]; then set -- "$@" --cps "$cps"; fi
    if [ "$pin" ]; then VITALE_PIN=$pin && export VITALE_PIN; else unset VITALE_PIN; fi
    vitale "$@" </dev/null # which must not eat the next message
}

# One object, whatever the command printed: its refusal, its card, or that there was none.
ANSWER='(try fromjson catch null) as $said | {$id} + if $said.error then {error: $said.error | {code, message}}
    elif $said then {card: $said} else {error: {code: "internal_error", message: "the command printed no JSON"}} end'

while IFS= read -r line; do
    cmd=''
    eval "$(printf '%s' "$line" | jq -r 'map_values(. // "" | tostring)
        | @sh "cmd=\(.cmd) id=\(.id) vitale=\(.vitale) cps=\(.cps) pin=\(.pin) on=\(.on) api=\(.api)"')"
    case $cmd in
    describe) jq -nc '{name: "Shell example", version: "1.0", vendor: "vitale-testbed", language: "sh",
                       capabilities: ["protected", "revocation", "api-before", "derived"]}' ;;
    read) read_card | jq -Rsc --arg id "$id" "$ANSWER" ;;
    stop) exit 0 ;;
    *) jq -nc --arg cmd "$cmd" '{error: {code: "unknown_command", message: "no such command: \($cmd)"}}' ;;
    esac
done
