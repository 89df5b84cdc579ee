"""Breaks the protocol in the way its argument says, on every reading; it hangs on the first case's only."""

import json
import sys
import time

how = sys.argv[1]
count = 0
for line in sys.stdin:
    message = json.loads(line)
    answer = {"name": "Misbehaves", "version": "0"}
    if message["cmd"] == "stop":
        break
    if message["cmd"] == "read":
        count += 1
        answer = {"id": message["id"], "error": {"code": "vitale_absent", "message": "rien"}}
        print(f"reading {message['id']}", file=sys.stderr, flush=True)
        if how == "crashes":
            sys.exit(7)
        if how == "hangs" and message["id"] == "VIT-ERR-001/1":
            time.sleep(600)
        if how == "garbage":
            print("Traceback: oh no", flush=True)
            continue
        if how == "wrong-id":
            answer["id"] = "VIT-XXX-999/1"
        if how == "both":
            answer["card"] = {}
        if how == "neither":
            del answer["error"]
    print(json.dumps(answer), flush=True)
