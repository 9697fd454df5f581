"""Log in as users' scripts would, and say how each login went.

Reads a JSON list of logins from standard input, so that no secret stands on a
command line, and writes a JSON list of outcomes. An argument that is absent
or null is not given to the client; "environment" is set for that login only.
"""
import json
import os
import sys
import time
import traceback

import openeo


def attempt(login):
    connection = openeo.connect(login["backend"])
    names = ("client_id", "client_secret", "provider_id")
    arguments = {name: login[name] for name in names if login.get(name) is not None}
    connection.authenticate_oidc_client_credentials(**arguments)
    return connection.describe_account().get("user_id")


def outcome(login):
    before = dict(os.environ)
    os.environ.update(login.get("environment") or {})
    began = time.monotonic()
    result = {"user_id": "", "failure": ""}
    try:
        result["user_id"] = attempt(login)
    except Exception as error:
        lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
        result["failure"] = lines[-1]
    finally:
        os.environ.clear()
        os.environ.update(before)
    result["seconds"] = round(time.monotonic() - began, 3)
    return result


json.dump([outcome(login) for login in json.load(sys.stdin)], sys.stdout)
