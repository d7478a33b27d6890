"""API calls of sealed pages, which come in chunks, in any order and as often as needed."""

import json
from typing import Annotated

from fastapi import Path, Query, Request, Response

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.papers import CHUNK, Chunk
from central.problems import (
    CHUNK_TOO_LARGE,
    MALFORMED,
    conflict,
    media_type,
    not_processable,
    unknown,
)
from central.store.cases.blobs import BlobState, BlobTrouble
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of, settled
from kiosk.crypto.envelope import canonical

MEDIA_TYPE = "application/octet-stream"
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Index = Annotated[str, Path(pattern="^(0|[1-9][0-9]{0,5})$")]
Total = Annotated[str, Query(alias="bytes", pattern="^[1-9][0-9]{0,11}$")]
_WORDS = {
    BlobTrouble.OTHER_CHUNK: conflict("other-chunk", "This chunk came with other bytes."),
    BlobTrouble.DIGEST_WRONG: not_processable("digest-wrong", "The chunks are another blob."),
}


def put_chunk(
    digest: Digest,
    index: Index,
    total: Total,
    request: Request,
    asking: Caller,
    context: CurrentContext,
) -> Response:
    """Store one chunk of a sealed page; answer with the chunks that are here.

    `digest`: SHA-256 of the whole sealed page in hex; `total`: its length in bytes; `index` counts
    chunks from 0.
    """
    request.state.asking = asking.about(f"/v1/blobs/{digest}", digest)  # what a refusal names
    if request.headers.get("content-type") != MEDIA_TYPE:
        return media_type("a chunk").response()
    if len(asking.body) > CHUNK:
        return CHUNK_TOO_LARGE.response()
    chunk = Chunk(digest, int(index), int(total))
    if chunk.total > context.policy.papers.longest_bytes:
        return not_processable("too-many-bytes", "A page may not be so long.").response()
    if chunk.length < 1 or len(asking.body) != chunk.length:
        return MALFORMED.response()
    found = context.store.blobs.put(asking, chunk)
    if isinstance(found, BlobTrouble):
        return _WORDS[found].response()
    return settled(_written(context, asking, digest, found), new=found.new)


def get_blob(digest: Digest, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the chunks of a sealed page that are here."""
    found = context.store.blobs.state(digest)
    if found is None:
        return unknown("blob").response()
    return json_of(_written(context, asking, digest, found))


def _written(
    context: AppContext, asking: AuthenticatedRequest, digest: str, state: BlobState
) -> bytes:
    word = None
    if state.complete:
        about = asking.about(f"/v1/blobs/{digest}", digest)
        word = json.loads(context.acknowledge(about, state.received_at))
    return canonical(
        {
            "version": 1,
            "digest": digest,
            "bytes": state.bytes,
            "have": list(state.have),
            "complete": state.complete,
            "acknowledgement": word,
        }
    )


ROUTES = (
    ApiCall(
        "PUT",
        "/v1/blobs/{digest}/chunks/{index}",
        put_chunk,
        (200, 201, 409, 413, 415, 422),
        parcel=True,
    ),
    ApiCall("GET", "/v1/blobs/{digest}", get_blob, (200, 404, 422)),
)
