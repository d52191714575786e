"""Makes each call that standard input lists with Polytomic's own Python package, against the server given as argument."""

import inspect
import json
import re
import sys
from datetime import datetime

from polytomic import Polytomic


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def method_of(client, name):
    found = client
    for part in name.split("."):
        found = getattr(found, snake(part))
    return found


def arguments_of(method, given):
    """Fields under the names that the package gives them, and those that it does not know."""
    known = inspect.signature(method).parameters
    named, unknown = {}, {}
    for field, value in given.items():
        candidates = [field, snake(field), field + "_"]
        name = next((candidate for candidate in candidates if candidate in known), None)
        if name is None:
            unknown[field] = value
        else:
            named[name] = as_time(value) if "datetime.datetime" in str(known[name].annotation) else value
    return named, unknown


def as_time(value):
    return datetime.fromisoformat(value.replace("Z", "+00:00"))


def main(url, version):
    client = Polytomic(base_url=url, token="test-key-1234", version=version, max_retries=0)
    failed, forgotten = {}, {}
    for call in json.load(sys.stdin):
        name = call["name"]
        try:
            method = method_of(client, call["sdkName"])
            named, unknown = arguments_of(method, call["input"])
            if unknown:
                forgotten[name] = list(unknown)
            options = {
                "additional_headers": {"X-Operation": name},
                "additional_query_parameters": unknown,
                "max_retries": 0,
            }
            method(**named, request_options=options)
        except Exception as error:  # Told to the caller, which decides whether the request that left was right.
            failed[name] = repr(error)[:300]
    json.dump({"failed": failed, "forgotten": forgotten}, sys.stdout)


main(*sys.argv[1:])
