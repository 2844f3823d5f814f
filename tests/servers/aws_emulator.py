"""Starts ministack, an emulator of AWS, on one port of this machine.

A program of its own, so that `bin/servers` knows its process again by its arguments.
"""

import os
import sys

_, flag, data, port = sys.argv
assert flag == "--data", "usage: aws_emulator.py --data FOLDER PORT"
os.makedirs(data, exist_ok=True)
os.chdir(data)
os.environ.update(
    BIND_HOST="127.0.0.1",
    GATEWAY_PORT=port,
    LOG_LEVEL="WARNING",
    SERVICES="s3,sts,iam,kms",
    TMPDIR=data,
)
sys.argv = ["ministack"]

from ministack.app import main  # noqa: E402  (reads its environment when it is imported)

main()
