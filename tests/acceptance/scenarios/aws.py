"""The remote side of a scenario.

    aws.py drift FOLDER     changes the object behind Terraform's back
    aws.py exists FOLDER    prints whether it is there: true or false

The attributes of the object come as JSON on standard input. AWS is found by AWS_ENDPOINT_URL and AWS_REGION.
"""

import importlib.util
import json
import pathlib
import sys

import boto3
import botocore.config
import botocore.exceptions

ABSENT = ("NotFound", "NoSuch", "404")


def client(service, region=None):
    settings = botocore.config.Config(retries={"max_attempts": 10}, s3={"addressing_style": "path"})
    return boto3.client(service, region_name=region, config=settings)


def remote_of(folder):
    path = pathlib.Path(folder) / "remote.py"
    spec = importlib.util.spec_from_file_location("remote", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exists(remote, it):
    try:
        return bool(remote.exists(client, it))
    except botocore.exceptions.ClientError as error:
        if any(part in error.response["Error"]["Code"] for part in ABSENT):
            return False
        raise


def main():
    sys.dont_write_bytecode = True
    what, folder = sys.argv[1:]
    remote, it = remote_of(folder), json.load(sys.stdin)
    if what == "drift":
        remote.drift(client, it)
    elif what == "exists":
        print(json.dumps(exists(remote, it)))
    else:
        sys.exit(__doc__)


main()
