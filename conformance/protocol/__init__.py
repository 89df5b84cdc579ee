"""The adapter protocol: what the harness asks of a product under test and what the product answers.

One JSON object a line on the product's standard input and output; the `http:` adapter posts the same objects.
A product answers three commands: ``describe``, ``read`` and ``stop``. Unknown keys are ignored on both sides; an
unknown command gets ``{"error": {"code": "unknown_command", "message": ...}}``. A refusal is an answer too.
"""

from conformance.protocol.messages import (
    PROTOCOL,
    Answer,
    Describe,
    Description,
    ErrorBody,
    MalformedAnswerError,
    ReadRequest,
    Stop,
    Trust,
    decode_answer,
    decode_description,
    encode,
)
from conformance.protocol.schemas import SCHEMAS, schema

__all__ = [
    "PROTOCOL",
    "SCHEMAS",
    "Answer",
    "Describe",
    "Description",
    "ErrorBody",
    "MalformedAnswerError",
    "ReadRequest",
    "Stop",
    "Trust",
    "decode_answer",
    "decode_description",
    "encode",
    "schema",
]
