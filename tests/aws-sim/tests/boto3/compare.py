"""Asks the stand-in and another one the same things: `compare.py <service> <url of the stand-in> <url of the other> <name>`.

Compared are the codes of errors and the members of answers with their types, not their values. What differs is an error
unless it is known, and so is what is known and does not differ any more. Every operation that the stand-in plays is asked for;
those that the other one lacks are known as "not there".
"""

import datetime
import json
import os
import pathlib
import re
import sys
import urllib.request
from fnmatch import fnmatchcase

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from steps import SCENARIOS

HERE = pathlib.Path(__file__).parent
KNOWN = json.loads((HERE / "known.json").read_text(encoding="utf-8"))
# What a stand-in says of an operation that it does not have: nothing of AWS's, or that it does not know it.
ABSENT = ("", "404", "500", "501", "InvalidAction", "NotImplemented", "UnknownOperationException")


def client(service, url):
    return boto3.client(service, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))


def subnets(url):
    """Two subnets, if the other one has EC2; else names of none."""
    ec2 = client("ec2", url)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b")]
    made = [ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone) for cidr, zone in zones]
    return {f"SUBNET-{number}": it["Subnet"]["SubnetId"] for number, it in enumerate(made, 1)}


def filled(value, ids):
    """The same with the names that were given to what the parameters are about."""
    text = json.dumps(value)
    for placeholder, name in ids.items():
        text = text.replace(placeholder, name)
    return json.loads(text)


def learn(answer, ids):
    """Remembers names that the stand-in chooses."""
    if "associationId" in answer.get("association", {}):
        ids["ASSOCIATION-1"] = answer["association"]["associationId"]
    if "id" in answer.get("update", {}):
        ids["UPDATE-1"] = answer["update"]["id"]


def members(value, path=""):
    """All members that are there, with their types."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("ResponseMetadata", "tags"):
                yield from members(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        yield f"{path}[]"
        for inner in value:
            yield from members(inner, f"{path}[]")
    else:
        yield f"{path}: {'time' if isinstance(value, datetime.datetime) else type(value).__name__}"


def asked(service, operation, parameters, ids):
    try:
        answer = getattr(service, operation)(**filled(parameters, ids))
        learn(answer, ids)
        return "fine", set(members(answer))
    except ClientError as error:
        return error.response["Error"]["Code"], set()
    except ResponseParserError:
        return "500", set()  # A page for browsers: moto falls over, also where it has no operation.


def finish(url):
    urllib.request.urlopen(urllib.request.Request(f"{url}/_sim/clock/finish", method="POST")).close()


def played(name):
    """The operations of a service that the stand-in plays."""
    table = (HERE / f"../../src/{name}/operations.rs").read_text(encoding="utf-8")
    return {xform_name(operation) for operation in re.findall(r'"(\w+)" =>', table)}


def compare(name, ours, theirs):
    """Lines about everything that differs."""
    ids = subnets(theirs)
    one, other = (client(name, ours), dict(ids)), (client(name, theirs), dict(ids))
    present, absent = set(), set()
    for number, (operation, parameters) in enumerate(SCENARIOS[name], 1):
        here = asked(one[0], operation, parameters, one[1])
        finish(ours)
        step = f"{name} {number} {operation}"
        if here[0] in ABSENT:
            yield f"{step}: not here"
        if operation in absent:
            continue
        there = asked(other[0], operation, parameters, other[1])
        if there[0] in ABSENT and operation not in present:
            absent.add(operation)
            yield f"{name} {operation}: not there"
            continue
        present.add(operation)
        if here[0] != there[0]:
            yield f"{step}: {here[0]} here, {there[0]} there"
        else:
            yield from (f"{step}: only here {path}" for path in sorted(here[1] - there[1]))
            yield from (f"{step}: only there {path}" for path in sorted(there[1] - here[1]))
    asked_for = {operation for operation, _ in SCENARIOS[name]}
    yield from (f"{name} {operation}: never asked for" for operation in sorted(played(name) - asked_for))


def main():
    name, ours, theirs, whose = sys.argv[1:]
    # By reason; in a pattern, * is anything.
    known = [pattern for patterns in KNOWN[whose].values() for pattern in patterns if pattern.startswith(name)]
    differences = list(compare(name, ours, theirs))
    news = [line for line in differences if not any(fnmatchcase(line, pattern) for pattern in known)]
    stale = [pattern for pattern in known if not any(fnmatchcase(line, pattern) for line in differences)]
    for line in news:
        print(f"new: {line}", file=sys.stderr)
    for pattern in stale:
        print(f"does not differ any more: {pattern}", file=sys.stderr)
    sys.exit(1 if news or stale else 0)


main()
